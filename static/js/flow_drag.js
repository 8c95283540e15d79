// A step is taken by its card and put down at another “+”: with the mouse at once, with a finger after a moment.
// This brings flow_menu.js along: asked for by the page too, it would listen twice.
import { spots, send } from "./flow_menu.js";
import { speak } from "./words.js";

const FAR = 6, NEAR = 120, HELD = 220, EDGE = 48;
const wf = () => document.querySelector(".fz-wf");
let drag = null;

function down(event) {
  const card = event.target.closest("#canvas .fz-nd");
  if (!card || card.dataset.at === "-" || event.button || drag) return;
  drag = { card, at: card.dataset.at, x: event.clientX, y: event.clientY, id: event.pointerId };
  if (event.pointerType === "touch") drag.timer = setTimeout(() => drag && begin(), HELD);
}

function begin() {
  const box = drag.card.getBoundingClientRect();
  drag.ghost = drag.card.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.classList.add("fz-flow-ghost");
  Object.assign(drag.ghost.style, { width: `${box.width}px`, left: `${box.left}px`, top: `${box.top}px` });
  document.body.append(drag.ghost);
  drag.card.classList.add("lifted");
  drag.free = spots(drag.at);
  wf().dataset.dragging = drag.at;
}

function move(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.ghost && Math.hypot(dx, dy) > FAR) event.pointerType === "touch" ? stop() : begin();
  if (!drag?.ghost) return;
  drag.ghost.style.transform = `translate(${dx}px, ${dy}px)`;
  roll(event);
  aim(event);
}

/** The “+” nearest to the hand, if it is near. */
function aim(event) {
  let best = null, least = NEAR;
  for (const spot of drag.free) {
    const box = spot.getBoundingClientRect();
    const far = Math.hypot(box.left + box.width / 2 - event.clientX, (box.top + box.height / 2 - event.clientY) * 1.5);
    if (far < least) [best, least] = [spot, far];
  }
  if (best === drag.spot) return;
  drag.spot?.classList.remove("hot");
  best?.classList.add("hot");
  drag.spot = best;
}

/** At the edges of the canvas it moves along. */
function roll(event) {
  const room = document.getElementById("flow-scroll"), box = room.getBoundingClientRect();
  const by = (at, from, to) => (at < from + EDGE ? -12 : at > to - EDGE ? 12 : 0);
  room.scrollBy(by(event.clientX, box.left, box.right), by(event.clientY, box.top, box.bottom));
}

function stop() {
  clearTimeout(drag?.timer);
  drag?.ghost?.remove();
  drag?.card.classList.remove("lifted");
  drag?.spot?.classList.remove("hot");
  spots("");
  delete wf()?.dataset.dragging;
  drag = null;
}

function up(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const { ghost, spot, at } = drag;
  stop();
  if (!ghost) return;
  addEventListener("click", swallow, { capture: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
  if (!spot) return;
  send(document.getElementById("steps").dataset.placeUrl, { at, inside: spot.dataset.inside, after: spot.dataset.after });
  speak(ghost.textContent.trim());
}

/** Letting go is not a click on what lies below. */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointerdown", down);
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", up);
document.addEventListener("pointercancel", () => drag && stop());
document.addEventListener("keydown", (event) => event.key === "Escape" && drag && stop());
document.addEventListener("touchmove", (event) => drag?.ghost && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => drag?.ghost && event.preventDefault());
document.addEventListener("dragstart", (event) => event.target.closest?.("#canvas") && event.preventDefault());
