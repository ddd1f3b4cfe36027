// Small help for pages that work without it: print, no double press, focus on errors.
"use strict";
(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print]");
    if (button) window.print();
  });

  // A folded menu closes when the reader goes on elsewhere.
  const close = (except) => {
    for (const each of document.querySelectorAll("[data-close-outside][open]")) if (!each.contains(except)) each.open = false;
  };
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(null);
  });

  // A form that was sent is not sent again for five seconds; the server counts it once anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || !form.querySelector("[data-module~='prevent-double']")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    window.setTimeout(() => delete form.dataset.sent, 5000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  const first = () => {
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", first);
  else first();
})();
