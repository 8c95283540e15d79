// Two designers at one form: the answer to a conflict goes out as the gesture that met it, and what is typed meanwhile stays.
import { root } from "./designer_send.js";

/** The gesture again, with whose change counts. */
function settle(event) {
  const form = event.target.closest("form[data-settle]");
  if (!form) return;
  event.preventDefault();
  const values = new FormData(form);
  const address = form.getAttribute("action");
  form.querySelector("dialog")?.close();
  form.remove();
  window.htmx.ajax("POST", address, { source: root, target: root, swap: "none", values });
}

function all(event) {
  const side = event.target.closest("[data-settle] [data-side]")?.dataset.side;
  if (side) event.target.form.querySelectorAll(`input[value="${side}"]`).forEach((one) => { one.checked = true; });
}

// A merge draws the panel anew while somebody types in it: letters that have not gone out yet stay.
let typing = null;

function keep() {
  const now = document.activeElement;
  const text = now?.id && root.contains(now) && now.matches("textarea, input:not([type=checkbox], [type=radio])");
  typing = text && now.value !== now.defaultValue ? { id: now.id, value: now.value } : null;
}

function restore() {
  const now = typing && document.getElementById(typing.id);
  if (now && now.value !== typing.value) now.value = typing.value;
  typing = null;
}

export function start() {
  document.addEventListener("submit", settle);
  document.addEventListener("click", all);
  document.body.addEventListener("htmx:oobBeforeSwap", keep);
  document.body.addEventListener("htmx:oobAfterSwap", restore);
}
