// Letters that have not gone out yet stay, and go out, when an answer draws the box anew in which somebody types.
const TEXT = "textarea, input:not([type=checkbox], [type=radio])";
let dirty = "", kept = null, started = false;

function keep() {
  const now = document.activeElement;
  kept = now?.id && now.id === dirty && now.matches(TEXT) ? { id: now.id, value: now.value } : null;
}

function restore() {
  const now = kept && document.getElementById(kept.id);
  if (now && now.value !== kept.value) {
    now.value = kept.value;
    later(now);
  }
  kept = null;
}

/** Leaving a box into which nobody has typed tells nobody: say it then, unless more was typed. */
function later(box) {
  let told = false;
  box.addEventListener("change", () => { told = true; }, { once: true });
  box.addEventListener("blur", () => told || box.dispatchEvent(new Event("change", { bubbles: true })), { once: true });
}

export function start() {
  if (started) return;
  started = true;
  document.addEventListener("input", (event) => { dirty = event.target.id; }, true);
  document.addEventListener("change", () => { dirty = ""; }, true);
  document.body.addEventListener("htmx:oobBeforeSwap", keep);
  document.body.addEventListener("htmx:oobAfterSwap", restore);
}
