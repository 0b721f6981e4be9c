// Enhancement only: every journey works without this file.
"use strict";

// Quick exit: replaces the page in the history, by the button or by pressing Shift three times.
const exit = document.querySelector("a.exit");
if (exit) {
  const leave = () => {
    document.body.hidden = true;
    location.replace(exit.href);
  };
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") presses = [];
    else if (!event.repeat) {
      presses = presses.filter((at) => event.timeStamp - at < 1500).concat(event.timeStamp);
      if (presses.length >= 3) leave();
    }
  });
}

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

// Buttons marked data-copy="text" put their text on the clipboard and say so.
document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    if (button.dataset.done) button.textContent = button.dataset.done;
  });
});

// A slider shows its number while it moves.
document.addEventListener("input", (event) => {
  if (event.target.type !== "range") return;
  const number = document.querySelector(`output[for="${event.target.id}"]`);
  if (number) number.value = event.target.value;
});

// The summary of errors takes the focus, so that it is read first.
const summary = document.querySelector(".summary[tabindex]");
if (summary) summary.focus();

// A page is kept for when there is no network, and one's own only for whoever stays signed in on this device. Where
// nobody is signed in, this device, which others may use too, shows nobody's notices.
if ("serviceWorker" in navigator) {
  addEventListener("load", async () => {
    await navigator.serviceWorker.register("/worker.js");
    const worker = await navigator.serviceWorker.ready;
    worker.active.postMessage({
      page: `/offline/${document.documentElement.lang}`,
      style: document.querySelector("link[rel=stylesheet]").href,
      who: document.body.dataset.keptFor,
      isNews: Boolean(document.querySelector(".banner.success")),
    });
    if (!document.querySelector(".account")) (await worker.pushManager?.getSubscription())?.unsubscribe();
  });
}

// Paper is made by the browser.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
