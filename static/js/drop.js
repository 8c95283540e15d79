// A drop zone is a label around a file input: dropping chooses, choosing shows the name and, with data-auto, sends.
import { each, once } from "./words.js";

function wire(zone) {
  const input = zone.querySelector('input[type="file"]');
  const name = zone.querySelector("[data-file-name]");
  for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    if (name) name.textContent = [...input.files].map((file) => file.name).join(", ");
    if (zone.hasAttribute("data-auto") && input.files.length) input.form?.requestSubmit();
  });
}

export function attach(root) {
  each(root, ".fz-file", (zone) => once(zone, "wired", wire));
}
