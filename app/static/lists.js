// The tools of lists: an act that asks for more takes the ticked rows along, and columns change places.
document.addEventListener("submit", (e) => {
  const bulk = document.querySelector("[data-bulk]");
  if (!bulk || !e.target.matches("[data-ticked]")) return;
  for (const old of e.target.querySelectorAll("[data-taken]")) old.remove();
  for (const [name, value] of new FormData(bulk)) {
    if (name !== "ids" && name !== "all") continue;
    const taken = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    taken.dataset.taken = "";
    e.target.append(taken);
  }
});

// The arrows move a line past its neighbour, and the focus goes along.
document.addEventListener("click", (e) => {
  const press = e.target.closest("[data-order] :is([data-up], [data-down])");
  if (!press) return;
  const line = press.closest("li"), isUp = press.matches("[data-up]");
  const other = isUp ? line.previousElementSibling : line.nextElementSibling;
  if (!other) return;
  if (isUp) other.before(line); else other.after(line);
  press.focus();
});
