// The form designer's property panel: text goes a moment after the last letter, everything else when it changes.
import { act, forget, later, send, typed } from "./designer_send.js";

const WAIT = 300;

/** Text is sent a moment after the last letter, everything else when it changes. */
export function changed(event) {
  const input = event.target;
  if (input.closest("[data-default]")) return event.type === "change" ? preset(input) : undefined;
  if (input.dataset.picture) return event.type === "change" ? upload(input) : undefined;
  if (!input.dataset.set) return;
  const text = input.matches("textarea, input:not([type=checkbox], [type=radio])") && /type$|name$/.test(input.dataset.set);
  if (text) renamed(input);
  forget(input);
  if (event.type === "input" && text) return later(input, WAIT);
  if (event.type === "change" && !(text && input.value === input.defaultValue)) send(typed(input));
  if (text) input.defaultValue = input.value;
}

/** A name of one's own takes the place of the type's name in both languages, as it does on the server. */
function renamed(input) {
  delete input.dataset.stock;
  for (const other of input.closest(".fz-2ls")?.querySelectorAll("[data-stock]") ?? []) {
    other.value = other.defaultValue = "";
    delete other.dataset.stock;
  }
}

/** A picture of one's own goes with the gesture that shows it. */
function upload(input) {
  if (input.files[0]) act({ act: "part", id: input.dataset.picture, name: "picture", picture: input.files[0] });
}

function preset(input) {
  const box = input.closest("[data-default]");
  const values = [...box.querySelectorAll("[name=default]")].flatMap((one) => {
    if (one.matches("[type=radio], [type=checkbox]")) return one.checked ? [one.value] : [];
    return one.multiple ? [...one.selectedOptions].map((option) => option.value) : [one.value];
  });
  act({ act: "set", id: box.dataset.id, name: "default", default: values.length ? values : "" });
}

/** A new option is there to be named. */
export function last() {
  const inputs = document.querySelectorAll('#props [data-set="option-name"].form-control');
  inputs[inputs.length - 1]?.select();
}
