// Puts names of fields into the texts of a workflow.

// The box that was written in last, by its id: drawing the drawer again makes it another element.
let wrote = "";

/** A field's name goes in where one wrote last of the boxes that stand together, else at the end of the first. */
function put(button) {
  const near = document.getElementById(wrote);
  const beside = near?.closest("form, .fz-f")?.contains(button);
  const box = beside ? near : document.getElementById(button.dataset.into);
  if (!beside) box.setSelectionRange(box.value.length, box.value.length);
  box.setRangeText(button.dataset.insert, box.selectionStart, box.selectionEnd, "end");
  box.focus();
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("focusout", (event) => {
  if (event.target.matches("#drawer :is(input:not([type]), textarea)")) wrote = event.target.id;
});
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-insert][data-into]");
  if (chosen) put(chosen);
});
