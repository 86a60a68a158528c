// Sets light or dark before anything is drawn; what the system prefers where nobody chose.
(() => {
  const KEY = "callwarden-light";
  const chosen = () => localStorage.getItem(KEY);
  const dark = () => (chosen() ? chosen() === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const show = () => {
    document.documentElement.dataset.theme = dark() ? "dark" : "light";
    document.documentElement.style.colorScheme = dark() ? "dark" : "light";
    window.Quasar?.Dark.set(dark());
  };
  window.callwardenLight = {
    show,
    turn: () => { localStorage.setItem(KEY, dark() ? "light" : "dark"); show(); },
  };
  show();
  addEventListener("load", () => setTimeout(show, 0));
})();
