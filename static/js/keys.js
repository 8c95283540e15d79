// Shortcuts: any link, button or field may carry data-key="mod+k"; "?" shows them all.
import { open } from "./dialog.js";
import { say } from "./words.js";

const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
const mac = /Mac|iPhone|iPad/.test(navigator.platform ?? "");

function pressed(event) {
  const parts = [];
  if (event.metaKey || event.ctrlKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey && event.key.length > 1) parts.push("shift");
  return [...parts, event.key.toLowerCase()].join("+");
}

function show() {
  const dialog = document.createElement("dialog");
  dialog.className = "fz-dlg sm";
  const head = Object.assign(document.createElement("div"), { className: "fz-dlg-h" });
  head.append(Object.assign(document.createElement("h2"), { textContent: say("keys") }));
  const body = Object.assign(document.createElement("div"), { className: "fz-dlg-b fz-keys" });
  for (const one of document.querySelectorAll("[data-key]")) body.append(...line(one));
  dialog.append(head, body);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  open(dialog);
}

function line(element) {
  const keys = document.createElement("span");
  for (const part of element.dataset.key.split("+")) {
    const text = { mod: mac ? "⌘" : "Ctrl", alt: "Alt", shift: "Shift", escape: "Esc" }[part] ?? part.toUpperCase();
    keys.append(Object.assign(document.createElement("kbd"), { textContent: text }), " ");
  }
  const name = element.type === "search" ? say("search") : element.getAttribute("aria-label") || element.placeholder || element.textContent.trim();
  return [keys, Object.assign(document.createElement("span"), { textContent: name })];
}

function act(element) {
  if (typing(element)) return void (element.focus(), element.select?.());
  element.click();
}

export function start() {
  document.addEventListener("keydown", (event) => {
    const name = pressed(event);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && typing(event.target)) return;
    if (name === "?") return show();
    const all = [...document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)];
    const found = all.find((one) => one.offsetParent !== null && !one.disabled);
    if (!found || (name === "mod+z" && typing(event.target))) return;
    event.preventDefault();
    act(found);
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-help]")) show(); });
}
