// Pickers for people, tags, customers and fields: Tom Select, with the search done by the server.
import * as links from "./links.js";
import { each, once, say } from "./words.js";

const WAIT = 200;

function draw(data, escape) {
  const named = data.color ?? data.c;
  const color = named ? ` data-c="${escape(named)}"` : "";
  const square = named ? '<span class="fz-sq"></span>' : "";
  const more = data.hint ? ` <span class="fz-end fz-t-xs fz-t-3">${escape(data.hint)}</span>` : "";
  return { color, square, more };
}

const render = {
  option(data, escape) {
    const part = draw(data, escape);
    return `<div${part.color}>${part.square}<span>${escape(data.text)}</span>${part.more}</div>`;
  },
  item(data, escape) {
    return `<div${draw(data, escape).color}>${escape(data.text)}</div>`;
  },
  no_results: () => `<div class="no-results">${say("none")}</div>`,
  option_create: (data, escape) => `<div class="create">${say("create", { name: escape(data.input) })}</div>`,
};

function remote(address, select) {
  return (query, done) => {
    const first = links.first(select);
    if (first) return done([{ value: "-", text: first, disabled: true }]);
    const url = links.beside(select, new URL(address, location.href));
    url.searchParams.set("q", query);
    fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : []))
      .then((found) => done((found.items ?? found).map(plain)))
      .catch(() => done());
  };
}

/** What an earlier search found goes; what is chosen stays, and so does "none". */
function found(address, select) {
  const search = remote(address, select);
  return function load(query, done) {
    search(query, (options) => {
      if (options) this.clearOptions((_option, value) => value === "" || this.items.includes(value));
      done(options);
    });
  };
}

/** What the server calls const and label is welcome too, in one language or in both. */
function plain(one) {
  const label = one.text ?? one.label ?? one.name;
  const text = typeof label === "object" ? label[document.documentElement.lang.slice(0, 2)] ?? Object.values(label)[0] : label;
  return { ...one, value: String(one.value ?? one.const ?? one.id), text };
}

/** Ask anew from the beginning; what was found by the last words is no longer the list. */
function again(picker) {
  picker.loadedSearches = {};
  picker.clearOptions((_option, value) => value === "" || picker.items.includes(value));
  picker.load("");
}

/** What is offered may depend on other fields: when those have changed, it is asked for again. */
function follow(picker, select) {
  let asked = links.state(select);
  picker.on("focus", () => {
    const now = links.state(select);
    if (now === asked) return;
    asked = now;
    again(picker);
  });
}

/** A name that nobody has yet is made on the spot: in the list itself, or by a small form. */
function creating(select) {
  if (!select.dataset.newUrl) return select.hasAttribute("data-create");
  return function open(typed, done) {
    done();
    this.blur();
    links.make(select, typed);
  };
}

function wire(select) {
  const address = select.dataset.searchUrl;
  const plugins = select.multiple ? { remove_button: { title: say("remove") } } : {};
  const picker = new window.TomSelect(select, {
    plugins, render,
    create: creating(select),
    maxOptions: 200,
    searchField: ["text", "sound"],
    loadThrottle: WAIT,
    preload: address ? "focus" : false,
    load: address ? found(address, select) : undefined,
    score: address ? (typed) => (option) => (typed && option.value === "" ? 0 : 1) : undefined,
    placeholder: select.dataset.placeholder ?? "",
    hidePlaceholder: true,
    clearAfterSelect: select.multiple,
    allowEmptyOption: !select.multiple && select.options[0]?.value === "" && select.options[0].text !== "", // an empty line would stand over the placeholder
    onChange: () => select.dispatchEvent(new Event("picked", { bubbles: true })),
  });
  if (select.dataset.own) follow(picker, select);
  if (address && select.multiple) picker.on("item_add", () => again(picker));
  select.setAttribute("aria-hidden", "true"); // its label now names the picker's own input
  const described = select.getAttribute("aria-describedby");
  if (described) picker.control_input.setAttribute("aria-describedby", described);
}

export function attach(root) {
  if (!window.TomSelect) return;
  each(root, "select[data-pick]", (select) => once(select, "wired", wire));
}

/** Before htmx keeps a copy of a region, pickers go back to plain selects. */
export function detach(root) {
  each(root, "select[data-pick]", (select) => {
    select.tomselect?.destroy();
    delete select.dataset.wired;
  });
}
