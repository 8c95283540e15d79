// The page of today by keyboard: ↑↓ go from row to row, Space ticks (the button does), N writes down a talk.
const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");

function pressed(event) {
  const row = event.target.closest?.("[data-fu]");
  if (!document.querySelector("[data-today]") || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key.toLowerCase() === "n") return talk(event, row);
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.target !== document.body && !row) return;
  const rows = [...document.querySelectorAll("[data-today] [data-fu]")];
  const next = rows[row ? rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1) : 0];
  if (!next) return;
  event.preventDefault();
  next.querySelector("[role=checkbox]")?.focus();
}

function talk(event, row) {
  const door = row?.querySelector("[data-talk]");
  if (!door) return;
  event.preventDefault();
  door.click();
}

export function start() {
  document.addEventListener("keydown", pressed);
}
