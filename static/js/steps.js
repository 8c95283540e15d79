// A form in steps and forms with tabs. Without script both are one long form; here one page and one tab show at a time.
// "Next" lets the server read the page that is left; what it finds wrong stands at the fields, and nothing is lost.
import { toast } from "./toast.js";
import { csrf, each, once, say, speak } from "./words.js";

const WRONG = "[aria-invalid=true], .fz-err:not([hidden])";
const steps = (form) => [...form.querySelectorAll("[data-step]")].filter((step) => !empty(step));
const open = (form) => steps(form).find((step) => !step.hidden);

/** A page whose sections are all hidden is no step. */
function empty(step) {
  const sections = [...step.querySelectorAll("[data-section]")];
  return sections.length > 0 && sections.every((one) => one.hidden);
}

function show(form, step, focus = true) {
  const all = steps(form);
  const at = all.indexOf(step);
  for (const one of form.querySelectorAll("[data-step]")) one.hidden = one !== step;
  const button = (way) => form.querySelector(`[data-step-to=${way}]`);
  button("back").hidden = at === 0;
  button("next").hidden = at === all.length - 1;
  form.querySelector("[type=submit]").hidden = at < all.length - 1 && !("any" in form.dataset);
  if (!focus) return;
  const heading = step.querySelector("h2");
  heading.focus({ preventScroll: true });
  form.scrollIntoView({ block: "start" });
  speak(heading.textContent.trim());
}

function beside(form, way) {
  const all = steps(form);
  return all[all.indexOf(open(form)) + way];
}

/** Ask the server about the page that is open; the next one comes when nothing is wrong with it. */
async function next(form) {
  const step = open(form);
  const [address, rest = ""] = form.dataset.steps.split("?");
  const to = address + step.dataset.step + (rest && `?${rest}`);
  const headers = { "X-CSRFToken": csrf(), "HX-Request": "true" };
  const answer = await fetch(to, { method: "POST", body: new FormData(form), headers }).catch(() => null);
  if (answer?.status === 204) return show(form, beside(form, 1));
  if (answer?.status !== 422) return void toast({ text: say("failed"), tone: "bad" });
  window.htmx.swap(step, await answer.text(), { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  const again = form.querySelector(`[data-step="${step.dataset.step}"]`);
  show(form, again, false);
  first(again)?.focus();
}

const first = (box) => box.querySelector(`[aria-invalid=true], :has(> .fz-err:not([hidden])) :is(input, select, textarea)`);

function stepped(form) {
  form.classList.add("stepped");
  show(form, form.querySelector(WRONG)?.closest("[data-step]") ?? steps(form)[0], false);
  form.addEventListener("click", (event) => {
    const way = event.target.closest("[data-step-to]")?.dataset.stepTo;
    if (way === "back") show(form, beside(form, -1));
    else if (way === "next") next(form);
  });
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("[type=submit]").hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    next(form);
  }, true);
}

const links = (set) => [...set.querySelector("[role=tablist]").children];

function choose(set, link, focus) {
  for (const one of links(set)) {
    const on = one === link;
    one.classList.toggle("on", on);
    one.setAttribute("aria-selected", String(on));
    one.tabIndex = on ? 0 : -1;
    set.querySelector(one.hash).hidden = !on;
  }
  if (focus) link.focus();
}

function walk(set, event) {
  const all = links(set);
  const now = all.indexOf(event.target.closest("[role=tab]"));
  const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
  if (now < 0 || to === undefined) return;
  event.preventDefault();
  choose(set, all[(to + all.length) % all.length], true);
}

function tabbed(set) {
  const list = set.querySelector(":scope > .fz-tabs");
  list.setAttribute("role", "tablist");
  for (const link of links(set)) {
    const pane = set.querySelector(link.hash);
    link.id = `${pane.id}-link`;
    for (const [name, value] of [["role", "tab"], ["aria-controls", pane.id]]) link.setAttribute(name, value);
    pane.setAttribute("role", "tabpanel");
    pane.setAttribute("aria-labelledby", link.id);
  }
  const pane = set.querySelector(WRONG)?.closest(".fz-tabpane") ?? set.querySelector(".fz-tabpane");
  choose(set, links(set).find((link) => link.hash === `#${pane.id}`), false);
  set.classList.add("tabbed");
  list.addEventListener("keydown", (event) => walk(set, event));
  list.addEventListener("click", (event) => {
    const link = event.target.closest("[role=tab]");
    if (!link) return;
    event.preventDefault();
    choose(set, link, true);
  });
}

/** A link to a field, as in the list of what is wrong, brings out the page, the tab and the section it stands in. */
function reveal(event) {
  const name = event.target.closest?.('a[href^="#"]')?.hash.slice(1);
  const element = name && document.getElementById(name);
  if (!element) return;
  const step = element.closest("[data-step]");
  if (step?.hidden) show(step.closest("form"), step, false);
  const pane = element.closest(".fz-tabpane[hidden]");
  if (pane) choose(pane.parentElement, document.getElementById(`${pane.id}-link`), false);
  element.closest("details")?.setAttribute("open", "");
}

export function start() {
  document.addEventListener("click", reveal);
}

export function attach(root) {
  each(root, "[data-tabset]", (set) => once(set, "wired", tabbed));
  each(root, "form[data-steps]", (form) => once(form, "stepped", stepped));
}
