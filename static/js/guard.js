// Asks before a page with unsaved text is left.
import { each, once } from "./words.js";

function wire(form) {
  form.addEventListener("input", () => { form.dataset.dirty = "1"; });
  form.addEventListener("submit", () => { delete form.dataset.dirty; });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr?.status >= 400) form.dataset.dirty = "1";
    else if (event.detail.elt === form) delete form.dataset.dirty;
  });
}

export function start() {
  addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
  });
}

export function attach(root) {
  each(root, "form[data-guard]", (form) => once(form, "guarded", wire));
}
