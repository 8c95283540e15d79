// A tree drawn as lines: dropped behind another line, or moved by Alt and the arrow keys, with all that stands under it.
import { csrf, each, once, speak } from "./words.js";

const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

function send(list, row, values) {
  const target = list.closest("[id]");
  const address = list.dataset.outline.replace("/-/", `/${row.dataset.id}/`);
  window.htmx.ajax("POST", address, { source: list, target, swap: "outerHTML", values, headers: { "X-CSRFToken": csrf() } })
    .then(() => speak(document.getElementById(row.id)?.getAttribute("aria-label") ?? ""));
}

function keys(event) {
  const row = event.target.closest?.("[data-outline] > [data-id]");
  const way = event.altKey && WAYS[event.key];
  if (!row || !way) return;
  event.preventDefault();
  row.focus();
  send(row.parentElement, row, { way });
}

/** Lines above and below are walked with the bare arrow keys. */
function walk(event) {
  const row = event.target.matches?.("[data-outline] > [data-id]") && event.target;
  if (!row || event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  (event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling)?.focus();
}

function wire(list) {
  window.Sortable?.create(list, {
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180,
    handle: ".fz-grip",
    ghostClass: "fz-ghost",
    draggable: "[data-id]",
    onEnd: ({ item, oldIndex, newIndex }) => {
      if (oldIndex !== newIndex) send(list, item, { after: item.previousElementSibling?.dataset.id ?? "" });
    },
  });
}

/** The page listens, not the list: what is drawn anew answers to the very next key. */
export function start() {
  document.addEventListener("keydown", keys);
  document.addEventListener("keydown", walk);
}

export const attach = (root) => each(root, "[data-outline]", (list) => once(list, "wired", wire));
