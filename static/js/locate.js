// "Use where I am": the browser says where it is, after asking the person; every way in which it cannot has its sentence.
import { each, once } from "./words.js";

const WAYS = { 1: "denied", 2: "unknown", 3: "late" };
const PATIENCE = 15_000;

function tell(place, button, name, values = {}) {
  const line = place.querySelector("[data-locate-said]");
  line.textContent = (button.dataset[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  line.classList.toggle("bad", !["asking", "found"].includes(name));
  line.hidden = !line.textContent;
}

function fill(place, { latitude, longitude }) {
  const digits = Number(place.dataset.locate) || 6;
  const inputs = place.querySelectorAll("input");
  [latitude, longitude].forEach((figure, at) => {
    inputs[at].value = String(Number(figure.toFixed(digits)));
    inputs[at].dispatchEvent(new Event("input", { bubbles: true }));
  });
  inputs[1].dispatchEvent(new Event("change", { bubbles: true }));
}

function ask(place, button) {
  if (!window.isSecureContext || !navigator.geolocation) return tell(place, button, "insecure");
  button.disabled = true;
  tell(place, button, "asking");
  const done = (name, values) => {
    button.disabled = false;
    tell(place, button, name, values);
  };
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      fill(place, coords);
      done("found", { n: Math.max(1, Math.round(coords.accuracy)) });
    },
    (error) => done(WAYS[error.code] ?? "unknown"),
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 30_000 },
  );
}

function wire(place) {
  const button = place.querySelector("[data-locate-here]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => ask(place, button));
}

export const attach = (root) => each(root, "[data-locate]", (place) => once(place, "located", wire));
