// Keeps a page for when there is no network, shows notices, and does nothing else: every page comes from the server.
// "shared" holds the page for everybody with what it is drawn with; "mine" holds one member's own, until they sign out.
"use strict";

const MINE = "/offline/mine";
const FRESH = 10 * 60 * 1000;
let turn = 0; // what was asked for before somebody signed out is not kept after it

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()])),
);
self.addEventListener("message", (event) => event.waitUntil(heed(event.data)));

async function heed({ page, style, who, isNews }) {
  if (who) await keepMine(who, isNews);
  else await forget();
  await keepShared(page, style);
}

async function keepShared(page, style) {
  const cache = await caches.open("shared");
  if ((await cache.match(page)) && (await cache.match(style))) return;
  const answer = await fetch(page, { credentials: "omit" });
  if (!answer.ok) return;
  const files = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  await caches.delete("shared");
  const fresh = await caches.open("shared");
  await fresh.addAll(files.map((file) => file.split("#")[0]));
  await fresh.put(page, answer);
}

async function keepMine(who, isNews) {
  const old = await caches.match(MINE);
  if (old && old.headers.get("X-Kept-For") !== who) await forget();
  else if (old && !isNews && Date.now() - old.headers.get("X-Kept-At") < FRESH) return;
  const begun = turn;
  const answer = await fetch(MINE, { redirect: "manual" });
  if (!answer.ok) return forget();
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.set("X-Kept-For", who);
  headers.set("X-Kept-At", Date.now());
  const page = new Response(await answer.text(), { headers });
  const cache = await caches.open("mine");
  if (begun === turn) await cache.put(MINE, page);
  if (begun !== turn) await caches.delete("mine");
}

function forget() {
  turn += 1;
  return caches.delete("mine");
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method !== "GET") {
    if (/^\/(login|logout)\b/.test(pathname)) event.waitUntil(forget());
  } else if (request.mode === "navigate") {
    event.respondWith(answerOrKept(event));
  } else if (pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});

async function answerOrKept(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch (problem) {
    const shared = await caches.open("shared");
    const pages = (await shared.keys()).filter((kept) => kept.url.includes("/offline/"));
    const kept = (await caches.match(MINE)) || (pages.length && (await shared.match(pages[0])));
    if (kept) return kept;
    throw problem;
  }
}

self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json();
  const options = { body, tag, data: { url }, icon: "/static/icon-192.png" };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
