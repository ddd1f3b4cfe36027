// One question a screen on narrow screens, and no answer lost without a network: every tap is kept on this phone until
// the server has said that it has it. Without this script the whole form is one page with a save button.
// Kept are keys of questions and answers, never a name; wiped when sent, after a day, at sign-out, and when somebody
// else works on this phone.
"use strict";
(() => {
  const form = document.querySelector("[data-assessment]");
  if (!form) return;
  const words = form.dataset;
  const PREFIX = "carenet-unsent:";
  const STORE = `${PREFIX}${words.user}:${words.assessment}`;
  const DAY = 24 * 3600 * 1000;
  const AGAIN = 5000;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const baseField = form.elements._base;
  const known = JSON.parse(baseField.value || "{}");
  const fieldsets = [...form.querySelectorAll("[data-key]")];
  const byKey = new Map(fieldsets.map((each) => [each.dataset.key, each]));
  const state = form.querySelector("[data-state]");
  const wait = form.querySelector("[data-wait]");

  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name) || "null");
    } catch {
      return null;
    }
  };
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    const kept = read(name);
    if (!kept || Date.now() - kept.at > DAY || !name.startsWith(`${PREFIX}${words.user}:`)) localStorage.removeItem(name);
  }

  // --- reopened without a network: the empty form from this phone, with what this tab knows ----------------
  // What the server had is remembered for this tab only (keys and answers, no name). The form that is kept for the
  // next reload is asked for empty. See templates/elders/assessment_worker.js.
  const isBlank = form.hasAttribute("data-blank");
  const SENT = `carenet-sent:${words.user}:${words.assessment}`;
  const remember = () => {
    try {
      sessionStorage.setItem(SENT, JSON.stringify(known));
    } catch {
      // Without it a reload without network shows fewer answers; nothing is lost on the server.
    }
  };
  if (isBlank) Object.assign(known, JSON.parse(sessionStorage.getItem(SENT) || "{}"));
  else remember();
  const keepForm = async () => {
    await navigator.serviceWorker.register(words.worker);
    const cache = await caches.open("carenet-assessment");
    const url = `${location.pathname}?blank=1`;
    const answer = await fetch(url);
    if (!answer.ok || answer.redirected) return;
    await cache.put(url, answer);
    const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
    await Promise.all(files.map((each) => cache.add(each.href || each.src)));
    form.dataset.kept = "yes";
  };
  if (!isBlank && window.isSecureContext && "serviceWorker" in navigator && "caches" in window) keepForm().catch(() => {});

  // --- the answers of this page that the server has not confirmed yet ------------------------------------
  const kept = read(STORE);
  const queue = new Map(Object.entries(kept ? kept.items : {}));
  let lastSaved = "";
  const keep = () => {
    try {
      if (queue.size) localStorage.setItem(STORE, JSON.stringify({ at: Date.now(), items: Object.fromEntries(queue) }));
      else localStorage.removeItem(STORE);
    } catch {
      // A full or forbidden storage must not stop the form: the page itself still holds the answers.
    }
  };
  const values = (fieldset) => {
    const inputs = [...fieldset.querySelectorAll(".cn-chip__input, .govuk-input")];
    if (fieldset.dataset.kind === "number" || fieldset.dataset.kind === "points") return [inputs[0].value.trim()];
    return inputs.filter((each) => each.checked).map((each) => each.value);
  };
  const show = (fieldset, wanted) => {
    for (const each of fieldset.querySelectorAll(".cn-chip__input")) each.checked = wanted.includes(each.value);
    const text = fieldset.querySelector(".govuk-input");
    if (text) text.value = wanted.length ? wanted[0] : "";
  };
  const asList = (stored) => (stored === null || stored === undefined ? [] : Array.isArray(stored) ? stored : [String(stored)]);
  const newKey = () =>
    crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");

  let fault = "";
  const draw = () => {
    const clashes = [...queue.values()].filter((each) => each.clash).length;
    const unsent = queue.size - clashes;
    const span = state.querySelector("span");
    const parts = [];
    if (unsent) parts.push(words.unsent.replace("%s", unsent));
    if (clashes) parts.push(words.clashed.replace("%s", clashes));
    if (fault) parts.push(fault);
    state.classList.toggle("el-state--unsent", parts.length > 0);
    if (parts.length) span.textContent = parts.join(" ");
    else if (lastSaved) span.textContent = words.saved.replace("%s", lastSaved);
    for (const [key, fieldset] of byKey) fieldset.toggleAttribute("data-waiting", queue.has(key));
    const required = fieldsets.filter((each) => each.hasAttribute("data-required"));
    const done = required.filter((each) => values(each).some((value) => value !== "")).length;
    const bar = form.querySelector("progress");
    bar.value = done;
    const count = form.querySelector(".cn-progress__label .cn-number__unit");
    if (count) count.textContent = `${done} / ${required.length}`;
    if (!queue.size && wait) wait.hidden = true;
  };

  // Somebody else answered meanwhile: both answers are shown, and a person chooses.
  const drawClash = (key) => {
    const fieldset = byKey.get(key);
    const entry = queue.get(key);
    const box = fieldset.querySelector("[data-clash]");
    box.replaceChildren();
    box.hidden = !(entry && entry.clash);
    if (box.hidden) return;
    const line = (text) => {
      const made = document.createElement("p");
      made.textContent = text;
      box.append(made);
    };
    line(words.theirs.replace("%1", entry.clash.by).replace("%2", entry.clash.at).replace("%3", entry.clash.theirs_text));
    line(words.mine.replace("%s", entry.clash.mine_text));
    const row = document.createElement("div");
    row.className = "cn-actions";
    const choose = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "govuk-button govuk-button--secondary cn-button--small";
      made.textContent = text;
      made.addEventListener("click", act);
      row.append(made);
    };
    choose(words.takeMine, () => {
      queue.set(key, { values: entry.values, base: entry.clash.theirs, key: newKey() });
      known[key] = entry.clash.theirs;
      settled(key);
      send();
    });
    choose(words.takeTheirs, () => {
      known[key] = entry.clash.theirs;
      queue.delete(key);
      show(fieldset, asList(entry.clash.theirs));
      settled(key);
    });
    box.append(row);
  };
  const settled = (key) => {
    keep();
    drawClash(key);
    draw();
  };

  let timer = null;
  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, AGAIN);
  };
  const post = async (key, entry) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("_item", key);
    for (const value of entry.values) body.append(key, value);
    body.append("_base", JSON.stringify({ [key]: entry.base === undefined ? null : entry.base }));
    if (entry.same) body.append("_same", key);
    const stop = new AbortController();
    const patience = window.setTimeout(() => stop.abort(), 20000);
    try {
      return await fetch(words.send, {
        method: "POST",
        body,
        redirect: "manual",
        signal: stop.signal,
        headers: { Accept: "application/json", "Idempotency-Key": entry.key },
      });
    } finally {
      window.clearTimeout(patience);
    }
  };
  // Whoever wants all sent while some are on their way waits for those: the way takes along what comes meanwhile.
  let onTheWay = null;
  function send() {
    onTheWay = onTheWay || sendAll().finally(() => (onTheWay = null));
    return onTheWay;
  }
  async function sendAll() {
    try {
      for (;;) {
        const next = [...queue].find(([, entry]) => !entry.clash && !entry.refused);
        if (!next) break;
        const [key, entry] = next;
        let response;
        try {
          response = await post(key, entry);
        } catch {
          later();
          break;
        }
        if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
          fault = words.signedOut;
          later();
          break;
        }
        if (response.status >= 500 || response.status === 429) {
          later();
          break;
        }
        const told = await response.json().catch(() => ({}));
        fault = "";
        const same = queue.get(key) && queue.get(key).key === entry.key;
        if (response.ok && !told.stored) {
          later();
          break;
        }
        if (response.ok) {
          known[key] = told.stored[key];
          remember();
          lastSaved = told.saved || lastSaved;
          if (same) queue.delete(key);
          else if (queue.has(key)) queue.get(key).base = known[key];
        } else if (told.code === "answered_elsewhere") {
          if (same) queue.get(key).clash = told.clashes[0];
        } else {
          // The server says no for good (an answer it does not know, a signed assessment): said, and kept.
          entry.refused = true;
          fault = told.message || "";
        }
        settled(key);
        if (isBlank && response.ok && !queue.size) location.reload();
      }
    } finally {
      draw();
    }
  }

  const changed = (fieldset, same) => {
    const key = fieldset.dataset.key;
    const before = queue.get(key);
    const base = before && !before.clash ? before.base : key in known ? known[key] : null;
    queue.set(key, { values: values(fieldset), base, key: newKey(), ...(same ? { same: true } : {}) });
    settled(key);
    send();
  };
  for (const fieldset of fieldsets) {
    fieldset.addEventListener("change", () => changed(fieldset, false));
    const copy = fieldset.querySelector("[data-same]");
    if (copy) {
      copy.addEventListener("click", (event) => {
        event.preventDefault();
        const text = fieldset.querySelector(".govuk-input[data-before]");
        if (text) text.value = text.dataset.before;
        else for (const each of fieldset.querySelectorAll(".cn-chip__input")) each.checked = each.hasAttribute("data-before");
        changed(fieldset, true);
      });
    }
  }
  if (isBlank) for (const [key, value] of Object.entries(known)) if (byKey.has(key)) show(byKey.get(key), asList(value));
  for (const [key, entry] of queue) {
    if (!byKey.has(key)) {
      queue.delete(key);
      continue;
    }
    show(byKey.get(key), entry.values);
    delete entry.refused;
    drawClash(key);
  }
  window.addEventListener("online", () => (isBlank && !queue.size ? location.reload() : send()));
  window.addEventListener("pageshow", send);
  draw();
  send();

  // Signing and saving wait for what is still on the phone; a page that is not in order is never signed.
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!queue.size && navigator.onLine) {
      baseField.value = JSON.stringify(known);
      return;
    }
    event.preventDefault();
    await send();
    if (!queue.size) {
      form.requestSubmit(button);
      return;
    }
    wait.textContent = words.wait;
    wait.hidden = false;
  });

  // --- one question a screen -----------------------------------------------------------------------------
  if (document.querySelector(".govuk-error-summary")) return;
  const items = [...form.querySelectorAll("[data-item]")];
  const bar = document.createElement("div");
  bar.className = "el-steps";
  const button = (text, secondary) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "govuk-button" + (secondary ? " govuk-button--secondary" : "");
    made.textContent = text;
    return made;
  };
  const previous = button(words.previous, true);
  const next = button(words.next, false);
  const toggle = button(words.all, true);
  bar.append(previous, next, toggle);
  form.append(bar);

  const answered = (item) =>
    !item.hasAttribute("data-required") || values(item).some((value) => value !== "");
  let here = items.findIndex((item) => !answered(item));
  if (here < 0 || !fieldsets.some((item) => values(item).some((value) => value !== ""))) here = here < 0 ? items.length - 1 : 0;
  let single = window.matchMedia("(max-width: 40em)").matches;

  const turn = (move) => {
    form.classList.toggle("el-one", single);
    items.forEach((item, index) => item.classList.toggle("el-here", index === here));
    form.querySelectorAll(".el-section").forEach((section) => {
      const heading = section.querySelector("h2");
      heading.classList.toggle("el-here", section.contains(items[here]));
    });
    previous.hidden = next.hidden = !single;
    previous.disabled = here === 0;
    next.hidden = !single || here === items.length - 1;
    toggle.textContent = single ? words.all : words.one;
    if (move && single) {
      form.scrollIntoView({ block: "start" });
      const first = items[here].querySelector("input:checked, input:not([type=hidden]), select");
      if (first) first.focus({ preventScroll: true });
    }
  };
  const go = (step) => {
    here = Math.min(items.length - 1, Math.max(0, here + step));
    turn(true);
  };
  previous.addEventListener("click", () => go(-1));
  next.addEventListener("click", () => go(1));
  toggle.addEventListener("click", () => {
    single = !single;
    turn(true);
  });
  turn(false);
})();
