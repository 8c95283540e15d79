// A gesture that never reached the server (signed out meanwhile, no connection) waits in this tab and goes with the next visit.
import { root, send } from "./designer_send.js";

const PLACE = `fz-unsent:${root?.dataset.url}`;
const MOST = 50;
const OF_THE_PAGE = new Set(["revision", "sel", "look", "layout", "tab"]);
const STEPS_BACK = new Set(["undo", "redo"]);
const waiting = () => JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");

// 400 is a page older than its session; what is refused a second time is refused for another reason.
const noted = ({ status }) => status === 0 || status === 401 || (status === 400 && !retrying);
let retrying = false;

/** What the gesture said; files cannot wait. */
function said({ formData }) {
  const values = {};
  for (const [name, value] of formData ?? []) {
    if (typeof value !== "string") return null;
    if (!OF_THE_PAGE.has(name)) values[name] = name in values ? [].concat(values[name], value) : value;
  }
  return values.act && !STEPS_BACK.has(values.act) ? values : null;
}

/** Of one text only its last state waits. */
const same = (one, other) => /type$|name$/.test(one.act) && ["act", "id", "name", "option"].every((key) => one[key] === other[key]);

function lost(event) {
  const { requestConfig, xhr } = event.detail;
  if (requestConfig?.path !== root.dataset.url || !noted(xhr)) return;
  const values = said(requestConfig);
  if (values) sessionStorage.setItem(PLACE, JSON.stringify([...waiting().filter((one) => !same(one, values)), values].slice(-MOST)));
}

function again() {
  const found = waiting();
  sessionStorage.removeItem(PLACE);
  retrying = true;
  found.reduce((before, values) => before.then(() => send(values)), Promise.resolve()).finally(() => { retrying = false; });
}

export function start() {
  document.body.addEventListener("htmx:responseError", lost);
  document.body.addEventListener("htmx:sendError", lost);
  addEventListener("online", again);
  if (waiting().length) again();
}
