// Conditions in their tree: dragged into any group of it, moved by Alt and the arrow keys, walked by the bare ones.
// Where the server says a condition stands now, the focus follows it there and the place is spoken.
import { csrf, each, once, speak } from "./words.js";

const WAYS = {
  ArrowUp: ["move", { to: "up" }],
  ArrowDown: ["move", { to: "down" }],
  ArrowRight: ["indent", {}],
  ArrowLeft: ["outdent", {}],
};
const ROW = ".fz-rr[data-id]";
const still = matchMedia("(max-width: 767.98px)");

/** Send one gesture on the rule; what a refused drag put elsewhere goes back. */
export function send(list, act, values, back) {
  const address = list.dataset.actUrl.replace("/rule/-", `/rule/${act}`);
  const asked = window.htmx.ajax("POST", address, { source: list, target: list, swap: "none", values, headers: { "X-CSRFToken": csrf() } });
  if (back) list.fzBack = back;
  return asked;
}

let moving = false;
const waiting = [];

/** Keys come faster than answers: each waits until the one before it says where the condition stands. */
function step(row, way) {
  moving = true;
  row.focus();
  send(row.parentElement, way[0], { path: row.dataset.id, ...way[1] });
}

const typing = (element) => element.matches("input, select, textarea, [contenteditable]");

function keys(event) {
  const row = event.target.closest?.(ROW);
  if (!row || still.matches || typing(event.target)) return;
  const way = event.altKey && WAYS[event.key];
  if (way) {
    event.preventDefault();
    return void (moving ? waiting.push(way) : step(row, way));
  }
  if (event.target !== row || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    send(row.parentElement, "remove", { path: row.dataset.id });
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event, row);
}

function walk(event, row) {
  const all = [...document.querySelectorAll(ROW)];
  const next = all[all.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function dropped({ item, from, to, oldIndex, newIndex }, next) {
  if (from === to && oldIndex === newIndex) return;
  const before = item.previousElementSibling?.dataset.id ?? "";
  send(to, "place", { id: item.dataset.id, after: before, section: to.dataset.section }, () => from.insertBefore(item, next));
}

function wire(list) {
  let next = null;
  window.Sortable?.create(list, {
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180,
    handle: ".fz-grip",
    draggable: ">.fz-rr",
    group: list.dataset.tree,
    ghostClass: "fz-ghost",
    fallbackOnBody: true,
    invertSwap: true,
    swapThreshold: 0.65,
    delay: 180,
    delayOnTouchOnly: true,
    onStart: ({ item }) => { next = item.nextElementSibling; },
    onEnd: (event) => dropped(event, next),
  });
}

function place(event) {
  const { path, said } = event.detail;
  const id = path.replace(/\W+/g, "-").replace(/^-|-$/g, "");
  const row = document.getElementById(`row-${id}`) ?? document.getElementById(`add-${id || "root"}`);
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
  speak(said);
  moving = false;
  if (waiting.length && row?.matches(ROW)) step(row, waiting.shift());
}

/** A gesture that was refused, or never arrived, leaves the page as it was. */
function refused(event) {
  const list = event.detail.elt;
  if (!event.detail.successful && list.dataset.actUrl) {
    list.fzBack?.();
    [moving, waiting.length] = [false, 0];
  }
  delete list.fzBack;
}

const attach = (root) => each(root, "[data-tree]", (list) => once(list, "wired", wire));
attach(document.body);
document.addEventListener("keydown", keys);
document.body.addEventListener("rule-at", place);
document.body.addEventListener("htmx:afterRequest", refused);
document.body.addEventListener("htmx:load", (event) => attach(event.detail.elt));
document.body.addEventListener("htmx:oobAfterSwap", (event) => attach(event.detail.target));
