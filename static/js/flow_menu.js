// Adding a step where one points: the menu opens at its "+", words narrow it, arrow keys walk, Enter takes; and moving a step to another "+".
import { place } from "./menu.js";
import { csrf, speak } from "./words.js";

const menu = () => document.getElementById("steps");
const options = () => [...menu().querySelectorAll('[role="option"]:not([hidden])')];
const wf = () => document.querySelector(".fz-wf");
let spot = null;

export function send(url, values) {
  const now = Object.fromEntries([...document.querySelectorAll("#now input")].map((one) => [one.name, one.value]));
  return window.htmx.ajax("POST", url, { source: wf(), target: wf(), swap: "none", values: { ...now, ...values }, headers: { "X-CSRFToken": csrf() } });
}

function mark(at) {
  const box = document.getElementById("steps-q");
  options().forEach((one, n) => {
    one.classList.toggle("on", n === at);
    one.setAttribute("aria-selected", String(n === at));
    if (n !== at) return;
    box.setAttribute("aria-activedescendant", one.id);
    (at ? one : one.parentElement).scrollIntoView({ block: "nearest" });
  });
}

function narrow() {
  const wanted = document.getElementById("steps-q").value.trim().toLowerCase();
  for (const one of menu().querySelectorAll('[role="option"]')) one.hidden = wanted !== "" && !one.dataset.words.includes(wanted);
  for (const shelf of menu().querySelectorAll('[role="group"]')) shelf.hidden = !shelf.querySelector('[role="option"]:not([hidden])');
  document.getElementById("steps-none").hidden = options().length > 0;
  mark(0);
}

function open(button) {
  spot = { inside: button.dataset.inside, after: button.dataset.after };
  document.querySelectorAll(".pl.hot").forEach((one) => one.classList.remove("hot"));
  button.classList.add("hot");
  const box = document.getElementById("steps-q");
  box.value = "";
  narrow();
  menu().showPopover();
  place(menu(), button);
  box.focus();
}

function take(option) {
  menu().hidePopover();
  send(menu().dataset.url, { at: "-", type: option.dataset.type, ...spot });
}

function keys(event) {
  if (event.key === "Escape" && wf()?.dataset.placing) return placing(null);
  if (event.target.id !== "steps-q") return;
  const all = options();
  const now = all.findIndex((one) => one.classList.contains("on"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) mark((now + step + all.length) % all.length);
  else if (event.key === "Enter" && all[now]) take(all[now]);
  else return;
  event.preventDefault();
}

/** Every "+" where a step may be put: not beside itself, where it stands already, and not into its own branches. */
export function spots(at) {
  const all = [...document.querySelectorAll("#canvas .pl")], card = at ? document.getElementById(`card-${at}`) : null;
  const [above, below] = [card?.previousElementSibling?.querySelector(".pl"), card && document.getElementById(`add-${card.dataset.inside}-${at}`)];
  const own = card?.nextElementSibling?.nextElementSibling;
  for (const one of all) one.classList.toggle("off", Boolean(card) && (one === above || one === below || Boolean(own?.matches(".fz-brs") && own.contains(one))));
  return all.filter((one) => !one.classList.contains("off"));
}

/** Choose a "+" for a step that moves; none: it stays. */
function placing(item) {
  const free = spots(item?.dataset.place ?? "");
  if (item) Object.assign(wf().dataset, { placing: item.dataset.place, url: item.dataset.url });
  else delete wf().dataset.placing;
  if (!item) return;
  speak(document.getElementById("flow-words").dataset.place);
  free[0]?.focus();
}

function clicked(event) {
  const item = event.target.closest("[data-place][data-url]");
  if (item) return placing(item);
  const option = event.target.closest("#steps-list [data-type]");
  if (option) return take(option);
  const button = event.target.closest("#canvas .pl");
  if (!button) return;
  const { placing: at, url } = wf().dataset;
  if (!at) return open(button);
  if (button.classList.contains("off")) return;
  placing(null);
  send(url, { at, inside: button.dataset.inside, after: button.dataset.after });
}

/** Somebody was found: they are added, and the box is empty again. */
function found(event) {
  const select = event.target.closest?.("[data-who]");
  if (!select || !select.value) return;
  send(select.dataset.who, { at: document.getElementById("drawer-at").value, ...JSON.parse(select.dataset.also), add: `person:${select.value}` });
}

function closed(event) {
  if (event.target.id !== "steps" || event.newState === "open") return;
  const button = document.querySelector(".pl.hot");
  button?.classList.remove("hot");
  if (document.activeElement === document.body || menu().contains(document.activeElement)) button?.focus();
}

document.addEventListener("click", clicked);
document.addEventListener("keydown", keys);
document.addEventListener("input", (event) => event.target.id === "steps-q" && narrow());
document.addEventListener("change", found);
document.addEventListener("toggle", closed, true);
