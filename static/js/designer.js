// The form designer: every gesture is one request, one after the other; the server draws what changed.
import { start as together } from "./beside.js";
import { address, choose, dress, found, mark, stops } from "./designer_board.js";
import { changed, last } from "./designer_panel.js";
import { act, chosen, flush, narrow, root, settled } from "./designer_send.js";
import { start as unsent } from "./designer_unsent.js";
import { each, speak } from "./words.js";

function clicked(event) {
  const button = event.target.closest("[data-act]");
  if (button) return pressed(button);
  const room = event.target.closest("#rooms a, [data-leave]");
  if (room && !event.ctrlKey && !event.metaKey && !event.shiftKey) return leave(event, room.href);
  const look = event.target.closest("[data-look]");
  if (look) return dress(look);
  if (event.target.closest("[data-reload]")) return location.reload();
  const tile = event.target.closest(".fz-pal-i[data-kind]");
  if (tile) return void act({ act: "add", kind: tile.dataset.kind });
  const other = event.target.closest("[data-choose]");
  if (other) return choose(other.dataset.choose);
  const part = event.target.closest(".tools") ? null : event.target.closest("#paper [data-sel]");
  if (part) choose(part.dataset.sel);
}

/** The next room shows what was typed in this one: the last letters go first. */
function leave(event, address) {
  event.preventDefault();
  settled().finally(() => location.assign(address));
}

function pressed(button) {
  const { act: name, id = "", option = "", to = "", value = "", lines } = button.dataset;
  const values = { act: name, id, option, to, value, name: button.dataset.name ?? "" };
  if (lines) values.lines = document.getElementById(lines).value;
  button.closest("[popover]")?.hidePopover();
  act(values).then(() => { if (button.dataset.then === "option") last(); });
}

const WAYS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

function keyed(event) {
  const part = event.target.closest?.("#paper [data-sel]");
  if (!part || part !== event.target) return;
  const id = part.dataset.sel;
  if (event.key in WAYS) {
    event.preventDefault();
    event.stopPropagation();
    if (!event.altKey) return step(part, WAYS[event.key]);
    if (id) moved(act({ act: "move", id, to: WAYS[event.key] < 0 ? "up" : "down" }));
  } else if ((event.key === "Delete" || event.key === "Backspace") && id) {
    event.preventDefault();
    act({ act: "remove", id }).then(() => found(chosen())?.focus({ preventScroll: true }));
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    if (part.dataset.sel !== chosen()) choose(part.dataset.sel);
    document.querySelector("#props input, #props select")?.focus();
  }
}

function step(part, way) {
  const all = stops();
  const next = all[all.indexOf(part) + way];
  if (next) choose(next.dataset.sel);
}

function moved(done) {
  done.then(() => {
    const element = found(chosen());
    const all = stops().filter((one) => one.matches("[data-id]") === element?.matches("[data-id]"));
    if (element?.dataset.name) speak(`${element.dataset.name} ${all.indexOf(element) + 1}/${all.length}`);
  });
}

function search(event) {
  const wanted = event.target.value.trim().toLowerCase();
  let any = false;
  each(root, "[data-shelf]", (shelf) => {
    const tiles = [...shelf.querySelectorAll("[data-find]")];
    tiles.forEach((tile) => { tile.hidden = !tile.dataset.find.includes(wanted); });
    shelf.hidden = tiles.every((tile) => tile.hidden);
    any ||= !shelf.hidden;
  });
  document.getElementById("find-none").hidden = any;
}

/** Enter in the search adds what was found first, the arrow goes to the tiles. */
function take(event) {
  const tiles = [...root.querySelectorAll("[data-shelf]:not([hidden]) .fz-pal-i:not([hidden])")];
  const word = event.target.value.trim().toLowerCase();
  const first = tiles.find((tile) => tile.textContent.trim().toLowerCase() === word) ?? tiles[0];
  if (!first || event.isComposing || !["Enter", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  if (event.key === "ArrowDown") return first.focus();
  if (word) first.click();
}

/** What is published is what was typed: the last letters go first, and their answer may bring another button. */
function publishing(event) {
  if (event.detail.elt.id !== "publish-open") return;
  event.preventDefault();
  settled().then(() => window.htmx.ajax("GET", event.detail.path, { target: "#dialog-slot", swap: "innerHTML" }));
}

let shown = root && chosen();

/** The paper was drawn anew: what is selected has its handles again, and something new comes into view. */
function swapped() {
  const now = chosen();
  const element = mark(now);
  if (now !== shown) (element?.closest("[data-id], [data-part]") ?? element)?.scrollIntoView({ block: "nearest" });
  shown = now;
  if (new URL(location.href).searchParams.get("sel") !== (now || null)) address();
  if (found(now) && document.activeElement === document.body) found(now).focus({ preventScroll: true });
}

if (root) {
  mark(chosen());
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", keyed, true);
  root.addEventListener("input", changed);
  root.addEventListener("change", changed);
  document.getElementById("find-field")?.addEventListener("input", search);
  document.getElementById("find-field")?.addEventListener("keydown", take);
  document.body.addEventListener("htmx:confirm", publishing);
  document.body.addEventListener("htmx:afterSettle", swapped);
  addEventListener("pagehide", flush);
  together();
  unsent();
  if (narrow()) each(root, "#props", (panel) => { panel.inert = true; });
}
