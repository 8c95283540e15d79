// Dialogs and drawers: the browser's own <dialog> traps the focus and gives it back; Esc closes the top one only.
import { each, once } from "./words.js";

// A form in a dialog is there to be filled in.
const FIRST = "#entry :is(input:not([type=hidden]), select, textarea)";
let opener = null;

/** Open a dialog and remember who asked. */
export function open(dialog, asker = document.activeElement) {
  opener = asker && asker !== document.body ? asker : opener;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[data-focus], [autofocus]") ?? dialog.querySelector(FIRST))?.focus();
}

function closed(dialog) {
  if (dialog.parentElement?.id === "dialog-slot") dialog.remove();
  if (opener?.isConnected) opener.focus();
  opener = null;
}

function wire(dialog) {
  dialog.addEventListener("close", () => closed(dialog));
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (outside && !dialog.querySelector("form[data-dirty]")) dialog.close();
  });
  const asked = dialog.querySelector("form[data-word]");
  asked?.addEventListener("input", () => {
    asked.querySelector("[type=submit]").disabled = asked.elements.word.value.trim() !== asked.dataset.word;
  });
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dialog], [data-close]");
    if (!button) return;
    if (button.hasAttribute("data-close")) return button.closest("dialog")?.close();
    const dialog = document.getElementById(button.dataset.dialog);
    if (dialog) open(dialog, button);
  });
  document.body.addEventListener("close-dialog", () => document.querySelectorAll("dialog[open]").forEach((one) => one.close()));
}

export function attach(root) {
  each(root, "dialog", (dialog) => {
    once(dialog, "wired", wire);
    if (dialog.hasAttribute("data-open") && !dialog.open) open(dialog);
  });
}
