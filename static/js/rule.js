// The rule designer: the picker of conditions beside its button, values sent when their box closes.
import { ask } from "./ask.js";
import { place } from "./menu.js";
import { start as typed } from "./typed.js";

const box = () => document.getElementById("picker");

function openPicker(button) {
  const picker = box();
  picker.replaceChildren();
  [asked, entering] = ["", false];
  if (!picker.matches(":popover-open")) picker.showPopover();
  place(picker, button);
  ask("GET", button.dataset.pickUrl, { target: picker, swap: "innerHTML", source: button }).then(() => {
    const now = button.isConnected ? button : document.getElementById(button.id);
    if (now && !picker.firstChild && picker.matches(":popover-open")) return openPicker(now);  // an answer drew the button anew before its turn
    place(picker, now ?? button);
    picker.querySelector("#pick-q")?.focus();
  });
}

let asked = "";
let entering = false;

const options = () => [...box().querySelectorAll(".op-i")];

function choose(all, at) {
  all.forEach((one, n) => {
    one.classList.toggle("on", n === at);
    one.setAttribute("aria-selected", String(n === at));
  });
  all[at]?.scrollIntoView({ block: "nearest" });
}

/** Arrow keys walk through what was found while the words stay in the box; Enter takes it. */
function walk(event) {
  const picker = box();
  if (!picker?.matches(":popover-open") || !picker.contains(event.target)) return;
  const all = options();
  const now = all.findIndex((one) => one.classList.contains("on"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    choose(all, (now + step + all.length) % all.length);
    if (event.target.matches(".op-i")) all[(now + step + all.length) % all.length].focus();
  } else if (event.key === "Enter" && event.target.id === "pick-q") {
    event.preventDefault();
    if (event.target.value === asked) all[Math.max(now, 0)]?.click();
    else {
      entering = true;
      window.htmx.trigger(event.target, "now");
    }
  }
}

/** Enter was pressed before the words were looked up: it takes what they find, not what stood there before. */
function lookedUp(event) {
  if (event.detail.target.id !== "pick-opts") return;
  asked = event.detail.requestConfig.parameters.q ?? "";
  if (entering && asked === document.getElementById("pick-q").value) options()[0]?.click();
  entering = false;
}

function clicked(event) {
  const button = event.target.closest("[data-pick-url]");
  if (button) return openPicker(button);
  const shelf = event.target.closest("[data-shelf]");
  if (shelf) shelf.parentElement.querySelectorAll("[data-shelf]").forEach((one) => one.classList.toggle("on", one === shelf));
  if (event.target.closest("[data-picked]")) box().hidePopover();
  const tab = event.target.closest("[data-panel-tab]");
  if (tab) {
    tab.parentElement.querySelectorAll("[data-panel-tab]").forEach((one) => {
      one.classList.toggle("on", one === tab);
      one.setAttribute("aria-pressed", String(one === tab));
    });
  }
  const card = event.target.closest(".fz-gi");
  if (card && !event.target.closest("a, button, [popover]")) card.querySelector("[data-card]")?.click();
}

function entered(event) {
  if (event.key !== "Enter" || !event.target.matches(".fz-gi")) return;
  event.preventDefault();
  event.target.querySelector("[data-card]")?.click();
}

/** A box of values is sent when it closes, if something in it changed. */
function closed(event) {
  const form = event.target;
  if (!form.matches?.("form[data-apply]")) return;
  if (event.newState === "open") form.dataset.before = form.dataset.kept ?? values(form);
  else if (form.dataset.before !== values(form)) form.requestSubmit();
}

// What is ticked in a box of values while an answer draws it anew stays, and the box stays open.
let open = null;

function keep() {
  const form = document.querySelector("form[data-apply]:popover-open");
  if (form?.id) open = { id: form.id, before: form.dataset.before, given: new FormData(form) };
}

function restore() {
  const form = open && document.getElementById(open.id);
  if (!form || form.matches(":popover-open")) return;
  for (const input of form.elements) {
    if (input.matches("[type=checkbox], [type=radio]")) input.checked = open.given.getAll(input.name).includes(input.value);
    else if (input.type !== "hidden" && open.given.has(input.name)) input.value = open.given.get(input.name);
  }
  form.dataset.kept = open.before;
  open = null;
  form.showPopover();
}

const values = (form) => JSON.stringify([...new FormData(form)]);

function narrow(event) {
  if (!event.target.matches("[data-narrow]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const line of event.target.closest("form").querySelectorAll(".fz-ticks label")) {
    line.hidden = wanted !== "" && !line.textContent.toLowerCase().includes(wanted);
  }
}

function after(event) {
  const form = event.target.closest?.("form[data-close-after]");
  if (form && event.detail.xhr.status < 400) (form.querySelector("dialog") ?? form.closest("dialog"))?.close();
}

/** On a phone rules are read, not written. */
function still() {
  if (!matchMedia("(max-width: 767.98px)").matches) return;
  for (const part of document.querySelectorAll("#rule > .fz-rule, #heading label, #heading .fz-pre-b")) part.inert = true;
}

still();
const HEARD = [["click", clicked], ["keydown", walk], ["keydown", entered], ["toggle", closed], ["input", narrow]];
for (const [name, act] of HEARD) document.addEventListener(name, act, name === "toggle");
document.body.addEventListener("htmx:afterSettle", lookedUp);
document.body.addEventListener("htmx:oobBeforeSwap", keep);
document.body.addEventListener("htmx:oobAfterSwap", () => (still(), restore()));
typed();
document.body.addEventListener("htmx:afterRequest", after);
document.body.addEventListener("htmx:afterRequest", () => {
  let at = 0;
  for (const spot of document.querySelectorAll("#groups .fz-gi:not(.fall) .ord")) if (spot.textContent) spot.textContent = String((at += 1));
});
