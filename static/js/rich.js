// Text with bold, italic, lists and links: an area to write in stands before the text box that the form sends.
import { each, once } from "./words.js";

const KEPT = new Set(["P", "BR", "STRONG", "B", "EM", "I", "U", "S", "UL", "OL", "LI", "A", "BLOCKQUOTE", "DIV"]);
const SAFE = /^(https?:|mailto:|tel:)/i;

/** A copy with nothing but what may be kept; made from a document that runs nothing. */
function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    else if (node.nodeType === Node.ELEMENT_NODE && KEPT.has(node.tagName)) {
      const made = document.createElement(node.tagName);
      const href = node.getAttribute("href");
      if (node.tagName === "A" && SAFE.test(href ?? "")) made.setAttribute("href", href);
      to.append(made);
      copy(node, made);
    } else if (node.nodeType === Node.ELEMENT_NODE && !/^(SCRIPT|STYLE)$/.test(node.tagName)) copy(node, to);
  }
}

function wire(box) {
  const [bar, area, text] = [".bar", ".area", "textarea"].map((name) => box.querySelector(name));
  const address = bar.querySelector("[data-address]");
  let range = null;

  copy(new DOMParser().parseFromString(text.value, "text/html").body, area);
  bar.hidden = area.hidden = false;
  text.hidden = true;
  area.contentEditable = text.readOnly || text.disabled ? "false" : "true";
  for (const said of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (text.hasAttribute(said)) area.setAttribute(said, text.getAttribute(said));
  }
  document.querySelector(`label[for="${CSS.escape(text.id)}"]`)?.addEventListener("click", () => area.focus());

  const send = () => {
    text.value = area.textContent.trim() ? area.innerHTML : "";
    text.dispatchEvent(new Event("input", { bubbles: true }));
    press();
  };
  const press = () => each(bar, "[aria-pressed]", (one) => one.setAttribute("aria-pressed", document.queryCommandState(one.dataset.format)));
  const keep = () => {
    const chosen = getSelection();
    if (chosen.rangeCount && area.contains(chosen.anchorNode)) range = chosen.getRangeAt(0).cloneRange();
  };
  const back = () => {
    area.focus();
    if (!range) return;
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  const link = () => {
    back();
    const href = /^[a-z]+:/i.test(address.value) ? address.value : address.placeholder + address.value;
    if (address.value && SAFE.test(href)) {
      const made = Object.assign(document.createElement("a"), { href, textContent: address.value });
      if (getSelection().isCollapsed) document.execCommand("insertHTML", false, made.outerHTML);
      else document.execCommand("createLink", false, href);
    }
    address.hidden = true;
    address.value = "";
    send();
  };

  area.addEventListener("input", send);
  area.addEventListener("keyup", press);
  area.addEventListener("blur", () => text.dispatchEvent(new Event("change", { bubbles: true })));
  for (const event of ["keyup", "mouseup", "blur"]) area.addEventListener(event, keep);
  area.addEventListener("focus", () => {
    document.execCommand("defaultParagraphSeparator", false, "p");
    if (!area.childNodes.length) area.append(document.createElement("p"));
  });
  area.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  bar.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
  bar.addEventListener("click", (event) => {
    const act = event.target.closest("[data-format]")?.dataset.format;
    if (!act) return;
    if (act !== "createLink") {
      back();
      document.execCommand(act);
      return send();
    }
    keep();
    address.hidden = !address.hidden;
    if (!address.hidden) address.focus();
  });
  address.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") address.value = "";
    link();
  });
}

export function attach(root) {
  each(root, "[data-rich]", (box) => once(box, "wired", wire));
}
