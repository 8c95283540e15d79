// What is typed is never lost: a form keeps its text in this browser until the server has it.
import { toast } from "./toast.js";
import { each, once, say } from "./words.js";

const PREFIX = "fenzu:keep:";
const WAIT = 400;
const skipped = new Set(["password", "file", "hidden", "submit", "button"]);
const key = (form) => PREFIX + form.dataset.keep;

const kept = (one) => !skipped.has(one.type) || (one.type === "hidden" && one.closest("[data-region], [data-sign]"));
const fields = (form) => [...form.elements].filter((one) => one.name && kept(one) && !one.closest("[data-unkept]"));

function read(form) {
  const values = {};
  for (const one of fields(form)) {
    const list = (values[one.name] ??= []);
    if (one.type === "checkbox" || one.type === "radio") { if (one.checked) list.push(one.value); }
    else if (one.multiple) list.push(...[...one.selectedOptions].map((option) => option.value));
    else list.push(one.value);
  }
  return values;
}

function write(form, values) {
  const used = {};
  form.dispatchEvent(new CustomEvent("fz:keep", { detail: values })); // rows that were added are there again first
  for (const one of fields(form)) {
    const list = values[one.name];
    if (!list) continue;
    if (one.type === "checkbox" || one.type === "radio") one.checked = list.includes(one.value);
    else if (one.multiple) [...one.options].forEach((option) => { option.selected = list.includes(option.value); });
    else one.value = list[(used[one.name] = (used[one.name] ?? -1) + 1)] ?? one.value;
    one.tomselect?.sync();
  }
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function wire(form) {
  const first = read(form);
  const draft = parse(localStorage.getItem(key(form)));
  const returned = form.hasAttribute("data-returned"); // what was typed came back with its messages
  if (draft && !returned && !same(draft.values, first) && draft.version === (form.dataset.version ?? "")) {
    write(form, draft.values);
    form.dataset.dirty = "1";
    toast({ text: say("kept") });
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.isConnected && store(form, first), WAIT); // what was sent and swapped away is not kept
  });
  form.addEventListener("change", () => store(form, first));
  form.addEventListener("submit", () => store(form, first));
  form.addEventListener("reset", () => localStorage.removeItem(key(form)));
}

function store(form, first) {
  const values = read(form);
  if (same(values, first)) return localStorage.removeItem(key(form));
  try {
    localStorage.setItem(key(form), JSON.stringify({ values, version: form.dataset.version ?? "", at: Date.now() }));
  } catch { /* a full or forbidden store only costs the safety net */ }
}

function parse(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}

/** Saved: the server has it, the copy may go. A plain form says so with `data-kept-done` on the page that follows. */
export function start() {
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form[data-keep]");
    if (form && event.detail.xhr?.status < 300 && event.detail.requestConfig?.verb !== "get") localStorage.removeItem(key(form));
  });
  const month = 30 * 24 * 3600 * 1000;
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    if (Date.now() - (parse(localStorage.getItem(name))?.at ?? 0) > month) localStorage.removeItem(name);
  }
}

export function attach(root) {
  each(root, "[data-kept-done]", (mark) => localStorage.removeItem(PREFIX + mark.dataset.keptDone));
  each(root, "form[data-keep]", (form) => once(form, "kept", wire));
}
