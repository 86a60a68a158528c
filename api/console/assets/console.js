// What a page does by itself: running times, keys, the player, the light. Everything it says comes from the server.
const MINUTE = 60, HOUR = 3600;
const length = (s) => {
  const whole = Math.max(0, Math.floor(s));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
  if (whole < 48 * HOUR) return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
  return `${Math.floor(whole / (24 * HOUR))} days`;
};
const write = (element, words) => { if (element.textContent !== words) element.textContent = words; };
const tick = () => {
  const now = Date.now();
  for (const each of document.querySelectorAll("[data-since]")) write(each, length((now - Date.parse(each.dataset.since)) / 1000));
  for (const each of document.querySelectorAll("[data-until]")) {
    const left = (Date.parse(each.dataset.until) - now) / 1000;
    write(each, left > 0 ? length(left) : "over");
  }
};
setInterval(tick, 1000);
// What is drawn anew keeps the place of who walks through it by keys.
let row = null;
addEventListener("focusin", (event) => { row = event.target.closest?.("[data-row]") ?? null; });
const keep = () => {
  if (!row || row.isConnected || !row.dataset.row) return;
  row = document.querySelector(`[data-row="${CSS.escape(row.dataset.row)}"]`);
  if (document.activeElement === document.body) row?.focus();
};
new MutationObserver(() => { tick(); keep(); }).observe(document.body, { childList: true, subtree: true });
tick();

const TYPING = /^(INPUT|TEXTAREA|SELECT)$/;
const visible = (element) => element.offsetParent !== null && !element.disabled;
const inDialog = () => document.querySelector(".q-dialog [role=dialog]") !== null;
const KEYS = "callwarden-keys";  // WCAG 2.1.4: keys of one letter can be switched off
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || TYPING.test(event.target.tagName) || inDialog()) return;
  if (localStorage.getItem(KEYS) === "off" && event.key !== "?") return;
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("[data-row]")];
    const at = rows.indexOf(document.activeElement.closest("[data-row]"));
    const next = rows[event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
    next?.focus();
    return;
  }
  const inRow = document.activeElement.closest("[data-row]")?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
  const wanted = inRow ?? [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find(visible);
  if (wanted) { event.preventDefault(); wanted.click(); }
});

// A session that ended takes with it what its page shows; who logs in again comes back to the same place.
const stillIn = async () => {
  const answer = await fetch("/v1/me").catch(() => null);
  const next = encodeURIComponent(location.pathname + location.search);
  if (answer?.status === 401) location.replace(`/console/login?wrong=over&next=${next}`);
};
// In a small window the way is wider than what is seen of it.
const here = () => document.querySelector(".cw-way [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
here();
window.callwardenLine = (socket) => {
  here();
  for (const lost of ["disconnect", "connect_error"]) socket?.on(lost, stillIn);
};

const play = (ms) => {
  const player = document.querySelector("audio[data-recording]");
  if (!player) return;
  const start = () => { player.currentTime = ms / 1000; player.play(); };
  if (player.readyState > 0) start();
  else { player.addEventListener("loadedmetadata", start, { once: true }); player.load(); }
  player.scrollIntoView({ block: "nearest" });
};
document.addEventListener("error", (event) => {
  if (event.target.matches?.("audio[data-recording]")) {
    const place = event.target.parentElement.querySelector("[data-no-recording]");
    if (place) place.hidden = false;
  }
}, true);
document.addEventListener("click", (event) => {
  const at = (name) => event.target.closest(`[${name}]`);
  if (at("data-light")) window.callwardenLight.turn();
  if (at("data-login")) at("data-login").href = `/console/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  if (at("data-reload")) location.reload();
  if (at("data-play-ms")) play(Number(at("data-play-ms").dataset.playMs));
  if (at("data-keys")) {
    localStorage.setItem(KEYS, localStorage.getItem(KEYS) === "off" ? "on" : "off");
    at("data-keys").textContent = localStorage.getItem(KEYS) === "off" ? "Switch keys on" : "Switch keys off";
  }
  const emitting = at("data-emit");
  if (emitting && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    window.callwardenLater(() => window.emitEvent(emitting.dataset.emit, emitting.dataset.value));
  }
});
