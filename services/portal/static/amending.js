// A declaration's form for amending holds what is declared now; what was typed before and refused stays as it is.

const page = document.getElementById("amending");
const AMOUNTS = ["quantity", "value", "coldest_c", "warmest_c"];
const mark = document.documentElement.lang === "vi" ? "," : ".";
const form = page.querySelector("form");

async function fillIn() {
  const answer = await fetch(page.dataset.source).catch(() => null);
  if (!answer?.ok) {
    document.getElementById("amend-failed").hidden = false;
    form.hidden = true;
    return;
  }
  const declared = await answer.json();
  page.querySelector("[data-number]").textContent = declared.number;
  if ("begun" in page.dataset) return;
  put("version", declared.version);
  put("type_code", declared.type_code);
  put("destination", declared.destination);
  declared.lines.forEach(fillLine);
  form.hidden = false; // nobody types into fields that are still to be filled
}

/** A line's fields; each line that holds something makes another appear. */
function fillLine(line, place) {
  for (const [name, value] of Object.entries(line)) put(`lines[${place}].${name}`, AMOUNTS.includes(name) ? written(value) : value);
  form.querySelector("[data-several]").dispatchEvent(new Event("input"));
  for (const more of form.querySelectorAll(".more-fields"))
    more.open ||= [...more.querySelectorAll("input")].some((input) => input.value);
}

/** A number as its reader writes it; three digits behind the mark might be thousands, so a nought follows them. */
function written(value) {
  if (value === null) return null;
  const [whole, fraction = ""] = String(value).split(".");
  const digits = fraction.replace(/0+$/, "");
  return [whole, digits.length === 3 ? `${digits}0` : digits].filter(Boolean).join(mark);
}

function put(name, value) {
  const field = form.elements[name];
  if (field && value !== null) field.value = value;
}

fillIn();
