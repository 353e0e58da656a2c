// Runs before the first paint, so that no dark room is lit up for a moment.
(() => {
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  document.documentElement.dataset.script = "";
})();
