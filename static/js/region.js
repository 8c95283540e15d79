// Province, city, district: three selects that fill one hidden input with a code of six digits.
import { each, once, say } from "./words.js";

const lists = new Map();
const load = (address) => {
  if (!lists.has(address)) lists.set(address, fetch(address).then((answer) => answer.json()));
  return lists.get(address);
};
const full = (code) => String(code).padEnd(6, "0");

function level(name, label) {
  const select = document.createElement("select");
  select.className = "form-select";
  select.dataset.level = name;
  select.setAttribute("aria-label", label);
  return select;
}

function fill(select, label, places, chosen) {
  select.replaceChildren(new Option(label, ""), ...(places ?? []).map((place) => new Option(place.name, full(place.code))));
  select.value = chosen && [...select.options].some((one) => one.value === chosen) ? chosen : "";
  select.hidden = !places?.length;
}

const child = (places, code) => places?.find((place) => full(place.code) === code)?.children;

function wire(box) {
  const hidden = box.querySelector('input[type="hidden"]');
  const [first, second, third] = [level("1", say("province")), level("2", say("city")), level("3", say("district"))];
  const row = document.createElement("div");
  row.className = "fz-region";
  row.append(first, second, third);
  box.append(row);
  load(box.dataset.regionSrc).then((tree) => {
    const code = hidden.value;
    const city = code.slice(0, 4) + "00";
    fill(first, say("province"), tree, code ? code.slice(0, 2) + "0000" : "");
    fill(second, say("city"), child(tree, first.value), city);
    fill(third, say("district"), child(child(tree, first.value), second.value), code);
    row.addEventListener("change", (event) => {
      if (event.target === first) fill(second, say("city"), child(tree, first.value), "");
      if (event.target !== third) fill(third, say("district"), child(child(tree, first.value), second.value), "");
      hidden.value = third.value || second.value || first.value;
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
}

export function attach(root) {
  each(root, "[data-region]", (box) => once(box, "wired", wire));
}
