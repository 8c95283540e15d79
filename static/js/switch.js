// Light or dark, Chinese or English: at once in the page, and kept by the server for this person.
import { csrf } from "./words.js";

async function change(button) {
  const form = new URLSearchParams({ value: button.value, csrf_token: csrf() });
  const kept = fetch(button.dataset.url, {
    method: "POST", body: form, credentials: "same-origin", headers: { "X-CSRFToken": csrf() }, redirect: "manual",
  });
  if (button.dataset.switch === "theme") {
    document.documentElement.dataset.bsTheme = button.value;
    button.querySelector(".ti").className = "ti ti-" + (button.value === "dark" ? "sun" : "moon");
    button.value = button.value === "dark" ? "light" : "dark";
    document.dispatchEvent(new CustomEvent("theme"));
    return kept.catch(() => {});
  }
  await kept.catch(() => {});
  location.reload();
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-switch]");
    if (button) change(button);
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => copy.dispatchEvent(new CustomEvent("copied", { bubbles: true })));
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
  });
}
