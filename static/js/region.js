// Province, city, district: up to three selects in the place of a typed one; they write a code of six digits.
import { each, once, say } from "./words.js";

const lists = new Map();

/** The tree of divisions in the reader's language, fetched once. */
function load(address) {
  if (!lists.has(address)) lists.set(address, fetch(address).then((answer) => answer.json()));
  return lists.get(address);
}

const full = (code) => String(code).padEnd(6, "0");
const below = (places, code) => places?.find((place) => full(place.code) === code)?.children;

function level(name, input) {
  const select = document.createElement("select");
  select.className = "form-select";
  select.setAttribute("aria-label", say(name));
  for (const said of ["aria-describedby", "aria-invalid"]) {
    if (input.hasAttribute(said)) select.setAttribute(said, input.getAttribute(said));
  }
  select.disabled = input.readOnly;
  return select;
}

function fill(select, places, chosen) {
  const empty = new Option(select.getAttribute("aria-label"), "");
  select.replaceChildren(empty, ...(places ?? []).map((place) => new Option(place.name, full(place.code))));
  select.value = [...select.options].some((one) => one.value === chosen) ? chosen : "";
  select.hidden = !places?.length;
}

function draw(selects, tree, code) {
  fill(selects[0], tree, code ? code.slice(0, 2) + "0000" : "");
  if (selects[1]) fill(selects[1], below(tree, selects[0].value), code ? code.slice(0, 4) + "00" : "");
  if (selects[2]) fill(selects[2], below(below(tree, selects[0].value), selects[1].value), code);
}

/** `place` is the input that travels, or a wrapper around a hidden one. */
function wire(place) {
  const input = place.matches("input") ? place : place.querySelector("input");
  const code = input.dataset.code ?? input.value;
  const depth = Number(input.dataset.level ?? place.dataset.level ?? 3);
  const address = place.dataset.regionSrc || say("regions");
  load(address).then((tree) => {
    const known = /^\d{6}$/.test(code);
    if (!known && input.value) return; // what was typed could not be read: it stays as typed
    const selects = ["province", "city", "district"].slice(0, depth).map((name) => level(name, input));
    const row = Object.assign(document.createElement("div"), { className: "fz-region" });
    row.append(...selects);
    if (input.id) {
      selects[0].id = input.id;
      input.removeAttribute("id");
    }
    input.type = "hidden";
    input.value = /^\d{6}$/.test(input.value) ? input.value : code;
    input.after(row);
    draw(selects, tree, input.value);
    row.addEventListener("change", (event) => {
      event.stopPropagation();
      const at = selects.indexOf(event.target);
      input.value = selects.slice(0, at + 1).reverse().find((one) => one.value)?.value ?? "";
      draw(selects, tree, input.value);
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }).catch(() => {}); // without the list a place can still be typed
}

export function attach(root) {
  each(root, "[data-region]", (place) => once(place, "wired", wire));
}
