// The tag page: Enter adds a tag, several pasted lines add many, the search hides what does not fit.
const box = () => document.getElementById("new-tags");

function keyed(event) {
  if (event.target !== box() || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (box().value.trim()) box().form.requestSubmit();
}

function pasted(event) {
  if (event.target !== box() || !event.clipboardData?.getData("text").trim().includes("\n")) return;
  setTimeout(() => box().form.requestSubmit());
}

function find(event) {
  if (event.target.id !== "find-tag") return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const row of document.querySelectorAll("#tag-table [data-find]")) row.hidden = !row.dataset.find.includes(wanted);
}

function clicked(event) {
  const name = event.target.closest("[data-focus-on]")?.dataset.focusOn;
  if (name) document.getElementById(name)?.focus();
}

document.addEventListener("keydown", keyed);
document.addEventListener("paste", pasted);
document.addEventListener("input", find);
document.addEventListener("click", clicked);
