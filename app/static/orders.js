// The screens of orders: a choice that fills in a form, a credit that follows the verdicts, a sound for a wrong scan.
const $ = (query, from = document) => from.querySelector(query);
const $$ = (query, from = document) => [...from.querySelectorAll(query)];

// A field that has a key takes the focus when the key is pressed.
document.addEventListener("click", (e) => { if (e.target.matches("input[data-key]:not([type=checkbox]), textarea[data-key]")) e.target.focus(); });

// New order: the chosen customer's name, contacts and address; what was typed for the goods stays.
document.addEventListener("click", (e) => {
  const button = e.target.closest("[data-fill]");
  if (!button) return;
  const values = JSON.parse(button.dataset.fill), form = $("#o-new");
  for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value;
  $("#o-known").textContent = values.customer;
  $("#o-found").replaceChildren();
  form.elements.who.value = "";
  form.elements.name.focus();
});
document.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && e.ctrlKey) $("#o-new")?.requestSubmit($("#o-new [data-second] button"));
  // Enter in a field of the order does not place it half written.
  else if (e.key === "Enter" && e.target.form?.id === "o-new" && e.target.matches("input") && !e.target.closest("[data-second]")) e.preventDefault();
});

// Receiving goods: what is refunded is what was paid for the units that are credited, until somebody types a sum.
const credited = ["sellable", "damaged", "kept", "lost"];
const follow = (receipt) => {
  const counts = new Map(), worth = new Map();
  for (const row of $$("[data-received]", receipt)) {
    const line = row.dataset.received, count = Number($("[name$=quantity]", row).value) || 0;
    worth.set(line, row.dataset.credits.split(" ").map(Number));
    if (credited.includes($("select", row).value)) counts.set(line, (counts.get(line) ?? 0) + count);
  }
  let left = 0;
  for (const [line, count] of counts) left += worth.get(line)[Math.min(count, worth.get(line).length) - 1] ?? 0;
  for (const field of $$("[data-most]", receipt)) {
    if (field.dataset.typed) continue;
    const part = Math.min(left, Number(field.dataset.most));
    left -= part;
    const point = document.documentElement.lang === "en" ? "." : ","; // as the page wrote it
    field.value = part ? `${Math.trunc(part / 100)}${point}${String(part % 100).padStart(2, "0")}` : "";
  }
};
document.addEventListener("change", (e) => {
  const receipt = e.target.closest?.("[data-receipt]");
  if (receipt && e.target.closest("[data-received]")) follow(receipt);
});
document.addEventListener("input", (e) => { if (e.target.matches("[data-most]")) e.target.dataset.typed = "1"; });

// Scans come faster than answers: each waits for its turn, and none is lost.
const codes = [];
let busy = false, ours = false, sending = "";
const refuse = () => {
  document.dispatchEvent(new CustomEvent("verso:toast", { detail: { text: $("[data-no-scan]").dataset.noScan } }));
  beep("bad");
};
const next = () => {
  if (busy || !codes.length) return;
  const form = $("[data-scans]"), field = $("[data-scan]");
  if (!form || !field) { // everything is scanned
    codes.length = 0;
    return $("[data-no-scan]") && refuse();
  }
  busy = true;
  field.value = sending = codes.shift();
  ours = true;
  form.requestSubmit();
  ours = false;
  field.value = "";
};
document.addEventListener("verso:scan", (e) => {
  if (!$("[data-scans], [data-no-scan]") || $("dialog[open]")) return;
  e.preventDefault();
  codes.push(e.detail.code);
  next();
});
// A cart that is only supposed: each scan is a row of it, wherever the focus stands.
document.addEventListener("verso:scan", (e) => {
  const rows = $("[data-scan-rows]");
  if (!rows || $("dialog[open]")) return;
  e.preventDefault();
  rows.value = [rows.value.trimEnd(), e.detail.code].filter(Boolean).join("\n") + "\n";
  rows.focus();
});
// What a hand types takes the same turn: Enter pressed twice sends one code once, and no code sends nothing.
document.addEventListener("submit", (e) => {
  if (!e.target.matches("[data-scans]")) return;
  if (ours) return;
  const field = $("[data-scan]"), code = field.value.trim(); // it may stand outside of its form
  e.preventDefault();
  e.stopImmediatePropagation();
  field.value = "";
  if (code) codes.push(code);
  setTimeout(next); // a form that is being sent cannot be sent
}, true);
document.addEventListener("htmx:afterRequest", (e) => {
  if (!e.detail.requestConfig?.elt.matches("[data-scans]")) return;
  if (![200, 409, 412, 422].includes(e.detail.xhr.status)) { // nothing came back: the code stays to be sent again
    beep("bad");
    codes.length = 0;
    const field = $("[data-scan]");
    if (field) { field.value = sending; field.select(); }
  }
  setTimeout(() => { busy = false; sending = ""; next(); }, 40);
});

// A scan is heard and felt: high for right, low and twice for wrong.
let audio;
const beep = (kind) => {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return; // no browser lets a page be loud unasked
  navigator.vibrate?.(kind === "bad" ? [120, 60, 120] : 40);
  try {
    audio ??= new AudioContext();
    const tone = audio.createOscillator(), loud = audio.createGain();
    tone.frequency.value = kind === "bad" ? 180 : 880;
    loud.gain.value = 0.08;
    tone.connect(loud).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + (kind === "bad" ? 0.35 : 0.08));
  } catch { /* no sound here: the page says it all the same */ }
};
const hear = (from = document) => { for (const said of $$("[data-beep]:not([data-heard])", from)) { said.dataset.heard = "1"; beep(said.dataset.beep); } };
hear();
document.addEventListener("htmx:afterSettle", () => hear());
