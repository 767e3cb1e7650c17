// Enrolling a device: its truck is known by the plate.

const plate = document.querySelector("[data-plate]");
const found = document.querySelector("[data-found]");
const chosen = plate?.form.elements.vehicle_id;

async function look() {
  const typed = plate.value.replace(/[\s.-]/g, "").toUpperCase();
  const answer = typed ? await fetch(`/api/vehicle-registration/vehicles?plate=${encodeURIComponent(typed)}`).catch(() => null) : null;
  const trucks = answer?.ok ? (await answer.json()).items : [];
  chosen.value = trucks.length === 1 ? trucks[0].id : "";
  found.textContent = chosen.value ? trucks[0].plate : typed ? found.dataset.none : "";
}

// what was found for another plate is forgotten at the first letter
plate?.addEventListener("input", () => {
  chosen.value = "";
  found.textContent = "";
});
plate?.addEventListener("change", look);
