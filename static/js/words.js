// The few sentences scripts need; the page carries them in its own language.

/** One sentence by name, with {values} filled in. */
export function say(name, values = {}) {
  const text = document.getElementById("words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

/** Speak politely to a screen reader. */
export function speak(text, urgent = false) {
  const region = document.getElementById(urgent ? "alert" : "live");
  if (region) region.textContent = text;
}

/** The CSRF token of this page. */
export const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Every element under root, root included, that matches. */
export function each(root, selector, act) {
  if (root instanceof Element && root.matches(selector)) act(root);
  root.querySelectorAll?.(selector).forEach(act);
}

/** Do something once per element, however often its surroundings are swapped. */
export function once(element, mark, act) {
  if (element.dataset[mark]) return;
  element.dataset[mark] = "1";
  act(element);
}
