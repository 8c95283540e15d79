// A signature drawn by mouse, finger or pen, or a typed name drawn as text; what travels is a small picture.
import { each, once } from "./words.js";

const INK = "#1a2328", PAPER = "#ffffff", HAND = "italic 72px 'Segoe Script', 'Snell Roundhand', 'Kaiti SC', KaiTi, STKaiti, cursive, serif";

function blank(pad) {
  pad.pen.fillStyle = PAPER;
  pad.pen.fillRect(0, 0, pad.canvas.width, pad.canvas.height);
  pad.drawn = false;
}

/** Where a pointer is, in points of the canvas. */
function at(pad, event) {
  const box = pad.canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * pad.canvas.width) / box.width, ((event.clientY - box.top) * pad.canvas.height) / box.height];
}

function stroke(pad, event) {
  for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
    const to = at(pad, one);
    pad.pen.lineWidth = 2.5 + (event.pointerType === "pen" ? one.pressure * 4 : 1.5);
    pad.pen.beginPath();
    pad.pen.moveTo(...pad.last);
    pad.pen.lineTo(...to);
    pad.pen.stroke();
    pad.last = to;
  }
}

function begin(pad, event) {
  if (event.button > 0) return;
  event.preventDefault();
  pad.canvas.setPointerCapture(event.pointerId);
  if (!pad.drawn) blank(pad);
  pad.name.value = "";
  Object.assign(pad.pen, { strokeStyle: INK, lineCap: "round", lineJoin: "round" });
  pad.last = at(pad, event);
  pad.down = pad.drawn = true;
  stroke(pad, event);
}

function end(pad) {
  if (!pad.down) return;
  pad.down = false;
  keep(pad, true);
}

/** The picture goes into the form, or nothing; whoever listens to the form hears it. */
function keep(pad, something) {
  pad.sent.value = something ? pad.canvas.toDataURL("image/png") : "";
  pad.box.classList.toggle("full", something);
  if (something && pad.kept) pad.kept.checked = false;
  pad.sent.dispatchEvent(new Event("input", { bubbles: true }));
  pad.sent.dispatchEvent(new Event("change", { bubbles: true }));
}

/** A typed name stands on the paper as if written. */
function write(pad) {
  const text = pad.name.value.trim();
  blank(pad);
  if (text) {
    let size = 72;
    do pad.pen.font = HAND.replace("72px", `${size}px`); while (pad.pen.measureText(text).width > pad.canvas.width - 60 && (size -= 6) > 18);
    Object.assign(pad.pen, { fillStyle: INK, textAlign: "center", textBaseline: "middle" });
    pad.pen.fillText(text, pad.canvas.width / 2, pad.canvas.height / 2);
  }
  keep(pad, Boolean(text));
}

function clear(pad) {
  pad.name.value = "";
  if (pad.kept) pad.kept.checked = false;
  blank(pad);
  keep(pad, false);
  pad.name.focus();
}

/** What came back with the page, or was kept in this browser, is on the paper again. */
function redraw(pad) {
  if (!pad.sent.value.startsWith("data:image/png")) return void (pad.name.value.trim() && write(pad));
  const image = new Image();
  image.onload = () => pad.pen.drawImage(image, 0, 0, pad.canvas.width, pad.canvas.height);
  image.src = pad.sent.value;
  pad.drawn = !pad.name.value;
  pad.box.classList.add("full");
}

function wire(box) {
  const canvas = box.querySelector("canvas");
  if (!canvas?.getContext) return;
  const pad = { box, canvas, pen: canvas.getContext("2d"), sent: box.querySelector(".pad input"), name: box.querySelector("input[type=text]"), kept: box.querySelector(".kept input[type=checkbox]") };
  if (pad.name.readOnly) return;
  box.querySelector("[data-sign-pad]").hidden = false;
  box.querySelector("[data-sign-clear]").hidden = false;
  blank(pad);
  redraw(pad);
  canvas.addEventListener("pointerdown", (event) => begin(pad, event));
  canvas.addEventListener("pointermove", (event) => pad.down && stroke(pad, event));
  for (const over of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(over, () => end(pad));
  pad.name.addEventListener("input", () => write(pad));
  box.querySelector("[data-sign-clear]").addEventListener("click", () => clear(pad));
}

export const attach = (root) => each(root, "[data-sign]", (box) => once(box, "signing", wire));
