// The first run proposes the time zone of this machine, where the list has it; nobody has chosen one yet.
import { each, once } from "./words.js";

function propose(select) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === own)) select.value = own;
}

export function attach(root) {
  each(root, "select[data-own-zone]", (select) => once(select, "proposed", propose));
}
