// One tooltip for the page: the words of data-tip, on hover and on keyboard focus.
const WAIT = 400;
let tip = null;
let timer = 0;

function show(element) {
  if (element.dataset.tipAt === "rail" && element.offsetWidth > 64) return;
  tip ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "fz-tip", popover: "manual" }));
  tip.setAttribute("aria-hidden", "true");
  tip.textContent = element.dataset.tip;
  if (!tip.matches(":popover-open")) tip.showPopover();
  const at = element.getBoundingClientRect();
  const rail = element.dataset.tipAt === "rail";
  const top = rail ? at.top + (at.height - tip.offsetHeight) / 2 : at.bottom + 6;
  const left = rail ? at.right + 6 : at.left + (at.width - tip.offsetWidth) / 2;
  tip.style.top = (top + tip.offsetHeight > innerHeight ? at.top - tip.offsetHeight - 6 : top) + "px";
  tip.style.left = Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4)) + "px";
}

function hide() {
  clearTimeout(timer);
  if (tip?.matches(":popover-open")) tip.hidePopover();
}

function soon(event) {
  const element = event.target.closest?.("[data-tip]");
  if (!element || event.pointerType === "touch") return;
  clearTimeout(timer);
  timer = setTimeout(() => element.isConnected && show(element), WAIT);
}

export function start() {
  document.addEventListener("pointerover", soon);
  document.addEventListener("focusin", (event) => { if (event.target.matches(":focus-visible")) soon(event); });
  for (const name of ["pointerout", "pointerdown", "focusout", "scroll", "keydown"]) document.addEventListener(name, hide, true);
}
