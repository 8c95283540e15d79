// Panels that leave the page when it is narrow come back by a tab; the phone's menu is the sidebar from below.
import { each, once } from "./words.js";

function wire(panel) {
  const tab = document.createElement("button");
  tab.type = "button";
  tab.className = "fz-panel-tab" + (panel.dataset.side === "left" ? " left" : "");
  tab.textContent = panel.dataset.panel;
  tab.setAttribute("aria-expanded", "false");
  tab.addEventListener("click", () => tab.setAttribute("aria-expanded", String(panel.classList.toggle("open"))));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.classList.contains("open")) return;
    panel.classList.remove("open");
    tab.setAttribute("aria-expanded", "false");
    tab.focus();
  });
  panel.after(tab);
}

function side(isOpen) {
  const bar = document.getElementById("side");
  bar?.classList.toggle("open", isOpen);
  const button = document.querySelector("[data-side-open]");
  button?.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) bar?.querySelector("a, button")?.focus();
  else if (bar?.contains(document.activeElement)) button?.focus();
}

export function start() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-side-open]")) side(!document.getElementById("side")?.classList.contains("open"));
    else if (event.target.closest("[data-side-close]")) side(false);
    document.querySelectorAll("[data-panel].open").forEach((panel) => {
      if (!panel.contains(event.target) && !event.target.closest(".fz-panel-tab, dialog, [popover]") && event.target.isConnected) panel.classList.remove("open");
    });
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && document.querySelector("#side.open")) side(false); });
}

export function attach(root) {
  each(root, "[data-panel]", (panel) => once(panel, "wired", wire));
}
