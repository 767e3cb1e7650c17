// Who a driver is, is asked of his owner only when somebody wants to see it: each look is recorded there.

async function answerOf(path) {
  const answer = await fetch(path).catch(() => null);
  return answer?.ok ? await answer.json() : null;
}

function rowOf(driver) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/desk/drivers/${driver.id}`;
  link.textContent = driver.full_name;
  row.append(link);
  return row;
}

async function listDrivers(panel) {
  const told = await answerOf(panel.dataset.drivers);
  const rows = (told?.items ?? []).filter((driver) => driver.full_name).map(rowOf);
  panel.querySelector("ul").replaceChildren(...(rows.length ? rows : [told ? panel.dataset.empty : panel.dataset.failed]));
}

async function showPerson(panel) {
  const told = await answerOf(panel.dataset.person);
  for (const place of panel.querySelectorAll("[data-says]")) {
    place.textContent = told ? told.person[place.dataset.says] || "–" : panel.dataset.failed;
  }
}

function whenOpened(selector, show) {
  for (const panel of document.querySelectorAll(selector)) {
    panel.hidden = false;
    panel.addEventListener("toggle", () => panel.open && show(panel));
  }
}

whenOpened("[data-drivers]", listDrivers);
whenOpened("[data-person]", showPerson);
