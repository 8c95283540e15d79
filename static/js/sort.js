// Lists put in order by drag, by Alt+↑↓, or by the menu; one address answers all three.
import { csrf, each, once, say, speak } from "./words.js";

const rows = (list) => [...list.children].filter((row) => row.dataset.id);

function tell(list, row) {
  const all = rows(list);
  const name = row.dataset.name || row.textContent.trim().slice(0, 40);
  speak(say("place", { name, at: all.indexOf(row) + 1, all: all.length }));
}

function send(list, row) {
  const before = rows(list)[rows(list).indexOf(row) - 1];
  const values = { id: row.dataset.id, after: before?.dataset.id ?? "", section: list.dataset.section ?? "" };
  post(list, list.dataset.orderUrl, values);
}

function post(list, address, values) {
  if (!address) return;
  const target = list.dataset.orderTarget || list.getAttribute("hx-target") || null;
  const swap = list.dataset.orderSwap || (target ? "outerHTML" : "none");
  window.htmx.ajax("POST", address, { source: list, target: target ?? list, swap, values, headers: { "X-CSRFToken": csrf() } });
}

/** Move a row up, down, to the top or the bottom, tell it and save it. */
export function move(row, way) {
  const list = row.parentElement;
  const all = rows(list);
  const now = all.indexOf(row);
  const to = { up: now - 1, down: now + 1, top: 0, bottom: all.length - 1 }[way];
  if (to === undefined || to < 0 || to >= all.length || to === now) return;
  if (to < now) all[to].before(row);
  else all[to].after(row);
  row.focus();
  tell(list, row);
  send(list, row);
}

function keys(event) {
  const row = event.target.closest("[data-sort] > [data-id]");
  if (!row || !event.altKey) return;
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!way) return;
  event.preventDefault();
  row.classList.add("moving");
  setTimeout(() => row.classList.remove("moving"), 700);
  move(row, way);
}

function dropped(event) {
  const { item, to: list, from } = event;
  if (item.dataset.kind && from !== list) {
    const before = item.previousElementSibling?.dataset.id ?? "";
    item.remove();
    return post(list, list.dataset.dropUrl, { kind: item.dataset.kind, after: before, section: list.dataset.section ?? "" });
  }
  tell(list, item);
  send(list, item);
}

function wire(list) {
  const library = list.dataset.sort === "library";
  const group = list.dataset.sortGroup;
  window.Sortable.create(list, {
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180,
    handle: library ? undefined : list.dataset.grip || ("grip" in list.dataset || list.querySelector(".fz-grip, .drag") ? ".fz-grip, .drag" : undefined),
    ghostClass: "fz-ghost",
    draggable: library ? "[data-kind]" : "[data-id], [data-kind]",
    delay: 180,
    delayOnTouchOnly: true,
    sort: !library,
    group: group ? { name: group, pull: library ? "clone" : true, put: library ? false : [group, ...(list.dataset.sortPut ?? "").split(" ")] } : undefined,
    onEnd: (event) => {
      if (event.from === event.to && event.oldIndex === event.newIndex) return;
      if (event.to !== list || !library) dropped(event);
    },
  });
}

export function start() {
  document.addEventListener("keydown", keys);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const named = button.dataset.moveId && document.getElementById(button.dataset.moveId);
    const row = named || button.closest("[data-sort] > [data-id]");
    if (row) move(row, button.dataset.move);
  });
}

export function attach(root) {
  if (!window.Sortable) return;
  each(root, "[data-sort]", (list) => once(list, "wired", wire));
}
