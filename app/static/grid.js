// Size x colour grid: one tab stop; arrows, Home and End walk the cells that exist. A grid of fields takes a paste
// of rows and columns from a spreadsheet, beginning at the field one stands in.
const cellsOf = (grid) => [...grid.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].map((place) => place.querySelector("button.cell, a.cell, input.cell-in")));
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const stops = (grid) => {
  const cells = cellsOf(grid).flat().filter(Boolean);
  if (!cells.length || grid.dataset.grid === "edit") return; // fields keep their own tab order
  const chosen = cells.find((c) => c.ariaPressed === "true" || c.getAttribute("aria-current") === "true") || cells[0];
  for (const cell of cells) cell.tabIndex = cell === chosen ? 0 : -1;
};
const ready = (from = document) => from.querySelectorAll("[data-grid]").forEach(stops);
ready();
document.addEventListener("htmx:afterSettle", (e) => ready(e.target.closest?.("[data-grid]")?.parentElement ?? document));

const focus = (grid, cell) => {
  if (grid.dataset.grid !== "edit") for (const one of cellsOf(grid).flat().filter(Boolean)) one.tabIndex = one === cell ? 0 : -1;
  cell.focus();
  cell.select?.();
};

document.addEventListener("keydown", (e) => {
  const grid = e.target.closest?.("[data-grid]");
  if (!grid || e.altKey || e.ctrlKey || e.metaKey) return;
  const rows = cellsOf(grid), y = rows.findIndex((row) => row.includes(e.target));
  if (y < 0) return;
  const x = rows[y].indexOf(e.target);
  const inField = e.target.matches("input");
  let step = STEPS[e.key];
  if (inField && e.key === "Enter") step = STEPS.ArrowDown;
  if (inField && step?.[1]) {
    // Left and right walk inside the number first.
    const edge = step[1] < 0 ? e.target.selectionStart === 0 : e.target.selectionEnd === e.target.value.length;
    if (!edge && e.target.selectionStart === e.target.selectionEnd) return;
  }
  if (step) {
    for (let i = y + step[0], j = x + step[1]; rows[i] && j >= 0 && j < rows[i].length; i += step[0], j += step[1]) if (rows[i][j]) { focus(grid, rows[i][j]); break; }
  } else if (!inField && e.key === "Home") focus(grid, rows[y].find(Boolean));
  else if (!inField && e.key === "End") focus(grid, rows[y].findLast(Boolean));
  else return;
  e.preventDefault();
});

document.addEventListener("click", (e) => {
  const cell = e.target.closest("[data-grid] button.cell");
  if (!cell) return;
  const grid = cell.closest("[data-grid]");
  for (const one of cellsOf(grid).flat().filter(Boolean)) one.setAttribute("aria-pressed", String(one === cell));
  focus(grid, cell);
  grid.dispatchEvent(new CustomEvent("verso:cell", { bubbles: true, detail: cell.dataset.sku }));
});

document.addEventListener("paste", (e) => {
  const grid = e.target.closest?.("[data-grid=edit]");
  const text = e.clipboardData?.getData("text/plain") ?? "";
  if (!grid || !/[\t\n]/.test(text.trim())) return;
  const rows = cellsOf(grid), y = rows.findIndex((row) => row.includes(e.target));
  if (y < 0) return;
  e.preventDefault();
  const x = rows[y].indexOf(e.target);
  text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => line.split("\t").forEach((value, right) => {
    const cell = rows[y + down]?.[x + right];
    if (!cell) return;
    cell.value = value.trim();
    cell.classList.toggle("filled", cell.value !== "");
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }));
});
