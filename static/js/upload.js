// Files of a record are sent as soon as they are chosen; the form then names them, like those that were there before.
import { toast } from "./toast.js";
import { csrf, each, once, say, speak } from "./words.js";

const roomOf = (input) => /^\/a\/[^/]+\/[^/]+/.exec(new URL(input.form?.action ?? location.href, location.href).pathname)?.[0];

function wire(input) {
  input.addEventListener("change", async () => {
    const files = [...input.files];
    const room = roomOf(input);
    if (!files.length || !room) return;
    input.disabled = true;
    for (const file of files) await send(input, `${room}/files/${input.name.replace(/-upload$/, "")}`, file);
    input.disabled = false;
    input.value = "";
  });
}

async function send(input, address, file) {
  const body = new FormData();
  body.append("file", file);
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": csrf() } }).catch(() => null);
  const given = await answer?.json().catch(() => null);
  if (!answer?.ok || !Array.isArray(given)) return void toast({ text: given?.message ?? say("failed"), tone: "bad" });
  for (const kept of given) place(input, kept);
}

/** A picture is seen at once, by the address under which it will be kept. */
function drawn(input, kept) {
  if (input.dataset.upload !== "picture") return [];
  const room = roomOf(input);
  return [Object.assign(document.createElement("img"), { src: `${room}/files/${kept.id}?show=1`, alt: kept.name })];
}

function place(input, kept) {
  const line = Object.assign(document.createElement("label"), { className: "fz-row" });
  const box = Object.assign(document.createElement("input"), {
    type: "checkbox", className: "fz-ck", name: input.name.replace(/-upload$/, ""), value: kept.id, checked: true,
  });
  const name = Object.assign(document.createElement("span"), { className: "fz-clip", textContent: kept.name });
  line.append(...drawn(input, kept), box, name);
  if (input.dataset.upload) line.className = "pic";
  input.closest("label").before(line);
  box.dispatchEvent(new Event("change", { bubbles: true }));
  speak(kept.name);
}

export function attach(root) {
  each(root, "input[type=file][data-upload]", (input) => once(input, "wired", wire));
}
