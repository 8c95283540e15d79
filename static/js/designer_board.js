// What is selected on the form designer's canvas, and how it looks.
import { chosen, fact, flush, root } from "./designer_send.js";

export const found = (sel) => document.getElementById(`ff-${sel}`);
export const stops = () => [...document.querySelectorAll("#paper [data-sel]")];

/** Choose what the panel shows; the canvas follows at once, the panel when it comes. */
export function choose(sel, focus = true) {
  flush();
  const element = mark(sel);
  if (!element) return;
  if (focus) element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
  if (sel === chosen()) return;
  fact("sel").value = sel;
  address();
  window.htmx.ajax("GET", root.dataset.show, { source: root, target: root, swap: "none", values: { sel } });
}

/** Show on the canvas what is selected. */
export function mark(sel) {
  const element = found(sel);
  for (const one of document.querySelectorAll("#paper .sel")) one.classList.remove("sel");
  for (const one of stops()) one.tabIndex = one === element ? 0 : -1;
  const box = element?.matches("[data-id]") ? element : element?.closest("[data-part]") ?? element;
  box?.classList.add("sel");
  if (element?.classList.contains("fz-tabh")) element.classList.add("sel");
  bring(element);
  handle(sel, box);
  return element;
}

/** The tab in which the selection stands is the one that is shown. */
function bring(element) {
  const pane = element?.closest(".fz-fpane") ?? (element?.matches(".fz-tabh") && tabOf(element));
  if (!pane) return;
  const set = pane.closest(".fz-fset");
  for (const one of set.querySelectorAll(":scope > .fz-fpane")) one.hidden = one !== pane;
  for (const one of set.querySelectorAll(".fz-tabh")) one.classList.toggle("on", tabOf(one) === pane);
}

const tabOf = (head) => head.closest(".fz-fset").querySelector(`[data-tab="${head.dataset.sel.split(":")[1]}"]`);

/** What is selected gets its handles: moves, copy, remove, the menu of places. */
function handle(sel, box) {
  for (const one of document.querySelectorAll("#paper .tools")) one.remove();
  if (!sel || !box) return;
  const whole = box.hasAttribute("data-part") || sel.startsWith("tab");
  const tools = document.getElementById(whole ? "tools-part" : "tools-field").content.firstElementChild.cloneNode(true);
  for (const button of tools.querySelectorAll("[data-act]")) button.dataset.id = sel;
  tools.setAttribute("aria-label", found(sel)?.dataset.name ?? "");
  box.append(tools);
}

/** Keep the selection and the preview in the address, for reloading and sharing. */
export function address() {
  const url = new URL(root.dataset.show, location.href);
  if (chosen()) url.searchParams.set("sel", chosen());
  if (fact("layout").value) url.searchParams.set("layout", fact("layout").value);
  if (fact("look").value) url.searchParams.set("look", fact("look").value);
  history.replaceState(null, "", url);
}

/** The desktop or the phone preview. */
export function dress(button) {
  fact("look").value = button.dataset.look;
  for (const one of document.querySelectorAll("[data-look]")) {
    one.classList.toggle("on", one === button);
    one.setAttribute("aria-pressed", String(one === button));
  }
  const paper = document.getElementById("paper");
  paper.classList.toggle("fz-pframe", button.dataset.look === "phone");
  paper.classList.toggle("fz-paper", button.dataset.look !== "phone");
  address();
}
