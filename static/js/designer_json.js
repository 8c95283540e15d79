// The document of a form as text: line numbers beside it, a problem leads to its line, undo waits until the text is kept.
const area = () => document.getElementById("text");

function number() {
  const box = area();
  const gutter = box.parentElement.querySelector("[data-numbers]");
  const count = box.value.split("\n").length;
  if (Number(gutter.dataset.numbers) !== count) {
    gutter.dataset.numbers = count;
    gutter.textContent = Array.from({ length: count }, (_, at) => at + 1).join("\n");
  }
  gutter.scrollTop = box.scrollTop;
}

/** What is typed and not kept must not be written over by a step back. */
function dirty() {
  const now = area().value !== area().defaultValue;
  for (const name of ["undo", "redo"]) {
    const button = document.getElementById(name);
    if (!button) continue;
    button.dataset.able ??= String(!button.disabled);
    button.disabled = now || button.dataset.able === "false";
  }
}

function jump(event) {
  const line = Number(event.target.closest("[data-line]")?.dataset.line);
  if (!line) return;
  const box = area();
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  box.focus();
  box.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  box.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(box).lineHeight));
  box.scrollLeft = 0;
}

let waiting = 0;

/** A long text that is put in arrives line by line: once a frame is enough. */
function seen() {
  waiting ||= requestAnimationFrame(() => {
    waiting = 0;
    number();
    dirty();
  });
}

document.addEventListener("click", jump);
document.addEventListener("input", (event) => { if (event.target === area()) seen(); });
document.addEventListener("reset", () => setTimeout(seen));
document.addEventListener("scroll", (event) => { if (event.target === area()) number(); }, true);
document.body.addEventListener("htmx:afterSettle", seen);
seen();
