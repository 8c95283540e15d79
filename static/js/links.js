// The picker of a link: what it offers beside the other fields of its form, and a new record made on the spot.
import { each, once, speak } from "./words.js";

const keys = (select) => (select.dataset.own ?? "").split(" ").filter(Boolean);

/** Another field of the same form, or of the same row of a sub-form. */
function near(select, key) {
  const stem = select.name.slice(0, select.name.lastIndexOf(".") + 1);
  return select.form?.elements[stem + key];
}

/** Tell the server what the fields say beside which records are offered. */
export function beside(select, url) {
  for (const key of keys(select)) {
    const field = near(select, key);
    if (field) url.searchParams.set(`own.${key}`, field.value ?? "");
  }
  return url;
}

/** All that the choice depends on, to see whether it has changed. */
export const state = (select) => keys(select).map((key) => near(select, key)?.value ?? "").join("\n");

/** What to fill in first, while something that the choice depends on is blank. */
export const first = (select) => (keys(select).some((key) => near(select, key)?.value === "") ? select.dataset.ownFirst : "");

/** Open the small form of the linked form; what is typed in this one stays where it is. */
export function make(select, typed = "") {
  const url = beside(select, new URL(select.dataset.newUrl, location.href));
  url.searchParams.set("at", select.id);
  if (typed) url.searchParams.set("q", typed);
  window.htmx.ajax("GET", url.pathname + url.search, { target: "#dialog-slot", swap: "innerHTML" });
}

/** It is stored: choose it, and go on where the person was. */
function made({ detail }) {
  const picker = document.getElementById(detail.at)?.tomselect;
  document.getElementById("link-new")?.close();
  if (picker && detail.value) {
    picker.addOption({ value: String(detail.value), text: detail.text });
    picker.addItem(String(detail.value));
    speak(detail.text);
  }
  picker?.focus();
  picker?.close();
}

function wire(button) {
  button.hidden = false;
  button.addEventListener("click", () => make(document.getElementById(button.dataset.newFor)));
}

export function start() {
  document.body.addEventListener("made", made);
}

/** The small form is opened to be typed into: at what is wrong, else at its first field. */
function enter(dialog) {
  const wanted = dialog.querySelector('[aria-invalid="true"]') ?? dialog.querySelector(".fz-f :is(input:not([type=hidden]), textarea, select)");
  queueMicrotask(() => wanted?.focus());
}

export function attach(root) {
  each(root, "#link-new", (dialog) => once(dialog, "entered", enter));
  each(root, "[data-new-for]", (button) => once(button, "wired", wire));
}
