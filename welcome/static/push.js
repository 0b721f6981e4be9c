// Asks the browser for notices, only after a tap, and hands what it answers to the form.
"use strict";

const form = document.querySelector("form[data-push-key]");
if (form && "serviceWorker" in navigator && "PushManager" in window) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if ((await Notification.requestPermission()) !== "granted") {
      document.querySelector("#push-refused").hidden = false;
      form.removeAttribute("aria-busy");
      return;
    }
    const worker = await navigator.serviceWorker.ready;
    const applicationServerKey = form.dataset.pushKey;
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    const { endpoint, keys } = subscription.toJSON();
    Object.entries({ endpoint, ...keys }).forEach(([name, value]) => (form.elements[name].value = value));
    form.submit();
  });
}
