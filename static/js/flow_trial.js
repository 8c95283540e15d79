// The test run's path on the canvas: a mark on every card it came to, green lines between them.
const ICONS = { ran: "check", waits: "clock", asks: "clock", failed: "x" };
const MARK = ":scope > .tried-mark";

function draw() {
  for (const line of document.querySelectorAll("#canvas .fz-vl.short")) line.classList.remove("tried");
  const marks = JSON.parse(document.getElementById("trial")?.dataset.trial ?? "{}");
  for (const card of document.querySelectorAll("#canvas [data-at]:is(.fz-nd, .fz-cond)")) {
    const outcome = marks[card.dataset.at] ?? "";
    card.querySelector(MARK)?.remove();
    card.toggleAttribute("data-tried", Boolean(outcome));
    const line = card.previousElementSibling;
    if (line?.matches(".fz-vl, .stem")) line.classList.toggle("tried", Boolean(outcome));
    if (outcome && card.matches(".fz-cond")) card.closest(".fz-brs").previousElementSibling.classList.add("tried");
    if (!outcome || card.matches(".fz-cond")) continue;
    const mark = document.createElement("span");
    mark.className = `st tried-mark ${outcome}`;
    mark.setAttribute("aria-hidden", "true");
    const icon = document.createElement("i");
    icon.className = `ti ti-${ICONS[outcome] ?? "check"}`;
    mark.append(icon);
    card.append(mark);
  }
}

/** Whoever opened the panel stands in it, goes on at what it asks, and is back at the button when it closes. */
function follow(event) {
  if (event.target.id !== "trial" || (document.activeElement !== document.body && document.activeElement?.id !== "do-trial")) return;
  const asks = [...document.querySelectorAll("#trial [id^=as-]")].findLast((one) => one.getAttribute("aria-pressed") === "false");
  const blank = document.getElementById("trial-record")?.value === "" ? document.getElementById("trial-record-ts-control") : null;
  (asks?.parentElement.querySelector("button") ?? blank ?? document.getElementById("trial-go") ?? document.getElementById("do-trial"))?.focus();
}

document.body.addEventListener("htmx:afterSettle", draw);
document.body.addEventListener("htmx:afterSettle", (event) => setTimeout(() => follow(event)));
document.body.addEventListener("htmx:oobAfterSwap", draw);
draw();
