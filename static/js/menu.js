// Menus and little popovers: they open beside their button, arrow keys walk, Esc closes (the browser does that).
import { each, once } from "./words.js";

const GAP = 4;

/** Put a floating box under its button, above it where there is no room. */
export function place(box, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + GAP + height <= innerHeight || at.top < height;
  const left = at.left + width <= innerWidth - 8 ? at.left : at.right - width;
  box.style.left = Math.max(8, Math.min(left, innerWidth - width - 8)) + "px";
  box.style.top = Math.max(8, below ? Math.min(at.bottom + GAP, innerHeight - height - 8) : at.top - GAP - height) + "px";
}

const items = (menu) => [...menu.querySelectorAll('[role^="menuitem"]:not([disabled])')];

function opened(menu, isOpen) {
  const buttons = [...document.querySelectorAll(`[popovertarget="${CSS.escape(menu.id)}"]`)];
  const button = buttons.find((one) => one.getClientRects().length) ?? buttons[0];
  if (!button) return;
  button.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) return;
  place(menu, button);
}

// The browser itself moves the focus as it opens: a key pressed the next moment already walks the menu.
function opening(menu) {
  const all = items(menu);
  all.forEach((item) => item.toggleAttribute("autofocus", item === all[0]));
}

function walk(menu, event) {
  const all = items(menu);
  const now = all.indexOf(document.activeElement);
  const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined || !all.length) return;
  event.preventDefault();
  all[(to + all.length) % all.length].focus();
}

function wire(menu) {
  menu.addEventListener("toggle", (event) => opened(menu, event.newState === "open"));
  if (menu.getAttribute("role") !== "menu") return;
  menu.addEventListener("beforetoggle", (event) => event.newState === "open" && opening(menu));
  menu.addEventListener("keydown", (event) => walk(menu, event));
  menu.addEventListener("click", (event) => {
    if (event.target.closest('[role="menuitem"]')) menu.hidePopover();
  });
}

export function attach(root) {
  each(root, "[popover][id]:not(#toasts)", (menu) => once(menu, "wired", wire));
}
