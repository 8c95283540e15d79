// Conditions copied and pasted: within a rule, into any other rule of the same form, in this browser's other windows too.
import { send } from "./rule_tree.js";
import { toast } from "./toast.js";

const KEPT = "fenzu:rule";
const whole = () => document.getElementById("whole-rule");
const STEP = /(\w+)(?:\[(\d+)\])?/g;

/** The part of a rule at a path such as `rules[1].agg.where.rules[0]`. */
function at(rule, path) {
  let node = rule;
  for (const [, name, number] of path.matchAll(STEP)) {
    node = node?.[name];
    if (number !== undefined) node = node?.[number];
  }
  return node;
}

const parse = (text) => { try { return JSON.parse(text); } catch { return null; } };
const kept = () => parse(localStorage.getItem(KEPT));

function copy(path) {
  const node = at(parse(whole().dataset.rule), path);
  if (!node) return;
  const form = (path && rowOf(path)?.dataset.form) || whole().dataset.form;
  localStorage.setItem(KEPT, JSON.stringify({ form, node }));
  navigator.clipboard?.writeText(JSON.stringify(node, null, 2)).catch(() => {}); // another tool may want it; this page does not need it
  toast({ text: whole().dataset.copied });
  offer();
}

const rowOf = (path) => [...document.querySelectorAll(".fz-rr[data-id]")].find((row) => row.dataset.id === path);

/** What was copied is offered only where it means something: in rules about the same form. */
function offer() {
  const form = kept()?.form;
  for (const button of document.querySelectorAll("[data-paste]")) button.hidden = button.dataset.form !== form;
}

function paste(form, where) {
  const found = kept();
  if (found?.form === form) return void send(whole(), "paste", { ...where, node: JSON.stringify(found.node) });
  toast({ text: found ? whole().dataset.other : whole().dataset.nothing, tone: "bad" });
}

function clicked(event) {
  const button = event.target.closest("[data-copy-rule], [data-paste]");
  if (!button) return;
  if ("copyRule" in button.dataset) copy(button.dataset.copyRule);
  else paste(button.dataset.form, { path: button.dataset.paste });
}

/** Ctrl+C on a condition that has the focus copies it, Ctrl+V puts what was copied behind it. */
function keys(event) {
  const row = event.target.matches?.(".fz-rr[data-id]") && event.target;
  if (!row || !(event.ctrlKey || event.metaKey) || !whole()?.offsetParent) return;
  if (event.key === "c" && !String(getSelection())) copy(row.dataset.id);
  else if (event.key === "v") paste(row.dataset.form, { after: row.dataset.id });
  else return;
  event.preventDefault();
}

offer();
document.addEventListener("click", clicked);
document.addEventListener("keydown", keys);
addEventListener("storage", offer);
for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.body.addEventListener(name, offer);
