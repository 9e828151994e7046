// What every page needs: theme, dialogs, keys, ticked rows, toasts, guarded forms. Everything is delegated,
// so that what htmx puts on the page later works without a second thought.
const $ = (query, from = document) => from.querySelector(query);
const $$ = (query, from = document) => [...from.querySelectorAll(query)];
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

// Theme: at once on the page, and kept with the person where one is signed in ---------------------------
const setTheme = (name) => {
  Object.assign(document.documentElement.dataset, { bsTheme: name, theme: name });
  localStorage.setItem("verso-theme", name);
  dispatchEvent(new CustomEvent("verso:theme"));
  const url = document.body.dataset.themeUrl;
  if (url) fetch(url, { method: "POST", headers: JSON.parse(document.body.getAttribute("hx-headers")), body: new URLSearchParams({ theme: name }) });
};

// Dialogs ---------------------------------------------------------------------------------------
export const openDialog = (id) => {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const first = $("[autofocus]", dialog) || $("[aria-invalid=true]", dialog) || $("input:not([type=hidden]), select, textarea", dialog);
  first?.focus();
  first?.select?.(); // what stands there is typed over, not added to
};
document.addEventListener("click", (e) => {
  const on = (query) => e.target.closest(query);
  if (on("[data-theme-toggle]")) setTheme(document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark");
  const opener = on("[data-open]");
  if (opener) openDialog(opener.dataset.open);
  if (on("[data-close]")) on("[data-close]").closest("dialog")?.close();
  if (e.target.matches("dialog")) e.target.close(); // a click on the backdrop
  if (on("[data-toast-close]")) on("[data-toast-close]").closest("[data-toast]").remove();
  if (on("[data-history-back]") && history.length > 1) { e.preventDefault(); history.back(); }
  if (on("[data-print]")) print();
  if (on("[data-copy]")) navigator.clipboard?.writeText(on("[data-copy]").dataset.copy);
});
const openShown = (from = document) => $$("dialog[data-shown]", from).forEach((dialog) => openDialog(dialog.id));
openShown();

// Where one is must be seen: a strip that is wider than its room is moved until its current tab lies in the middle.
const showCurrent = () => $$(".v-tabs [aria-current], .v-chips [aria-current]").forEach((one) => {
  const strip = one.closest(".v-tabs, .v-chips"), [room, here] = [strip, one].map((box) => box.getBoundingClientRect());
  if (here.left < room.left || here.right > room.right) strip.scrollLeft += here.left - room.left - (room.width - here.width) / 2;
});
showCurrent();

// Keys ------------------------------------------------------------------------------------------
let at = null; // the row of J and K
const rowsOf = () => $$("[data-rows] > tr, [data-rows] > li");
const stand = (row) => {
  at?.classList.remove("at");
  at = row;
  row?.classList.add("at");
  row?.scrollIntoView({ block: "nearest" });
};
const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
// An empty field for scans leaves Space to the page: no code begins with it.
const idle = (e) => e.key === " " && e.target.matches?.("[data-scan]") && !e.target.value;
const ownKeys = "a, button, summary, [role=option], input"; // what has the focus hears Space and Enter itself
const buttonOf = (key) => $$("[data-key]").find((b) => b.dataset.key.toLowerCase() === key && !b.disabled && visible(b));

const act = ({ key, target }) => {
  const rows = rowsOf(), here = rows.indexOf(at);
  if (rows.length && "jk".includes(key)) {
    stand(rows[here < 0 ? (key === "j" ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + (key === "j" ? 1 : -1)))]);
  } else if (here >= 0 && key === "x") {
    $("input[type=checkbox]", at)?.click();
  } else if (here >= 0 && key === "enter" && !target.closest?.(ownKeys)) {
    $("a", at)?.click();
  } else {
    buttonOf(key)?.click();
  }
};

// A scanner's first signs look like keys of the page. So a key waits until it is clear that no burst follows it
// (less than a person notices), and a scan that was recognised takes its signs back.
const QUIET_MS = 45;
const waiting = [];
let quiet;
const flush = () => { clearTimeout(quiet); for (const pressed of waiting.splice(0)) if (!$("dialog[open]")) act(pressed); };
document.addEventListener("verso:scan", () => { clearTimeout(quiet); waiting.length = 0; }, true);

document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || (typing(e.target) && !idle(e)) || $("dialog[open]")) return;
  if (!waiting.length && e.key === "/") {
    const field = $("[data-slash-first]") || $("[data-slash]");
    if (field) { e.preventDefault(); field.focus(); field.select(); }
    return;
  }
  if (!waiting.length && e.key === "?") return openDialog("keys");
  if (e.key.length !== 1 && e.key !== "Enter") return;
  if ([" ", "Enter"].includes(e.key)) {
    if (e.target.closest?.(ownKeys) && !idle(e)) return;
    if (e.key === " " && !buttonOf(" ")) return; // the page scrolls
    if (e.key === "Enter" && !at && !waiting.length) return;
    e.preventDefault();
  }
  waiting.push({ key: e.key.toLowerCase(), target: e.target });
  clearTimeout(quiet);
  if (e.repeat) flush(); else quiet = setTimeout(flush, QUIET_MS);
});
document.addEventListener("keydown", (e) => {
  // Esc leaves the field, so that the keys of the page are heard again; pressed there it goes back.
  if (e.key !== "Escape" || e.repeat || e.defaultPrevented || e.isComposing || $("dialog[open], .dropdown-menu.show, .v-side.show")) return;
  if (typing(e.target)) e.target.blur(); else $("[data-back]")?.click();
});
document.addEventListener("keydown", (e) => {
  // In a box that is ticked Enter opens the row: the browser would send the form of the ticked ones.
  if (e.key !== "Enter" || !e.target.matches?.("[data-rows] .tick input")) return;
  e.preventDefault();
  $("a", e.target.closest("tr, li"))?.click();
});
document.addEventListener("keydown", (e) => {
  // Enter goes on to the next field where a form is filled by scanning or counting.
  const form = e.target.form;
  if (e.key !== "Enter" || e.defaultPrevented || !form?.hasAttribute("data-enter-next") || e.target.matches("textarea, button")) return;
  const fields = [...form.elements].filter((f) => !f.disabled && f.type !== "hidden" && visible(f));
  e.preventDefault();
  const next = fields[fields.indexOf(e.target) + 1];
  next?.focus();
  next?.select?.();
});

// Ticked rows: the bar at the foot counts them and says what can be done -----------------------------
const showTicked = () => {
  const list = $("[data-rows]"), bulk = $("[data-bulk]"), all = $("[data-all]");
  if (!list || !bulk) return;
  const rows = rowsOf();
  for (const row of rows) {
    const box = $(".tick input", row);
    if (box) row.setAttribute("aria-selected", String(box.checked));
  }
  const ticked = rows.filter((row) => row.getAttribute("aria-selected") === "true").length;
  const everything = $("[data-bulk-all]", bulk), match = $("[data-all-match]", bulk);
  if (ticked < rows.length && everything) everything.value = "";
  bulk.hidden = !ticked;
  for (const one of $$("[data-n]")) one.textContent = everything?.value ? match.dataset.said : ticked;
  if (match) match.hidden = Boolean(everything.value) || ticked < rows.length || Number(match.dataset.total) <= rows.length;
  if (all) { all.checked = rows.length > 0 && ticked === rows.length; all.indeterminate = ticked > 0 && !all.checked; }
};
let lastTick = null;
document.addEventListener("change", (e) => {
  if (e.target.matches("[data-all]")) $$("[data-rows] .tick input").forEach((box) => { box.checked = e.target.checked; });
  if (e.target.closest("[data-rows] .tick, [data-all]") || e.target.matches("[data-all]")) showTicked();
});
document.addEventListener("click", (e) => {
  const box = e.target.closest("[data-rows] .tick input");
  if (box) {
    const boxes = $$("[data-rows] .tick input");
    if (e.shiftKey && lastTick && boxes.includes(lastTick)) {
      const [from, to] = [boxes.indexOf(lastTick), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
      showTicked();
    }
    lastTick = box;
  }
  if (e.target.closest("[data-none]")) { $$("[data-rows] .tick input").forEach((one) => { one.checked = false; }); showTicked(); }
  if (e.target.closest("[data-all-match]")) { $("[data-bulk-all]").value = "1"; showTicked(); }
});
showTicked();

// Toasts: 8 seconds, longer while one points at them or stands in them --------------------------------
const TOAST_MS = 8000;
const time = (toast) => {
  if (toast.dataset.timed) return;
  toast.dataset.timed = "1";
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), TOAST_MS); };
  const stop = () => clearTimeout(timer);
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, () => { stop(); start(); });
  start();
};
export const toast = (text, undo = "") => {
  const shape = document.getElementById("toast-shape");
  if (!shape) return;
  const made = shape.content.firstElementChild.cloneNode(true);
  $("[data-toast-text]", made).textContent = text;
  const form = $("form", made);
  if (undo && undo.startsWith("/") && !undo.startsWith("//")) form.action = undo; else form.remove();
  $("#toasts").append(made);
  time(made);
};
$$("[data-toast]").forEach(time);
document.addEventListener("verso:toast", (e) => toast(e.detail.text ?? e.detail.value ?? "", e.detail.undo ?? ""));

// Unsaved changes warn; what is sent or discarded does not ---------------------------------------------
const changed = new Set();
const mark = (e) => {
  const form = e.target.form?.closest("[data-guard]");
  if (!form) return;
  changed.add(form);
  for (const said of $$("[data-unsaved]", form)) said.hidden = false;
};
document.addEventListener("input", mark);
document.addEventListener("submit", (e) => {
  changed.clear();
  // A second press of a slow button sends nothing twice.
  if (e.target.method === "post" && !e.target.matches("[data-many]")) {
    if (e.target.dataset.sent && Date.now() - e.target.dataset.sent < 4000) return e.preventDefault();
    e.target.dataset.sent = Date.now();
  }
});
document.addEventListener("click", (e) => { if (e.target.closest("[data-discard]")) changed.clear(); });
addEventListener("beforeunload", (e) => {
  for (const form of changed) if (!form.isConnected) changed.delete(form);
  if (changed.size) e.preventDefault();
});
addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

// A slow line: what was pressed shows that it works, once it takes longer than a person notices -----------
const LATE_MS = 300;
let underway = 0, late;
const begin = () => { underway += 1; late ??= setTimeout(() => document.body.classList.add("waiting"), LATE_MS); };
const end = () => {
  underway = Math.max(0, underway - 1);
  if (underway) return;
  clearTimeout(late);
  late = undefined;
  document.body.classList.remove("waiting");
  for (const one of $$("[aria-busy=true]")) one.removeAttribute("aria-busy");
};
document.addEventListener("htmx:beforeSend", (e) => { if (!e.target.hasAttribute?.("data-poll")) begin(); });
document.addEventListener("htmx:afterRequest", (e) => { if (!e.target.hasAttribute?.("data-poll")) end(); });
document.addEventListener("submit", (e) => {
  if (e.defaultPrevented || e.target.method === "dialog") return;
  e.submitter?.setAttribute("aria-busy", "true");
  begin();
  setTimeout(end, 20000); // an answer that is a file leaves the page where it is
});
addEventListener("pageshow", () => { underway = 0; end(); });

// htmx --------------------------------------------------------------------------------------------
// Who stands in what asks for itself again keeps his place: else nobody would reach its buttons by keyboard.
let held = null;
for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) document.addEventListener(name, ({ detail }) => {
  const going = detail.target, on = document.activeElement;
  if (!going?.contains?.(on) || !(going.hasAttribute("data-poll") || name === "htmx:oobBeforeSwap")) return;
  held = { place: going.closest("[id]")?.id, words: on.textContent.trim() };
});
document.addEventListener("htmx:afterSettle", (e) => {
  if (held && document.activeElement === document.body) {
    $$("a, button", document.getElementById(held.place) ?? document).find((one) => one.textContent.trim() === held.words)?.focus({ preventScroll: true });
  }
  held = null;
  openShown(e.target);
  showCurrent();
  $$("[data-toast]").forEach(time);
  showTicked();
});
// A page nobody looks at asks for nothing.
document.addEventListener("htmx:beforeRequest", (e) => { if (document.hidden && e.target.hasAttribute?.("data-poll")) e.preventDefault(); });
// What a fragment could not bring about is said; a sign-in page comes by itself.
const sayOnce = (text) => { if (text && !$$("[data-toast-text]").some((shown) => shown.textContent === text)) toast(text); };
const said = () => $("[data-say-offline]")?.dataset ?? {};
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => sayOnce(said().sayOffline));
document.addEventListener("htmx:responseError", (e) => { if (e.detail.xhr.status !== 401) sayOnce(said().sayFailed); });
