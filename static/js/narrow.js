// Whether the screen is a phone's, told to the server with every page, so that it draws the right layout at once;
// and the way on from a short form to the whole one, with everything that was typed.
const NARROW = matchMedia("(max-width: 767.98px)");

function tell() {
  if (window.top !== window) return; // a form that is tried in a frame says nothing of the screen
  document.cookie = `narrow=${NARROW.matches ? 1 : 0}; path=/; max-age=31536000; samesite=lax`;
}

function onward(event) {
  const button = event.target.closest("button[data-onward]");
  if (!button) return;
  const { form } = button;
  delete form.dataset.dirty;
  form.action = button.dataset.onward;
  form.submit(); // a plain one, past htmx: a whole page comes back
}

export function start() {
  tell();
  NARROW.addEventListener("change", tell);
  document.addEventListener("click", onward);
}
