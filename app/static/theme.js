// Set the theme before the first paint: what the person chose (the page knows it), else what this browser
// last saw, else the machine's. A classic script on purpose: it must run before the styles.
(() => {
  const root = document.documentElement;
  const known = root.dataset.theme;
  if (known) localStorage.setItem("verso-theme", known); // the door speaks the same colours next time
  const chosen = known || localStorage.getItem("verso-theme") || "auto";
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.bsTheme = dark ? "dark" : "light";
})();
