// The visit form works without this. With it a lost connection does not lose the note: every input is kept on this
// phone until the server has said that it has the visit. Kept are the answers, never names beyond the elder's own.
"use strict";
(() => {
  const PREFIX = "carenet-draft:";
  const DAY = 24 * 3600 * 1000;
  const two = (number) => String(number).padStart(2, "0");

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key) || "null");
    } catch {
      return null;
    }
  };
  const drop = (name) => localStorage.removeItem(PREFIX + name);
  // Drafts are wiped after a day, and when somebody else works on this phone.
  const owner = document.querySelector("[data-user]");
  const user = owner ? owner.dataset.user : null;
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const draft = read(key);
    if (!draft || Date.now() - draft.at > DAY || (user && draft.user !== user)) localStorage.removeItem(key);
  }

  // The server has it: the page after a save names the elder.
  const saved = new URLSearchParams(window.location.search).get("saved");
  if (saved) drop(`visit:${saved}`);
  const done = document.querySelector("[data-draft-done]");
  if (done) drop(done.dataset.draftDone);

  const form = document.querySelector("form[data-draft]");
  if (form) {
    const name = form.dataset.draft;
    const kept = form.querySelector("[data-kept]");
    const device = form.querySelector("[name=device_at]");
    const fields = () =>
      [...form.elements].filter(
        // A file cannot be put back by a script, and a photo is never kept on the phone.
        (each) => each.name && each.type !== "file" && !["csrfmiddlewaretoken", "idempotency_key", "device_at"].includes(each.name),
      );
    const photo = form.querySelector("input[type=file]");
    const stamp = () => {
      if (device) device.value = new Date().toISOString();
    };
    const keep = () => {
      const values = {};
      for (const each of fields()) {
        if (each.type === "radio" || each.type === "checkbox") {
          values[each.name] = values[each.name] || [];
          if (each.checked) values[each.name].push(each.value);
        } else values[each.name] = each.value;
      }
      const key = form.elements.idempotency_key.value;
      try {
        localStorage.setItem(
          PREFIX + name,
          JSON.stringify({
            at: Date.now(), user, key, values, title: form.dataset.draftTitle, url: form.dataset.draftUrl,
            photo: Boolean(photo && photo.files.length),
          }),
        );
        const now = new Date();
        if (kept) kept.textContent = `${form.dataset.saved} ${two(now.getHours())}:${two(now.getMinutes())}`;
      } catch {
        // A full or forbidden storage must not stop the form.
      }
    };
    const draft = read(PREFIX + name);
    if (draft && !form.querySelector(".govuk-error-message")) {
      for (const each of fields()) {
        const value = draft.values[each.name];
        if (value === undefined) continue;
        if (each.type === "radio" || each.type === "checkbox") each.checked = value.includes(each.value);
        else each.value = value;
      }
      // The same key: if the first sending did arrive, the second finds it.
      form.elements.idempotency_key.value = draft.key;
      const note = form.querySelector("[data-restored-note]");
      if (note) {
        note.textContent = draft.photo ? `${form.dataset.restored} ${form.dataset.photoAgain}` : form.dataset.restored;
        note.hidden = false;
      }
    }
    stamp();
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", (event) => {
      stamp();
      keep();
      if (!navigator.onLine) {
        event.preventDefault();
        if (kept) kept.scrollIntoView();
      }
    });
  }

  const box = document.querySelector("[data-drafts]");
  if (box) {
    const list = box.querySelector("[data-draft-list]");
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const draft = read(key);
      if (!draft || !draft.url) continue;
      const item = document.createElement("li");
      item.className = "cn-list__item";
      const link = document.createElement("a");
      link.className = "cn-list__whole";
      link.href = draft.url;
      const at = new Date(draft.at);
      link.textContent = `${draft.title} ${two(at.getHours())}:${two(at.getMinutes())}`;
      item.append(link);
      list.append(item);
      box.hidden = false;
    }
  }

  const online = document.querySelector("[data-online]");
  if (online) {
    const words = online.querySelector("span");
    const on = words.textContent;
    const show = () => {
      online.classList.toggle("sv-online--off", !navigator.onLine);
      words.textContent = navigator.onLine ? on : online.dataset.offlineText;
    };
    window.addEventListener("online", show);
    window.addEventListener("offline", show);
    show();
  }
})();
