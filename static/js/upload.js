// Files are sent as soon as they are chosen; the form then names them, like those that were there before.
// On a public form they wait on the server until it is sent; while a form is only tried they go nowhere.
import { toast } from "./toast.js";
import { csrf, each, once, say, speak } from "./words.js";

const roomOf = (input) => /^\/a\/[^/]+\/[^/]+/.exec(new URL(input.form?.action ?? location.href, location.href).pathname)?.[0];
const keyOf = (input) => input.name.replace(/-upload$/, "");

/** Where an input's files go; nothing for a form that is only tried. */
function doorOf(input) {
  const room = roomOf(input);
  return input.form?.dataset.files ?? (room && `${room}/files/`);
}

function wire(input) {
  input.addEventListener("change", async () => {
    const files = [...input.files];
    const [door, trial] = [doorOf(input), input.closest("[data-pretend]")];
    if (!files.length || !(door || trial)) return;
    input.disabled = true;
    tell(input, "");
    for (const file of files) {
      if (trial) place(input, { id: `try:${file.name}`, name: file.name }, file);
      else await send(input, door + keyOf(input), file);
    }
    input.disabled = false;
    input.value = "";
  });
}

async function send(input, address, file) {
  const body = new FormData();
  body.append("file", file);
  const slip = input.form?.elements.slip?.value;
  if (slip) body.append("slip", slip);
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": csrf() } }).catch(() => null);
  const given = await answer?.json().catch(() => null);
  if (!answer?.ok || !Array.isArray(given)) return tell(input, given?.message ?? say("failed"));
  for (const kept of given) place(input, kept, file);
}

/** What is wrong with a file stands at its field; everything else of the form stays as it is. */
function tell(input, text) {
  const line = document.getElementById(`${input.id}-error`);
  if (!line) return void (text && toast({ text, tone: "bad" }));
  const mark = Object.assign(document.createElement("i"), { className: "ti ti-alert-circle", ariaHidden: "true" });
  line.replaceChildren(mark, Object.assign(document.createElement("span"), { textContent: text }));
  line.hidden = !text;
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  if (text) speak(text);
}

/** A picture is seen at once, as it lies in the browser. */
function drawn(input, kept, file) {
  if (input.dataset.upload !== "picture") return [];
  return [Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: kept.name })];
}

function place(input, kept, file) {
  const line = Object.assign(document.createElement("label"), { className: "fz-row" });
  const box = Object.assign(document.createElement("input"), {
    type: "checkbox", className: "fz-ck", name: keyOf(input), value: kept.id, checked: true,
  });
  const name = Object.assign(document.createElement("span"), { className: "fz-clip", textContent: kept.name });
  line.append(...drawn(input, kept, file), box, name);
  if (input.dataset.upload) line.className = "pic";
  input.closest("label").before(line);
  box.dispatchEvent(new Event("change", { bubbles: true }));
  speak(kept.name);
}

export function attach(root) {
  each(root, "input[type=file][data-upload]", (input) => once(input, "wired", wire));
}
