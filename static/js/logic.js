// A form's logic while it is filled in: the server is asked what to show, to ask for, to lock and to offer.
// Only what it says changes; focus and everything that was typed stay.
import { each, once, say, speak } from "./words.js";

const entry = () => document.querySelector("#entry form");
const box = (key) => document.getElementById(`f-${key}-field`);
const listed = (value) => new Set(value ?? []);
let seen = null;

function wire(asker) {
  const form = entry();
  const reads = new Set(asker.dataset.reads.split(" "));
  const ask = (event) => {
    const field = event.target.closest("[id$=-field]");
    if (field && reads.has(field.id.slice(2, -"-field".length))) window.htmx.trigger(asker, "ask");
  };
  for (const name of ["input", "change", "picked"]) form.addEventListener(name, ask);
  // What was kept in this browser has come back, or somebody was faster than this script.
  if (form.dataset.dirty || [...reads].some((key) => touched(box(key)))) {
    window.htmx.process(asker); // on a page that is just opening htmx has not looked at it yet, and would not hear
    window.htmx.trigger(asker, "ask");
  }
}

const touched = (element) => [...(element?.querySelectorAll("input, select, textarea") ?? [])].some((one) => {
  if (one.matches("[type=radio], [type=checkbox]")) return one.checked !== one.defaultChecked;
  if (one.matches("select")) return [...one.options].some((option) => option.selected !== option.defaultSelected && option.value);
  return one.type !== "hidden" && one.value !== one.defaultValue;
});

/** Put the form into the state that the server names. */
function apply(mark) {
  const state = JSON.parse(mark.dataset.logic);
  const [hidden, required, locked] = [listed(state.hidden), listed(state.required), listed(state.locked)];
  const fields = [...entry().querySelectorAll(".fz-f[id^=f-]")].map((element) => [element.id.slice(2, -"-field".length), element]);
  for (const [key, element] of fields) {
    element.hidden = hidden.has(key);
    demand(element, required.has(key));
    lock(element, locked.has(key));
    offer(element, state.offered?.[key]);
  }
  const folded = listed(state.folded);
  for (const section of entry().querySelectorAll("[data-section]")) section.hidden = folded.has(section.dataset.section);
  tell(fields.filter(([, element]) => !element.hidden && !element.closest("[data-section][hidden]")).map(([key]) => key));
}

function demand(element, wanted) {
  const mark = element.querySelector("[data-required]");
  if (!mark) return; // logic has no say in it
  mark.hidden = !wanted;
  const control = element.querySelector("[role=radiogroup], input:not([type=hidden]), select, textarea");
  if (wanted) control?.setAttribute("aria-required", "true");
  else control?.removeAttribute("aria-required");
}

/** Text can still be read and copied while it is locked; what is chosen cannot be chosen anew. */
function lock(element, wanted) {
  if (wanted === ("locked" in element.dataset)) return;
  if (wanted) element.dataset.locked = "";
  else delete element.dataset.locked;
  for (const one of element.querySelectorAll("input, select, textarea")) {
    if (one.tomselect) one.tomselect[wanted ? "disable" : "enable"]();
    else if (one.matches("select, [type=radio], [type=checkbox], [type=file]")) one.disabled = wanted;
    else one.readOnly = wanted;
  }
}

/** Choices that are not offered go out of sight, but never what is chosen: the server says what is wrong with it. */
function offer(element, options) {
  const wanted = (value, chosen) => !options || value === "" || chosen || options.includes(value);
  if (!options && !("limited" in element.dataset)) return;
  if (options) element.dataset.limited = "";
  else delete element.dataset.limited;
  for (const one of element.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    one.closest("label").hidden = !wanted(one.value, one.checked);
  }
  for (const one of element.querySelectorAll("select")) {
    for (const option of one.options) {
      option.disabled = !wanted(option.value, option.selected);
      option.hidden = option.disabled;
    }
    one.tomselect?.sync();
  }
}

const named = (key) => document.getElementById(`f-${key}-label`)?.firstChild?.textContent.trim();

/** Whoever does not see the form hears what came and what went. */
function tell(now) {
  const before = seen;
  seen = new Set(now);
  if (!before) return;
  const came = now.filter((key) => !before.has(key)).map(named);
  const went = [...before].filter((key) => !seen.has(key)).map(named);
  const said = [["came", came], ["went", went]].filter(([, names]) => names.length);
  const texts = said.map(([word, names]) => say(word, { names: names.join(say("comma")) }));
  if (texts.length) speak(texts.join(" "));
}

export function attach(root) {
  each(root, "#logic[data-reads]", (asker) => once(asker, "wired", wire));
  each(root, "[data-logic]", apply);
}
