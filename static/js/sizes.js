// Widths and heights of bars come as data, because the page allows no inline style.
import { each } from "./words.js";

export function attach(root) {
  each(root, "[data-w]", (bar) => { bar.style.width = Math.max(0, Math.min(100, Number(bar.dataset.w))) + "%"; });
  each(root, "[data-h]", (bar) => { bar.style.height = Number(bar.dataset.h) + "px"; });
  each(root, "[data-flex]", (bar) => { bar.style.flex = String(Number(bar.dataset.flex)); });
  each(root, "[data-half]", (box) => { box.indeterminate = true; });
}
