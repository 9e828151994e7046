// The scanner types like a very fast person: digits and letters a few milliseconds apart, Enter or Tab at the end.
// A burst of that kind is one scan, wherever the focus stands; what it wrote into a field by the way is taken back.
// It is announced as `verso:scan` with {code}; a page that does not use it up sends it to [data-scan-href].
const FASTEST_HAND_MS = 35; // a person's keys are farther apart than this, a scanner's are not
const looksLikeCode = (text) => text.length >= 8 || (text.length >= 4 && /\d/.test(text));

let code = "", last = 0, field = null, before = "";

const forget = () => { code = ""; field = null; };

const announce = (text) => {
  const event = new CustomEvent("verso:scan", { bubbles: true, cancelable: true, detail: { code: text } });
  const input = document.querySelector("dialog[open] [data-scan]") || document.querySelector("[data-scan]");
  if (!document.dispatchEvent(event)) return; // somebody took it
  if (input) {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    if (input.form) input.form.requestSubmit();
    return;
  }
  const href = document.body.dataset.scanHref;
  if (href && !document.querySelector("dialog[open]")) location.assign(href + encodeURIComponent(text));
};

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing || e.repeat) return forget();
  // A key fob types as fast as a scanner does. What it types is no code to look for, and belongs into no address.
  if (e.target.matches?.("input[type=password], input[autocomplete=one-time-code]")) return forget();
  const now = e.timeStamp;
  const fast = now - last <= FASTEST_HAND_MS;
  last = now;
  if (e.key === "Enter" || e.key === "Tab") {
    if (!fast || !looksLikeCode(code)) return forget();
    const into = field, kept = before;
    // The field made for scans holds nothing else: all that stands in it is the code. But an answer may have
    // replaced it while the code was written into it.
    const own = into?.isConnected && into.matches("[data-scan]");
    const text = own ? into.value : code;
    forget();
    e.preventDefault();
    e.stopImmediatePropagation();
    if (into && !own) { into.value = kept; into.dispatchEvent(new Event("input", { bubbles: true })); }
    announce(text);
    return;
  }
  if (e.key.length !== 1) { if (e.key !== "Shift") forget(); return; }
  if (!fast || !code) {
    code = "";
    field = e.target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select") ? e.target : null;
    before = field ? field.value : "";
  }
  code += e.key;
}, true);
