// Everything a page does in the browser starts here; each module attaches itself by data- attributes.
import * as cells from "./cells.js";
import * as dialog from "./dialog.js";
import * as drop from "./drop.js";
import * as formula from "./formula.js";
import * as guard from "./guard.js";
import * as keep from "./keep.js";
import * as keys from "./keys.js";
import * as links from "./links.js";
import * as locate from "./locate.js";
import * as logic from "./logic.js";
import * as mention from "./mention.js";
import * as menu from "./menu.js";
import * as narrow from "./narrow.js";
import * as net from "./net.js";
import * as outline from "./outline.js";
import * as panels from "./panels.js";
import * as pick from "./pick.js";
import * as region from "./region.js";
import * as rich from "./rich.js";
import * as rows from "./rows.js";
import * as select from "./select.js";
import * as sign from "./sign.js";
import * as sizes from "./sizes.js";
import * as sort from "./sort.js";
import * as steps from "./steps.js";
import * as switches from "./switch.js";
import * as tips from "./tips.js";
import * as toast from "./toast.js";
import * as today from "./today.js";
import * as zone from "./zone.js";
import * as twin from "./twin.js";
import * as upload from "./upload.js";

const parts = [zone, sizes, pick, links, region, sort, select, menu, toast, rows, keep, guard, panels, drop, formula, dialog, upload, logic, steps, twin, rich, outline, locate, sign, mention];

function attach(root) {
  for (const part of parts) part.attach(root);
}

for (const part of [narrow, cells, links, net, toast, dialog, sort, keep, guard, switches, keys, tips, panels, outline, steps, today]) part.start();
attach(document.body);
document.body.addEventListener("htmx:load", (event) => attach(event.detail.elt));
document.body.addEventListener("htmx:oobAfterSwap", (event) => attach(event.detail.target));
document.body.addEventListener("htmx:beforeHistorySave", () => pick.detach(document.body));
// By now htmx, which begins at this event, and the scripts of single pages have attached themselves too.
document.addEventListener("DOMContentLoaded", () => (document.documentElement.dataset.ready = "1"));
