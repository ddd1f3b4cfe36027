// The help card works without this. With it: no network is said at once, and a press is sent once per second at most.
"use strict";
(() => {
  const note = document.querySelector("[data-offline]");
  const form = document.querySelector("form[data-sos]");
  const show = () => {
    if (note) note.hidden = navigator.onLine;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
  if (form) {
    form.addEventListener("submit", (event) => {
      if (navigator.onLine) return;
      // Without a network the button telephones the station instead.
      event.preventDefault();
      const call = document.querySelector("[data-call]");
      if (call) window.location.href = call.href;
    });
  }
})();
