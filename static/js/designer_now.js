// Pages whose changes are in effect at once: each goes out after the other, from an element that stays.
// On the tag page Enter adds a tag, several pasted lines add many, the search hides what does not fit.
import { start as typed } from "./typed.js";

const root = document.querySelector("[data-stable]");
const narrow = matchMedia("(max-width: 767.98px)");
const box = () => document.getElementById("new-tags");

function send(element, more = {}) {
  if (narrow.matches) return;
  const values = { ...JSON.parse(element.dataset.vals ?? "{}"), ...more };
  window.htmx.ajax("POST", element.dataset.post, { source: root, target: root, swap: "none", values });
}

function clicked(event) {
  const name = event.target.closest("[data-focus-on]")?.dataset.focusOn;
  if (name) return document.getElementById(name)?.focus();
  const button = event.target.closest("button[data-post]");
  if (!button) return;
  button.closest("[popover]")?.hidePopover();
  send(button);
}

function changed(event) {
  const input = event.target.closest("input[data-post], select[data-post]");
  if (input) send(input, { [input.name]: input.type === "checkbox" && !input.checked ? "" : input.value });
}

function submitted(event) {
  const form = event.target.closest("form[data-post]");
  if (!form) return;
  event.preventDefault();
  send(form, Object.fromEntries(new FormData(form)));
  form.closest("dialog")?.close();
  if (form.contains(box())) box().value = "";
}

function keyed(event) {
  if (event.target !== box() || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (box().value.trim()) box().form.requestSubmit();
}

function pasted(event) {
  if (event.target !== box() || !event.clipboardData?.getData("text").trim().includes("\n")) return;
  setTimeout(() => box().form.requestSubmit());
}

function find(event) {
  if (event.target.id !== "find-tag") return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const row of document.querySelectorAll("#tag-table [data-find]")) row.hidden = !row.dataset.find.includes(wanted);
}

const wired = { click: clicked, change: changed, submit: submitted, keydown: keyed, paste: pasted, input: find };
for (const [name, act] of Object.entries(wired)) document.addEventListener(name, act);
typed();
