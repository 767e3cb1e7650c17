// The driver's link, made by whoever filed the crossing: shown once, opened or copied here.

import { dayAndHour } from "./clock.js";
import "./commands.js";

const form = document.getElementById("driver-link");

form?.addEventListener("done", ({ detail }) => {
  const shown = document.getElementById("driver-link-shown");
  const link = shown.querySelector("a");
  link.href = detail.link;
  link.textContent = detail.link;
  shown.querySelector("img").src = detail.code;
  shown.querySelector("[data-until]").textContent = dayAndHour(Date.parse(detail.expires));
  shown.hidden = false;
  link.focus();
});
