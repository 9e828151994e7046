// Finding: what stands under the search field while one types, and the palette of commands, places and records.
// The focus stays in the field; arrows move the choice, Enter takes it: the first hit unless another one was chosen.
const $ = (query, from = document) => from.querySelector(query);
const $$ = (query, from = document) => [...from.querySelectorAll(query)];
const QUIET_MS = 120; // a pause in typing
const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[łŁ]/g, "l").toLowerCase();

const optionsOf = (list) => $$("[role=option]", list);
const choose = (field, list, option) => {
  for (const one of optionsOf(list)) one.setAttribute("aria-selected", String(one === option));
  option?.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option?.id ?? "");
};
const chosen = (list) => $("[aria-selected=true]", list);
const move = (field, list, step) => {
  const options = optionsOf(list), now = options.indexOf(chosen(list));
  if (options.length) choose(field, list, options[now < 0 ? (step > 0 ? 0 : options.length - 1) : (now + step + options.length) % options.length]);
};
const number = (list) => optionsOf(list).forEach((option, place) => { option.id = `${list.id}-${place}`; });

// Asks for hits, one question at a time: an answer that comes after the next question is not shown.
const asking = (field, show) => {
  let timer, running;
  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const words = field.value.trim();
    try {
      const answer = await fetch(`${field.dataset.hits}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" }, signal: running.signal });
      if (answer.status === 401 && answer.headers.get("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
      if (answer.ok && field.value.trim() === words) show(await answer.text(), words);
    } catch (error) {
      if (error.name !== "AbortError") show("", words); // no line: Enter still asks for the page, which says so
    }
  };
  return { now: () => { clearTimeout(timer); ask(); }, soon: () => { clearTimeout(timer); timer = setTimeout(ask, QUIET_MS); }, stop: () => { clearTimeout(timer); running?.abort(); } };
};

// The field in the top bar ------------------------------------------------------------------------------
const field = $("[data-find]");
if (field) {
  const list = document.getElementById(field.getAttribute("aria-controls"));
  let asked = null; // the words that the list answers
  const close = () => { list.hidden = true; field.setAttribute("aria-expanded", "false"); choose(field, list, null); };
  const open = () => { list.hidden = !list.childElementCount; field.setAttribute("aria-expanded", String(!list.hidden)); };
  const hits = asking(field, (answer, words) => {
    asked = words;
    list.innerHTML = answer;
    number(list);
    choose(field, list, words ? $("[role=option]", list) : null);
    if (document.activeElement === field) open();
  });
  field.addEventListener("focus", () => hits.now());
  field.addEventListener("input", () => hits.soon());
  field.addEventListener("blur", () => setTimeout(() => { hits.stop(); close(); }, 150)); // a click on a hit comes first
  field.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      open();
      move(field, list, e.key === "ArrowDown" ? 1 : -1);
    } else if (e.key === "Escape") {
      if (!list.hidden) { e.preventDefault(); close(); } else field.blur();
    } else if (e.key === "Enter" && !list.hidden && asked === field.value.trim() && chosen(list)) {
      e.preventDefault();
      location.assign(chosen(list).href);
    }
  });
}

// The palette: what this page can do, what can be begun, where one can go, and records --------------------
const palette = $("#palette");
if (palette) {
  const input = $("input", palette), list = $("[role=listbox]", palette), empty = $("[data-empty]", palette);
  const records = document.createElement("div");
  let commands = [];
  const option = (command) => {
    const made = document.createElement("div");
    made.setAttribute("role", "option");
    if (command.mark) made.append(command.mark.cloneNode(true));
    made.append(Object.assign(document.createElement("span"), { className: "grow ell", textContent: command.text }));
    const key = command.target.dataset.key;
    if (key) made.append(Object.assign(document.createElement("kbd"), { className: "kbd", textContent: key === " " ? "␣" : key.toUpperCase() }));
    made.run = () => { palette.close(); command.target.click(); };
    return made;
  };
  // A button is called by its words, without its key; a box to tick by its label.
  const nameOf = (target) => {
    const words = $("span:not(.n, .visually-hidden)", target)?.textContent || [...target.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.textContent).join(" ");
    return words.trim() || target.getAttribute("aria-label") || target.textContent.trim();
  };
  const show = () => {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    const fitting = commands.filter((command) => words.every((word) => fold(command.text).includes(word)));
    list.replaceChildren(...fitting.slice(0, 12).map(option), records);
    number(list);
    choose(input, list, $("[role=option]", list));
    empty.hidden = Boolean(optionsOf(list).length);
    list.hidden = !empty.hidden;
  };
  const hits = asking(input, (answer) => { records.innerHTML = answer; $("[data-nothing]", records)?.remove(); show(); });
  const take = (one) => (one.run ? one.run() : location.assign(one.href));
  const openPalette = () => {
    if ($("dialog[open]")) return;
    const own = $$("[data-key]").filter((one) => visible(one) && !one.disabled && !one.matches(".chip"));
    const known = own.map((one) => one.href).filter(Boolean); // not offered once more under another name
    commands = [...own, ...$$("[data-command]").filter((one) => !known.includes(one.href)), ...$$(".v-nav a")]
      .map((target) => ({ target, text: nameOf(target), mark: $("svg", target) }))
      .filter(({ text }) => text);
    input.value = "";
    records.replaceChildren();
    show();
    palette.showModal();
    input.focus();
    hits.now();
  };
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { e.preventDefault(); openPalette(); }
  });
  input.addEventListener("input", () => { records.replaceChildren(); show(); hits.soon(); });
  palette.addEventListener("close", () => hits.stop());
  list.addEventListener("click", (e) => { const one = e.target.closest("[role=option]"); if (one?.run) one.run(); });
  palette.addEventListener("keydown", (e) => {
    if (e.key === "Escape") { e.preventDefault(); return palette.close(); } // the browser would only empty the field
    if (e.key === "Enter" && chosen(list)) { e.preventDefault(); return take(chosen(list)); }
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    e.preventDefault();
    move(input, list, e.key === "ArrowDown" ? 1 : -1);
  });
}

// What was opened last: the page tells it, once a record and tab, so that reading changes nothing --------------
const { record, recentUrl } = document.body.dataset;
if (record && recentUrl && sessionStorage.getItem("verso-record") !== record) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  fetch(recentUrl, { method: "POST", headers, body: new URLSearchParams({ record }), keepalive: true })
    .then(() => sessionStorage.setItem("verso-record", record), () => undefined); // offline: it is not kept
}
