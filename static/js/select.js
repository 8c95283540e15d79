// Choosing rows of a list: boxes, a range with Shift, a bar with the count, Esc lets go.
import { each, once, say, speak } from "./words.js";

const boxes = (area) => [...area.querySelectorAll("[data-row]")];

function show(area) {
  const all = boxes(area);
  const chosen = all.filter((box) => box.checked);
  const head = area.querySelector("[data-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  all.forEach((box) => box.closest("tr, li, [data-card]")?.classList.toggle("sel", box.checked));
  const bar = area.querySelector("[data-bulk]");
  if (bar) bar.hidden = !chosen.length;
  area.querySelectorAll("[data-count]").forEach((spot) => { spot.textContent = say("selected", { n: chosen.length.toLocaleString() }); });
  return chosen.length;
}

function clear(area) {
  boxes(area).forEach((box) => { box.checked = false; });
  show(area);
}

function wire(area) {
  let last = null;
  area.addEventListener("click", (event) => {
    const box = event.target.closest("[data-row]");
    if (box && event.shiftKey && last) {
      const all = boxes(area);
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    }
    if (box) last = box;
    if (event.target.closest("[data-unselect]")) clear(area);
  });
  area.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) boxes(area).forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-all], [data-row]")) speak(say("selected", { n: show(area) }));
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && boxes(area).some((box) => box.checked)) clear(area);
  });
}

export function attach(root) {
  each(root, "[data-select]", (area) => { once(area, "wired", wire); show(area); });
  const outer = root.closest?.("[data-select]");
  if (outer) show(outer);
}
