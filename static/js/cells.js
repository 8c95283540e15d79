// A cell opens for changing by a double click or by Enter; arrow keys walk between cells.
const SIDE = { ArrowLeft: -1, ArrowRight: 1 };
const LINE = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };

function walk(cell, key) {
  const row = cell.closest("tr");
  const cells = [...row.querySelectorAll("[data-cell]")];
  if (key in SIDE) return cells[cells.indexOf(cell) + SIDE[key]];
  const other = row[LINE[key]];
  return other?.querySelectorAll("[data-cell]")[cells.indexOf(cell)];
}

function columns(event) {
  const menu = event.target.closest("[data-columns]");
  if (!menu) return;
  const chosen = [...menu.querySelectorAll("input:checked")].map((box) => box.value);
  const address = new URL(menu.dataset.columns, location.href);
  address.searchParams.set("cols", chosen.join(","));
  location.assign(address);
}

export function start() {
  document.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell && window.htmx) window.htmx.trigger(cell, "open-cell");
  });
  document.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!(cell instanceof Element) || !cell.matches("[data-cell]")) return;
    if (event.key === "Enter") window.htmx?.trigger(cell, "open-cell");
    else if (event.key in SIDE || event.key in LINE) walk(cell, event.key)?.focus();
    else return;
    event.preventDefault();
  });
  document.addEventListener("change", columns);
}
