// A sheet that is filled by scanning: every scan is one request, in the order of the scans, with a verdict of its own.
// The field is free again at once, so that a hand with a scanner never waits for the house. A code that is not known
// beeps and comes back as a line of the tray; it never becomes a line of the sheet.
let turn = Promise.resolve();

const beep = () => {
  const Context = window.AudioContext;
  if (!Context) return;
  const sound = new Context(), tone = sound.createOscillator();
  tone.type = "square";
  tone.frequency.value = 220;
  tone.connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.18);
  tone.onended = () => sound.close();
};

document.addEventListener("submit", (e) => {
  const form = e.target.closest?.("form[data-sheet-scan]");
  if (!form || !window.htmx) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  const field = form.elements.code, values = Object.fromEntries(new FormData(form));
  if (!values.code.trim()) return;
  form.reset();
  field.focus();
  // The form itself is empty again and would not pass for valid: the sheet sends what it held.
  const sheet = form.closest("[data-sheet]");
  turn = turn.then(() => htmx.ajax("POST", form.action, { source: sheet, values, target: "#sheet-lines", swap: "outerHTML" })).catch(() => {});
}, true);

document.addEventListener("htmx:afterRequest", (e) => {
  if (e.target.matches?.("[data-sheet]") && e.detail.xhr?.status >= 400) beep();
});

document.addEventListener("click", (e) => {
  const button = e.target.closest?.("[data-tray-drop]");
  if (button) button.closest("li").remove();
});

document.addEventListener("change", (e) => {
  if (e.target.matches?.("[data-sheet-quantity]")) e.target.form.requestSubmit();
});
