// A second way to set a value (a slider, a colour box) beside the input that travels: each follows the other.
import { each, once } from "./words.js";

const REST = 300;
const readable = (twin, text) => (twin.type === "color" ? /^#[0-9a-f]{6}$/i.test(text) : text !== "" && !Number.isNaN(Number(text)));

function wire(twin) {
  const input = twin.parentElement.querySelector("input:not([data-twin])");
  if (!input) return;
  twin.hidden = false;
  const follow = () => {
    twin.dataset.blank = input.value.trim() ? "" : "1";
    if (readable(twin, input.value.trim())) twin.value = input.value.trim();
  };
  let rest;
  const lead = () => {
    input.value = twin.value;
    twin.dataset.blank = "";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(rest); // sliding with the keys changes at every step; who listens wants to hear where it came to rest
    rest = setTimeout(() => input.dispatchEvent(new Event("change", { bubbles: true })), REST);
  };
  follow();
  input.addEventListener("input", follow);
  twin.addEventListener("input", lead);
  twin.addEventListener("change", (event) => event.stopPropagation());
}

export const attach = (root) => each(root, "[data-twin]", (twin) => once(twin, "twinned", wire));
