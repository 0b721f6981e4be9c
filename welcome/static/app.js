// Enhancement only: every journey works without this file.
"use strict";

// Quick exit: replaces the page in the history, by the button or by pressing Shift three times.
const leave = () => {
  const exit = document.querySelector("a.exit");
  if (!exit) return;
  document.body.hidden = true;
  location.replace(exit.href);
};
let presses = [];
document.addEventListener("click", (event) => {
  if (!event.target.closest("a.exit")) return;
  event.preventDefault();
  leave();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") presses = [];
  else if (!event.repeat) {
    presses = presses.filter((at) => event.timeStamp - at < 1500).concat(event.timeStamp);
    if (presses.length >= 3) leave();
  }
});

// Menus close on Escape, on a click elsewhere, and when the focus moves out.
const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  });
});
["click", "focusin"].forEach((kind) =>
  document.addEventListener(kind, (event) =>
    openMenus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    }),
  ),
);

// A form is sent once: a second tap on a slow line does no harm.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  else form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () =>
  document.querySelectorAll('form[aria-busy="true"]').forEach((form) => form.removeAttribute("aria-busy")),
);

// A slider shows its number while it moves.
document.addEventListener("input", (event) => {
  if (event.target.type !== "range") return;
  const number = document.querySelector(`output[for="${event.target.id}"]`);
  if (number) number.value = event.target.value;
});

function enliven() {
  // Buttons marked data-copy="text" put their text on the clipboard and say so.
  document.querySelectorAll("[data-copy][hidden]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      if (button.dataset.done) button.textContent = button.dataset.done;
    });
  });
  // Paper is made by the browser.
  document.querySelectorAll("[data-print][hidden]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  // The summary of errors takes the focus, so that it is read first.
  document.querySelector(".summary[tabindex]")?.focus();
}
enliven();

// Forms that answer without a new page (htmx): the same requests, and what comes back takes the place of what is here.
// Where no page comes back but a fault, or nothing, what was written stays.
document.addEventListener("htmx:before:request", (event) => {
  document.querySelector("#unsent").hidden = true;
  event.detail.ctx.sourceElement.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:finally:request", (event) => event.detail.ctx.sourceElement.removeAttribute("aria-busy"));
document.addEventListener("htmx:error", () => say());
document.addEventListener("htmx:before:swap", (event) => {
  const { text, response } = event.detail.ctx;
  const page = new DOMParser().parseFromString(text, "text/html");
  if (page.querySelector("#main") && (response.status < 400 || response.status === 422)) {
    const sheets = [...page.querySelectorAll("link[rel=stylesheet]")];
    document.head.append(...sheets.filter((one) => !document.querySelector(`link[href="${one.getAttribute("href")}"]`)));
  } else {
    event.preventDefault();
    say(page.querySelector("main .lead")?.textContent);
  }
});
document.addEventListener("htmx:before:history:update", (event) => {
  const { history, response } = event.detail;
  if (response.status >= 400) event.preventDefault(); // the address of an answer is no page to come back to
  else if (history.path === location.pathname + location.search) history.type = "replace";
});
document.addEventListener("htmx:after:swap", () => {
  enliven();
  const spots = [".summary", "[aria-invalid=true]", "#latest", "main .banner", "main"];
  const spot = spots.map((each) => document.querySelector(each)).find(Boolean);
  if (spot.tabIndex < 0) spot.tabIndex = -1;
  spot.focus({ preventScroll: true });
  spot.scrollIntoView({ block: spot.id === "latest" ? "end" : "center" });
  tellWorker();
});

function say(words) {
  const toast = document.querySelector("#unsent");
  toast.textContent = words ?? toast.dataset.words;
  toast.hidden = false;
  toast.focus();
}

// A page is kept for when there is no network, and one's own only for whoever stays signed in on this device. Where
// nobody is signed in, this device, which others may use too, shows nobody's notices.
async function tellWorker() {
  const { active, pushManager } = await navigator.serviceWorker.ready;
  active.postMessage({
    page: `/offline/${document.documentElement.lang}`,
    style: document.querySelector("link[rel=stylesheet]").href,
    who: document.body.dataset.keptFor,
    isNews: Boolean(document.querySelector(".banner.success")),
  });
  if (!document.querySelector(".account")) (await pushManager?.getSubscription())?.unsubscribe();
}
if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register("/worker.js").then(tellWorker));
}
