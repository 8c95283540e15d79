// @ in a text box offers colleagues: by arrow keys and Enter, by touch, and by a button for who has no @ at hand.
import { each, once, say, speak } from "./words.js";

const WAIT = 120;
const BEGUN = /(?:^|[^A-Za-z0-9_])@([^\s@]{0,30})$/; // what stands between an @ and the cursor

class Offer {
  constructor(box) {
    this.box = box;
    this.list = Object.assign(document.createElement("div"), { id: `${box.id}-at`, className: "fz-at-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", say("people"));
    box.after(this.list);
    box.setAttribute("aria-autocomplete", "list");
    this.found = [];
  }

  get typed() {
    const { selectionStart: at, selectionEnd: end, value } = this.box;
    return at === end ? BEGUN.exec(value.slice(0, at))?.[1] ?? null : null;
  }

  look() {
    clearTimeout(this.timer);
    const typed = this.typed;
    if (typed === null) return this.close();
    this.timer = setTimeout(() => this.ask(typed), WAIT);
  }

  async ask(typed) {
    const url = new URL(this.box.dataset.mentionUrl, location.href);
    url.searchParams.set("q", typed);
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
    const found = answer?.ok ? await answer.json() : [];
    if (this.typed !== typed || document.activeElement !== this.box) return; // somebody typed on
    this.show(found);
  }

  show(found) {
    if (!found.length) return this.close();
    this.found = found;
    this.list.replaceChildren(...found.map((one, at) => this.option(one, at)));
    this.list.hidden = false;
    this.box.setAttribute("aria-controls", this.list.id);
    this.go(found.findIndex((one) => !one.off));
  }

  option(one, at) {
    const row = Object.assign(document.createElement("div"), { id: `${this.list.id}-${at}`, className: "fz-at-one" });
    row.setAttribute("role", "option");
    if (one.off) row.setAttribute("aria-disabled", "true");
    row.append(Object.assign(document.createElement("b"), { textContent: one.text }));
    if (one.hint) row.append(Object.assign(document.createElement("span"), { className: "fz-end fz-t-xs", textContent: one.hint }));
    row.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
    row.addEventListener("click", () => this.take(at));
    return row;
  }

  go(at) {
    this.at = at;
    [...this.list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    const row = this.list.children[at];
    if (!row) return this.box.removeAttribute("aria-activedescendant");
    this.box.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
    speak([this.found[at].text, this.found[at].hint].filter(Boolean).join(", "));
  }

  step(by) {
    const count = this.found.length;
    for (let tried = 1, at = this.at; tried <= count; tried += 1) {
      at = (at + by + count) % count;
      if (!this.found[at].off) return this.go(at);
    }
  }

  take(at) {
    const one = this.found[at];
    if (!one || one.off) return;
    const end = this.box.selectionStart;
    this.box.setRangeText(`@${one.call} `, end - this.typed.length - 1, end, "end");
    this.close();
    this.box.focus();
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.list.replaceChildren();
    this.found = [];
    this.box.removeAttribute("aria-activedescendant");
    this.box.removeAttribute("aria-controls");
  }

  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.box.form.requestSubmit();
    const act = this.list.hidden ? null : { ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1), Enter: () => this.take(this.at), Tab: () => this.take(this.at), Escape: () => this.close() }[event.key];
    if (!act || (this.at < 0 && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** The button: an @ where the cursor is, parted from a word before it. */
  begin() {
    const { selectionStart: at, value } = this.box;
    this.box.focus();
    this.box.setRangeText(at && /[A-Za-z0-9_]/.test(value[at - 1]) ? " @" : "@", at, this.box.selectionEnd, "end");
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function wire(box) {
  const offer = new Offer(box);
  box.addEventListener("input", (event) => { if (!event.isComposing) offer.look(); });
  box.addEventListener("compositionend", () => offer.look());
  box.addEventListener("click", () => offer.look());
  box.addEventListener("keydown", (event) => offer.pressed(event));
  box.addEventListener("blur", () => offer.close());
  box.form.querySelector(`[data-mention="${box.id}"]`)?.addEventListener("click", () => offer.begin());
}

export function attach(root) {
  each(root, "textarea[data-mention-url]", (box) => once(box, "mentions", wire));
}
