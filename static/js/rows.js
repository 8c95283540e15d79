// The rows of a sub-form: added, copied, taken away, added up; Enter goes down a column.
import { each, once, speak } from "./words.js";

const rowsOf = (box) => [...box.querySelectorAll("tbody > [data-row]")];
const MARK = "__row__";

/** A new row from the template, under a name of its own. */
function grow(box, slot) {
  const html = box.querySelector("template[data-blank]");
  const row = html.content.firstElementChild.cloneNode(true);
  for (const one of [row, ...row.querySelectorAll("*")]) {
    for (const { name, value } of [...one.attributes]) {
      if (value.includes(MARK)) one.setAttribute(name, value.replaceAll(MARK, slot));
    }
  }
  box.querySelector("tbody").append(row);
  row.querySelectorAll("[data-row-off]").forEach((button) => { button.hidden = false; });
  document.body.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: row } }));
  return row;
}

function free(box) {
  const used = new Set(rowsOf(box).map((row) => row.dataset.slot));
  let number = used.size;
  while (used.has(`n${number}`)) number += 1;
  return `n${number}`;
}

function add(box) {
  if (rowsOf(box).length >= Number(box.dataset.most)) return null;
  const row = grow(box, free(box));
  settle(box);
  enter(row);
  return row;
}

function copy(box) {
  const last = rowsOf(box).at(-1);
  const row = last && add(box);
  if (!row) return;
  const from = cells(last);
  cells(row).forEach((one, at) => fill(one, from[at]));
  settle(box);
  told(box);
}

const cells = (row) => [...row.querySelectorAll("[name]")].filter((one) => one.type !== "hidden");

function fill(one, other) {
  if (!other) return;
  if (one.type === "checkbox" || one.type === "radio") one.checked = other.checked;
  else if (one.tomselect) {
    const option = other.tomselect?.options[other.value];
    if (option) one.tomselect.addOption({ ...option });
    one.tomselect.setValue(other.value, true);
  } else one.value = other.value;
}

function enter(row) {
  const first = row.querySelector("input:not([type=hidden]), select:not([aria-hidden]), textarea");
  first?.focus();
}

function drop(box, button) {
  const row = button.closest("[data-row]");
  const near = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  settle(box);
  told(box);
  (near?.querySelector("[data-row-off]") ?? box.querySelector("[data-row-add]"))?.focus();
}

function told(box) {
  box.dispatchEvent(new Event("change", { bubbles: true }));
  const count = box.querySelector("[data-row-count]");
  if (count) speak(count.textContent);
}

/** Numbers of rows, sums, and what may still be done. */
function settle(box) {
  const rows = rowsOf(box);
  rows.forEach((row, at) => {
    const off = row.querySelector("[data-row-off]");
    off?.setAttribute("aria-label", off.dataset.says.replace("#", at + 1));
    each(row, "[data-number]", (one) => { one.textContent = ` ${at + 1}`; });
  });
  const count = box.querySelector("[data-row-count]");
  if (count) count.textContent = (rows.length === 1 ? count.dataset.one : count.dataset.says).replace("#", rows.length);
  const full = rows.length >= Number(box.dataset.most);
  each(box, "[data-row-add]", (one) => { one.disabled = full; });
  each(box, "[data-row-copy]", (one) => { one.disabled = full; one.hidden = !rows.length; });
  each(box, "[data-sum]", (one) => sum(box, rows, one));
}

function sum(box, rows, output) {
  const name = (row) => `${box.dataset.rows}.${row.dataset.slot}.${output.dataset.sum}`;
  const texts = rows.map((row) => row.querySelector(`[name="${CSS.escape(name(row))}"]`)?.value ?? "");
  const numbers = texts.map((text) => Number(text.replace(/[\s,，¥￥$€£%]/g, ""))).filter(Number.isFinite);
  const total = numbers.reduce((a, b) => a + b, 0);
  const places = Number(output.dataset.decimals);
  const exact = Number(total.toFixed(places));
  const shown = exact.toLocaleString("en-US", { minimumFractionDigits: Number.isInteger(exact) ? 0 : places, maximumFractionDigits: places });
  output.textContent = output.dataset.zero.replace(/0(\.0+)?/, shown);
}

function keyed(box, event) {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.target.matches("tbody input:not([type=checkbox], [type=radio])") || event.target.closest(".ts-wrapper")) return;
  event.preventDefault();
  const row = event.target.closest("[data-row]");
  const at = cells(row).indexOf(event.target);
  const next = row.nextElementSibling ?? add(box);
  if (next) (cells(next)[at] ?? next).focus();
}

function wire(box) {
  each(box, "[data-row-add], [data-row-off]", (one) => { one.hidden = false; });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches("[data-row-add]")) { add(box); told(box); }
    else if (button?.matches("[data-row-copy]")) copy(box);
    else if (button?.matches("[data-row-off]")) drop(box, button);
  });
  box.addEventListener("keydown", (event) => keyed(box, event));
  box.addEventListener("input", () => settle(box));
  box.closest("form")?.addEventListener("fz:keep", (event) => again(box, event.detail));
  settle(box);
}

/** Rows that were only typed, not saved, come back with what the browser kept. */
function again(box, values) {
  const stem = `${box.dataset.rows}.`;
  const slots = new Set(Object.keys(values).filter((name) => name.startsWith(stem)).map((name) => name.split(".")[1]));
  const there = new Set(rowsOf(box).map((row) => row.dataset.slot));
  for (const slot of slots) if (!there.has(slot)) grow(box, slot);
  for (const row of rowsOf(box)) if (!slots.has(row.dataset.slot) && cells(row).length) row.remove();
  setTimeout(() => settle(box));
}

export function attach(root) {
  each(root, "[data-rows]", (box) => { if (!box.closest("[inert]")) once(box, "wired", wire); });
}
