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

  // An unused filter takes no room on a phone.
  const fold = () => {
    if (!window.matchMedia("(max-width: 47.99em)").matches) return;
    for (const each of document.querySelectorAll("details[data-fold-narrow]")) each.open = false;
  };

  // Answers that only this device has (no network) are said before signing out; saying yes signs out and wipes them.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-sign-out]");
    if (!form) return;
    const kept = Object.keys(localStorage).filter((each) => each.startsWith("carenet-unsent:"));
    if (kept.length && !window.confirm(form.dataset.signOut)) {
      event.preventDefault();
      return;
    }
    for (const each of kept) localStorage.removeItem(each);
    for (const each of Object.keys(sessionStorage)) if (each.startsWith("carenet-sent:")) sessionStorage.removeItem(each);
    if (window.isSecureContext && "caches" in window) caches.delete("carenet-assessment");
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.getRegistrations().then((all) => all.forEach((each) => each.unregister()));
    }
  });

  const first = () => {
    fold();
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", first);
  else first();
})();
