// What every page does.

import "./clock.js";
import { renew, staySignedIn } from "./session.js";

staySignedIn();

// on a phone the pages stand in one row: the open one is in sight, and the next one shows that there are more
document.querySelector(".pages [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const back = document.querySelector("form[data-renews]");
if (back && (await renew())) location.replace(back.elements.next.value);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select, dialog")) return;
  const search = document.querySelector('[data-key="/"]');
  if (!search) return;
  event.preventDefault();
  search.focus();
});
