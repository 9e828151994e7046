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
  // It gets dark while one works: all colours change in one frame, none fades from the other side.
  night.addEventListener("change", () => {
    root.dataset.still = "";
    show();
    dispatchEvent(new CustomEvent("verso:theme"));
    requestAnimationFrame(() => requestAnimationFrame(() => delete root.dataset.still));
  });
})();
