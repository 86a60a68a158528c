// A page is seen before it is live. Once it has been painted the scripts that make it live are run, in their order; then the
// live page takes the place of the first one, and what was pressed, written or opened meanwhile is carried over.
(() => {
  const first = document.getElementById("cw-first"), app = document.getElementById("app");
  const FIELDS = "input, select, textarea", REACHED = `a, button, summary, [tabindex], ${FIELDS}`;
  const waiting = [];
  let live = false, loading = false;
  window.callwardenLater = (act) => { if (live) act(); else waiting.push(act); };

  const load = () => {
    if (loading) return;
    loading = true;
    for (const held of document.querySelectorAll("script[data-later]")) {
      const script = document.createElement("script");
      script.async = false;  // in the order of the page
      script.nonce = held.nonce;
      if (held.dataset.later) script.type = held.dataset.later;
      if (held.src) script.src = held.src; else script.textContent = held.textContent;
      held.replaceWith(script);
    }
  };
  const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  if (document.hidden) load();
  else { painted(load); setTimeout(load, 500); }  // a window that is not drawn gives no frames

  first.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-c]");
    if (!button || button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    window.callwardenLater(() => document.getElementById(`c${button.dataset.c}`)?.click());
  });

  const each = (selector, from, to, carry) => {
    const there = to.querySelectorAll(selector);
    from.querySelectorAll(selector).forEach((one, at) => { if (there[at]) carry(one, there[at]); });
  };
  const carryOver = () => {
    const focused = document.activeElement;
    for (const from of first.querySelectorAll("[data-c]")) {
      const to = document.getElementById(`c${from.dataset.c}`);
      if (!to) continue;
      each(FIELDS, from, to, (one, there) => { if (there.value !== one.value) there.value = one.value; });
      if (from === focused) to.focus({ preventScroll: true });
      else if (from.contains(focused)) each(REACHED, from, to, (one, there) => { if (one === focused) there.focus({ preventScroll: true }); });
    }
    each("details", first, app, (one, there) => { there.open = one.open; });
  };

  new MutationObserver((_, observer) => {
    if (!app.firstElementChild) return;
    observer.disconnect();
    carryOver();
    first.remove();
    live = true;
    window.callwardenLight.show();
    for (const act of waiting.splice(0)) act();
    window.callwardenLine(window.socket);
  }).observe(app, { childList: true });
})();
