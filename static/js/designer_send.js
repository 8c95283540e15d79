// How the form designer tells the server: one gesture, one request, one after the other; typing not yet sent goes first.
import { ask } from "./ask.js";

const NARROW = matchMedia("(max-width: 767.98px)");
const waiting = new Map();
let latest = Promise.resolve();

export const root = document.getElementById("designer");
export const narrow = () => NARROW.matches;
export const fact = (name) => document.querySelector(`#facts [name=${name}]`);
export const chosen = () => fact("sel").value;

/** Send one gesture; what was typed and not yet sent goes first. */
export function act(values) {
  flush();
  return send(values);
}

export function send(values) {
  if (narrow()) return Promise.resolve();
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) [].concat(value).forEach((one) => data.append(name, one));
  latest = ask("POST", root.dataset.url, { source: root, target: root, swap: "none", values: data });
  return latest;
}

export function flush() {
  for (const [input, timer] of [...waiting]) {
    clearTimeout(timer);
    sendText(input);
  }
}

/** Everything that was typed has reached the server. */
export function settled() {
  flush();
  return latest;
}

/** Send a text a moment after its last letter. */
export function later(input, wait) {
  forget(input);
  waiting.set(input, setTimeout(() => sendText(input), wait));
}

export function forget(input) {
  clearTimeout(waiting.get(input));
  waiting.delete(input);
}

function sendText(input) {
  waiting.delete(input);
  input.defaultValue = input.value;
  send(typed(input));
}

export function typed(input) {
  const { set, id = "", name, option = "" } = input.dataset;
  let value = input.type === "checkbox" ? (input.checked ? "1" : "") : input.value;
  if ("many" in input.dataset) {
    value = [...document.querySelectorAll(`#props input[name="${input.name}"]:checked`)].map((one) => one.value);
    if (!value.length) value = "";
  }
  return { act: set, id, name, option, value };
}
