// The numbers beside conditions: old ones stay, grey, until new ones come; an estimate gives way to the exact number.
const old = new Map();
const part = (name) => document.getElementById(name);
const hits = () => document.querySelectorAll(".hit[id]");

function remember() {
  for (const hit of hits()) if (hit.textContent) old.set(hit.id, hit.textContent);
}

/** A row that was drawn anew has its old numbers until they are counted again. */
function restore() {
  const waiting = Boolean(document.querySelector("#recount[hx-get]:not([data-exact])"));
  for (const hit of hits()) {
    if (!hit.textContent && old.has(hit.id)) hit.textContent = old.get(hit.id);
    hit.classList.toggle("fz-stale", waiting && hit.textContent !== "");
  }
  part("impact")?.classList.toggle("fz-stale", waiting && part("panel-now")?.value === "impact");
}

/** New counts go to the rows that are there; a row may have gone while they were on their way. */
function counted() {
  const found = JSON.parse(part("hits").dataset.hits || "{}");
  old.clear();
  for (const hit of hits()) {
    const [name, row] = hit.id.split(/-(.*)/);
    hit.textContent = found[row]?.[name === "after" ? 1 : 0] ?? "";
    hit.classList.remove("fz-stale");
  }
  for (const [row, [, , said]] of Object.entries(found)) {
    const [cell, words] = [part(`fun-${row}`), part(`said-${row}`)];
    if (cell) cell.dataset.tip = said;
    if (words) words.textContent = said;
  }
}

/** Numbers that were on their way when the rule was changed belong to a rule that is not there any more. */
function late(event) {
  const { requestConfig } = event.detail;
  const now = document.querySelector("#now [name=revision]")?.value;
  if (/\/impact\b/.test(requestConfig.path) && requestConfig.parameters.revision !== now) event.detail.shouldSwap = false;
}

/** Whoever looks at another panel meanwhile keeps it. */
function elsewhere(event) {
  if (event.detail.target?.id === "impact" && part("panel-now")?.value !== "impact") event.detail.shouldSwap = false;
}

document.body.addEventListener("htmx:beforeSwap", late);
document.body.addEventListener("htmx:beforeSwap", remember);
document.body.addEventListener("htmx:oobBeforeSwap", elsewhere);
document.body.addEventListener("htmx:oobAfterSwap", (event) => {
  const id = event.detail.target?.id;
  if (id === "hits") counted();
  else if (id === "rule" || id === "recount") restore();
});
