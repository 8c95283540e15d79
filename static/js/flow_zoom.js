// The canvas of a workflow larger or smaller: by its buttons, and of itself where a flow would not fit beside what is open.
const SMALLEST = 40, LARGEST = 150, READABLE = 70;
const canvas = () => document.getElementById("canvas");
const phone = matchMedia("(max-width: 767.98px)");
let size = 100, chosen = false;

function apply() {
  if (canvas()) canvas().style.zoom = size / 100;
  document.getElementById("zoom-now").value = `${size}%`;
}

/** How large the flow may be to be seen as wide as it is; with `whole` as high too. */
function fitting(whole) {
  const room = document.getElementById("flow-scroll");
  canvas().style.zoom = 1;
  const sides = [...canvas().querySelectorAll("[data-at]")].map((one) => one.getBoundingClientRect());
  const wide = Math.max(...sides.map((one) => one.right)) - Math.min(...sides.map((one) => one.left));
  const share = Math.min((room.clientWidth - 48) / wide, whole ? (room.clientHeight - 84) / canvas().scrollHeight : 1);
  return Math.max(SMALLEST, Math.min(100, Math.floor(share * 20) * 5));
}

function scale(way) {
  chosen = true;
  size = way ? Math.max(SMALLEST, Math.min(LARGEST, size + way * 10)) : fitting(true);
  apply();
}

/** As long as nobody chose a size: small enough to be seen, large enough to be read; then the trigger in the middle. */
export function settle() {
  if (chosen || phone.matches || !canvas()) return apply();
  size = Math.max(READABLE, fitting(false));
  apply();
  document.getElementById("card--")?.scrollIntoView({ block: "nearest", inline: "center" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (button) scale(Number(button.dataset.zoom));
});
document.body.addEventListener("htmx:oobAfterSwap", apply);
// Something opens or closes at the left.
document.body.addEventListener("htmx:afterSettle", (event) => event.target.id === "trial" && settle());
settle();
