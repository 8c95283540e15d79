// htmx set up for this house: the token in a header, 422 and 409 swapped like 200, failures said in words.
import { toast } from "./toast.js";
import { csrf, say, speak } from "./words.js";

const SWAPPED = new Set([409, 422]);

function beforeSwap(event) {
  const { xhr } = event.detail;
  if (SWAPPED.has(xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    return;
  }
  if (xhr.status < 400) return;
  const slot = nearestSlot(event.detail.requestConfig?.elt ?? event.target);
  if (slot && isHtml(xhr) && xhr.responseText.trim()) {
    event.detail.target = slot;
    event.detail.shouldSwap = true;
  }
}

function nearestSlot(element) {
  for (let at = element; at; at = at.parentElement) {
    const slot = at.matches?.("[data-error-slot]") ? at : at.querySelector?.(":scope > [data-error-slot]");
    if (slot) return slot;
  }
  return null;
}

const isHtml = (xhr) => (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html");

function failed(event) {
  const { xhr, requestConfig } = event.detail;
  if (SWAPPED.has(xhr.status) || hasToast(xhr)) return;
  if (xhr.status === 401) return void toast({ text: say("ended"), tone: "bad", href: location.href });
  if (nearestSlot(requestConfig?.elt) && isHtml(xhr)) return;
  toast({ text: message(xhr) || say("failed"), tone: "bad" });
}

const hasToast = (xhr) => /"toast"/.test(xhr.getResponseHeader("HX-Trigger") ?? "");

function message(xhr) {
  try {
    const answer = JSON.parse(xhr.responseText);
    return answer.message ?? answer.errors?.[0]?.message ?? "";
  } catch {
    return "";
  }
}

/** After a swap the focus stays by id (htmx does that); where it got lost it goes to the new heading or mark. */
function keepFocus(event) {
  const target = event.detail.elt ?? event.target;
  const wanted = target.querySelector?.("[data-focus]") ?? target.querySelector?.('[aria-invalid="true"]');
  if (wanted) return wanted.focus();
  if (document.activeElement !== document.body || target.closest?.("dialog")) return;
  const heading = target.matches?.("#main") ? target.querySelector("h1, h2") : null;
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

export function start() {
  const body = document.body;
  body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrf();
    const version = event.detail.elt.closest?.("[data-version]")?.dataset.version;
    if (version) event.detail.headers["X-Version"] = version;
  });
  body.addEventListener("htmx:beforeSwap", beforeSwap);
  body.addEventListener("htmx:responseError", failed);
  body.addEventListener("htmx:sendError", () => toast({ text: say("offline"), tone: "bad" }));
  body.addEventListener("htmx:timeout", () => toast({ text: say("offline"), tone: "bad" }));
  body.addEventListener("htmx:afterSettle", keepFocus);
  body.addEventListener("speak", (event) => speak(event.detail?.value ?? ""));
}
