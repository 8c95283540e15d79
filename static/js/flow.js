// The workflow designer: what is chosen, walking by arrow keys, moving and removing by keys; menus are in flow_menu.js, sizes in flow_zoom.js, dragging in flow_drag.js.
import { speak } from "./words.js";

const CARD = "[data-at].fz-nd, [data-at].fz-cond";
const still = matchMedia("(max-width: 767.98px)");
const cards = () => [...document.querySelectorAll(`#canvas :is(${CARD})`)];
const card = (at) => document.getElementById(`card-${at}`);
const typing = (element) => element.matches?.("input, select, textarea, [contenteditable]");

function mark(chosen) {
  for (const one of cards()) {
    one.classList.toggle("sel", one === chosen);
    one === chosen ? one.setAttribute("aria-current", "true") : one.removeAttribute("aria-current");
  }
}

/** Look at a card: it takes the focus and the drawer shows it. */
export function choose(one) {
  if (!one) return;
  one.focus({ preventScroll: true });
  one.scrollIntoView({ block: "nearest", inline: "nearest" });
  one.click();
}

/** The nearest card in a direction, by where the cards stand. */
function beside(from, key) {
  const a = from.getBoundingClientRect();
  const [x, y] = [a.left + a.width / 2, a.top];
  const flat = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  let best = null;
  for (const one of cards()) {
    const b = one.getBoundingClientRect();
    const [dx, dy] = [b.left + b.width / 2 - x, b.top - y];
    const ahead = (flat ? dx : dy) * sign;
    if (one === from || ahead < 8) continue;
    const cost = ahead + Math.abs(flat ? dy : dx) * 2;
    if (!best || cost < best.cost) best = { one, cost };
  }
  return best?.one;
}

function keys(event) {
  const one = event.target.closest?.(CARD);
  if (!one || still.matches || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.altKey && ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)) {
    event.preventDefault();
    return void document.getElementById(["ArrowUp", "ArrowLeft"].includes(event.key) ? "do-up" : "do-down")?.click();
  }
  if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    choose(beside(one, event.key));
  } else if (event.key === "+" || event.key === "=") {
    event.preventDefault();
    after(one)?.click();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    document.getElementById("do-remove")?.click();
  } else if (event.key === "Enter" && one.classList.contains("sel")) {
    event.preventDefault();
    document.getElementById("drawer").classList.add("open");
    document.querySelector("#drawer-body :is(input:not([type=hidden]), select, textarea, button)")?.focus();
  }
}

/** The button that adds a step behind a card: behind a step, first in a branch, first of all behind the trigger. */
function after(one) {
  const at = one.dataset.at;
  if (at === "-") return document.getElementById("add--");
  return document.getElementById(one.matches(".fz-cond") ? `add-${at}-` : `add-${one.dataset.inside}-${at}`);
}

function clicked(event) {
  const chosen = event.target.closest(CARD);
  if (chosen) mark(chosen);
  if (chosen && event.detail) bring();
  const part = event.target.closest("[data-part-of]");
  if (part) parts(part.dataset.partOf);
  const way = event.target.closest("[data-go]");
  if (way) choose(card(way.dataset.go));
}

// The card whose settings are on their way. What the drawer shows already is not asked for again: the answer would only close
// a menu that was opened meanwhile.
let coming = "";

function asking(event) {
  const one = event.detail.elt;
  if (!one.matches?.(`#canvas :is(${CARD})`)) return;
  if (!coming && one.dataset.at === document.getElementById("drawer-at")?.value) event.preventDefault();
  else coming = one.dataset.at;
}

function asked(event) {
  if (event.detail.elt.dataset?.at === coming) coming = "";
}

// Which part of a card's settings is looked at, while that card is.
let looked = { at: "", part: "" };

function parts(part) {
  const at = document.getElementById("drawer-at")?.value;
  const names = [...document.querySelectorAll("[data-part-of]")];
  if (!names.length) return;
  if (part !== undefined) looked = { at, part };
  const now = looked.at === at && names.some((one) => one.dataset.partOf === looked.part) ? looked.part : names[0].dataset.partOf;
  for (const one of names) {
    one.classList.toggle("on", one.dataset.partOf === now);
    one.setAttribute("aria-pressed", String(one.dataset.partOf === now));
  }
  for (const one of document.querySelectorAll(".fz-flow-part")) one.hidden = one.dataset.part !== now;
}

/** Where the drawer lies over the canvas it comes when a card is chosen; panels close at the same click, so a moment later. */
function bring() {
  setTimeout(() => document.getElementById("drawer")?.classList.add("open"));
}

/** Where the server says one looks now. */
function moved(event) {
  const one = card(event.detail.at);
  if (!one) return;
  one.focus({ preventScroll: true });
  one.scrollIntoView({ block: "nearest", inline: "nearest" });
  speak(one.textContent.trim());
}

// What had the focus in the drawer may be gone with the answer to it: then its setting has it, not the top of the page.
let held = "";

function hold() {
  const setting = document.activeElement?.closest?.("#drawer .fz-f");
  if (setting) held = setting.querySelector("[id^='c-']:not([id*='-drop-'], [id$='-wrong'])")?.id ?? "";
}

function regain() {
  if (held && document.activeElement === document.body) document.getElementById(held)?.focus();
  held = "";
}

if (still.matches) document.getElementById("canvas")?.setAttribute("inert", "");
document.addEventListener("keydown", (event) => typing(event.target) || keys(event));
document.addEventListener("click", clicked);
document.body.addEventListener("flow-at", moved);
document.body.addEventListener("htmx:beforeRequest", asking);
document.body.addEventListener("htmx:afterRequest", asked);
document.body.addEventListener("htmx:oobBeforeSwap", hold);
document.body.addEventListener("htmx:oobAfterSwap", () => parts());
document.body.addEventListener("htmx:afterSettle", () => setTimeout(regain));
parts();
