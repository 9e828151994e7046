// Set the theme before the first paint: what the person chose (the page knows it), else what this browser
// last saw, else the machine's. A classic script on purpose: it must run before the styles.
(() => {
  const root = document.documentElement;
  const known = root.dataset.theme;
  if (known) localStorage.setItem("verso-theme", known); // the door speaks the same colours next time
  const night = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const chosen = root.dataset.theme || localStorage.getItem("verso-theme") || "auto";
    root.dataset.bsTheme = chosen === "dark" || (chosen === "auto" && night.matches) ? "dark" : "light";
  };
  show();
  night.addEventListener("change", () => { show(); dispatchEvent(new CustomEvent("verso:theme")); }); // it gets dark while one works
})();
