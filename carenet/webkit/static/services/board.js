// The live board without this is a table that reloads itself. With it: seconds tick, a lost connection is said in
// red, and sounds ring at a new alarm, at five minutes and at the breach.
"use strict";
(() => {
  const lost = document.querySelector("[data-lost]");
  const sound = document.querySelector("[data-sound]");
  const LOST_AFTER = 16000;
  let last = Date.now();
  let audio = null;
  const told = new Set();

  const live = () => document.getElementById("live");
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node.id === "live"))) last = Date.now();
  }).observe(document.querySelector("main"), { childList: true, subtree: true });

  const ring = (times) => {
    if (!audio) return;
    for (let number = 0; number < times; number += 1) {
      const tone = audio.createOscillator();
      const level = audio.createGain();
      tone.frequency.value = number % 2 ? 660 : 880;
      level.gain.value = 0.2;
      tone.connect(level).connect(audio.destination);
      tone.start(audio.currentTime + number * 0.35);
      tone.stop(audio.currentTime + number * 0.35 + 0.3);
    }
  };
  const once = (key, times) => {
    if (told.has(key)) return;
    told.add(key);
    ring(times);
  };

  if (sound) {
    sound.hidden = false;
    sound.addEventListener("click", () => {
      audio = audio || new AudioContext();
      sound.setAttribute("aria-pressed", "true");
      sound.querySelector("span").textContent = sound.dataset.on;
      ring(2);
    });
  }

  const two = (number) => String(number).padStart(2, "0");
  const tick = () => {
    const board = live();
    if (!board) return;
    const broken = Date.now() - last > LOST_AFTER;
    lost.hidden = !broken;
    const connected = board.querySelector("[data-connected]");
    if (connected) connected.hidden = broken;
    // The server's clock counts, not this machine's.
    const now = Date.parse(board.dataset.now) + (Date.now() - last);
    const clock = board.querySelector(".sv-clock");
    if (clock) {
      const moment = new Date(now);
      const here = new Date(moment.getTime() + 8 * 3600000); // the station's time (UTC+8), whatever the device is set to
      clock.textContent = `${two(here.getUTCHours())}:${two(here.getUTCMinutes())}:${two(here.getUTCSeconds())}`;
    }
    for (const place of board.querySelectorAll("[data-due]")) {
      const left = Math.round((Date.parse(place.dataset.due) - now) / 1000);
      const words = left > 0 ? place.dataset.left : place.dataset.over;
      const card = place.closest("[data-alarm]");
      place.innerHTML = "";
      place.append(`${words} `);
      const digits = document.createElement("span");
      const minutes = Math.floor(Math.abs(left) / 60);
      const hours = minutes >= 60 ? `${Math.floor(minutes / 60)}:` : "";
      digits.textContent = `${hours}${two(minutes % 60)}:${two(Math.abs(left) % 60)}`;
      place.append(digits);
      const bar = card.querySelector("progress");
      if (bar) bar.value = Math.max(left, 0);
      card.classList.toggle("sv-alarm--late", left <= 0);
      card.classList.toggle("sv-alarm--soon", left > 0 && left < 300);
      once(`${card.dataset.alarm}:new`, 4);
      if (left < 300) once(`${card.dataset.alarm}:soon`, 3);
      if (left <= 0) once(`${card.dataset.alarm}:late`, 6);
    }
  };
  window.setInterval(tick, 1000);
  tick();

  // One hand on the telephone: 1–9 chooses an alarm, Enter takes it on.
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || !/^[1-9]$/.test(event.key)) return;
    const buttons = document.querySelectorAll("[data-claim]");
    const button = buttons[Number(event.key) - 1];
    if (button) button.focus();
  });
})();
