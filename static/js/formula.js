// The formula box: fields and functions are offered while one types, taken by keyboard or by hand.
import { each, once, speak } from "./words.js";

const MOST = 7;
const WORD = /(?:\{([^{}"]*)|([\p{L}_][\p{L}\p{N}_.]*))$/u;

export function attach(root) {
  each(root, "[data-formula]", (part) => once(part, "formulaOn", () => new Box(part)));
}

/** How well an offer fits what was typed: at its start, inside, or not at all. */
function fit(offer, typed) {
  const places = [offer.text, offer.find].map((name) => name.toLowerCase().indexOf(typed)).filter((at) => at >= 0);
  return places.length ? Math.min(...places) : -1;
}

class Box {
  constructor(part) {
    this.area = part.querySelector("textarea");
    this.list = part.querySelector("[role=listbox]");
    this.offers = JSON.parse(this.area.dataset.offers);
    this.at = -1;
    this.area.addEventListener("input", () => this.offer());
    this.area.addEventListener("keydown", (event) => this.key(event));
    // An answer that comes once another field is looked at would say of that one how its result is shown.
    this.area.addEventListener("htmx:beforeOnLoad", (event) => this.area.isConnected || event.preventDefault());
    this.area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    part.querySelectorAll("[data-insert]").forEach((button) => button.addEventListener("click", () => this.put(button.dataset.insert)));
  }

  /** The word before the caret: behind an open brace only fields fit. */
  word() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    const quotes = (before.match(/"/g) ?? []).length;
    return quotes % 2 ? null : WORD.exec(before);
  }

  offer() {
    const word = this.word();
    if (!word) return this.close();
    const field = word[1] !== undefined;
    const typed = (word[1] ?? word[2]).trim().toLowerCase();
    const found = this.offers
      .filter((one) => !field || one.kind === "field")
      .map((one) => [fit(one, typed), one])
      .filter(([place]) => place >= 0)
      .sort((a, b) => a[0] - b[0])
      .slice(0, MOST);
    if (!found.length || (found.length === 1 && !field && found[0][1].text.toLowerCase() === typed && found[0][1].kind === "field")) return this.close();
    this.list.replaceChildren(...found.map(([, one], at) => this.option(one, at)));
    this.list.hidden = false;
    this.mark(0);
  }

  option(one, at) {
    const line = document.createElement("li");
    line.id = `p-formula-o${at}`;
    line.dataset.value = one.insert;
    line.dataset.kind = one.kind;
    line.setAttribute("role", "option");
    const name = document.createElement("b");
    const hint = document.createElement("span");
    name.textContent = one.text;
    hint.textContent = one.hint;
    line.append(name, hint);
    return line;
  }

  mark(at) {
    const lines = [...this.list.children];
    this.at = (at + lines.length) % lines.length;
    lines.forEach((line, place) => line.setAttribute("aria-selected", String(place === this.at)));
    lines[this.at].scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", lines[this.at].id);
    speak(lines[this.at].textContent);
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") this.mark(this.at + 1);
    else if (event.key === "ArrowUp") this.mark(this.at - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.children[this.at]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(line) {
    if (!line) return;
    const word = this.word();
    const end = this.area.selectionStart;
    const after = this.area.value.slice(end);
    this.close();
    const rest = word && word[0].startsWith("{") && after.startsWith("}") ? 1 : 0;
    this.area.setRangeText("", word ? word.index : end, end + rest, "end");
    this.put(line.dataset.value);
  }

  put(text) {
    this.area.focus();
    this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.at = -1;
    this.area.removeAttribute("aria-activedescendant");
  }
}
