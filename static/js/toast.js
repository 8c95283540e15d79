// One line at the bottom: what was done, and the way back. Six seconds, longer under the pointer or the focus.
import { csrf, each, once, say } from "./words.js";

const LASTS = 6000;

/** Show {text, tone, undo, href, link, seconds}. */
export function toast({ text, tone = "", undo = "", href = "", link = "", seconds = 0 }) {
  const box = document.createElement("div");
  box.className = "fz-toast" + (tone ? " " + tone : "");
  const icon = document.createElement("i");
  icon.className = "ti ti-" + (tone === "bad" ? "alert-circle" : "circle-check");
  icon.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.textContent = text;
  box.append(icon, words);
  if (undo) box.append(undoButton(box, undo));
  if (href) box.append(Object.assign(document.createElement("a"), { href, textContent: link || say("see") }));
  place(box, seconds * 1000 || LASTS);
}

function undoButton(box, address) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: say("undo") });
  button.addEventListener("click", async () => {
    button.disabled = true;
    box.remove();
    await window.htmx.ajax("POST", address, { swap: "none", headers: { "X-CSRFToken": csrf() } });
    document.body.dispatchEvent(new CustomEvent("undone", { bubbles: true }));
  });
  return button;
}

function place(box, lasts) {
  const region = document.getElementById("toasts");
  while (region.children.length > 2) region.firstElementChild.remove();
  region.append(box);
  lift(region);
  watch(box, lasts);
}

/** Above an open dialog too: a shown popover is in the top layer. */
function lift(region) {
  region.popover = "manual";
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
}

function watch(box, lasts = LASTS) {
  let timer = setTimeout(() => box.remove(), lasts);
  const hold = () => clearTimeout(timer);
  const go = () => { hold(); timer = setTimeout(() => box.remove(), lasts); };
  box.addEventListener("pointerenter", hold);
  box.addEventListener("focusin", hold);
  box.addEventListener("pointerleave", go);
  box.addEventListener("focusout", go);
}

export function start() {
  document.body.addEventListener("toast", (event) => toast(event.detail?.value ?? event.detail));
}

export function attach(root) {
  each(root, "[data-toast]", (box) => once(box, "watched", () => { lift(box.parentElement); watch(box); }));
}
