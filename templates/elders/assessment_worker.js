// Serves one page without a network: the empty form of an assessment that was opened on this phone before, and the
// files it is drawn with. The page itself puts them into the cache (elders/assessment.js); nothing else is ever kept,
// and the form that is kept carries no name and no answer. The network always goes first. Wiped at sign-out.
"use strict";
const CACHE = "carenet-assessment";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
const kept = async (wanted) => {
  const cache = await caches.open(CACHE);
  return (await cache.match(wanted, { ignoreVary: true })) || Response.error();
};
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (!/^\/assessments\/\d+\/$/.test(url.pathname)) return;
    event.respondWith(fetch(request).catch(() => kept(`${url.pathname}?blank=1`)));
  } else if (["style", "script", "image"].includes(request.destination)) {
    event.respondWith(fetch(request).catch(() => kept(request.url)));
  }
});
