// Two designers at one form: the answer to a conflict goes out as the gesture that met it, and what is typed meanwhile stays.
import { root } from "./designer_send.js";
import { start as typed } from "./typed.js";

/** The gesture again, with whose change counts. */
function settle(event) {
  const form = event.target.closest("form[data-settle]");
  if (!form) return;
  event.preventDefault();
  const values = new FormData(form);
  const address = form.getAttribute("action");
  form.querySelector("dialog")?.close();
  form.remove();
  window.htmx.ajax("POST", address, { source: root, target: root, swap: "none", values });
}

function all(event) {
  const side = event.target.closest("[data-settle] [data-side]")?.dataset.side;
  if (side) event.target.form.querySelectorAll(`input[value="${side}"]`).forEach((one) => { one.checked = true; });
}

export function start() {
  document.addEventListener("submit", settle);
  document.addEventListener("click", all);
  typed();
}
