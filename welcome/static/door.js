// The door list without a network: taps are kept on this phone until they are sent, and forgotten then.
"use strict";

const list = document.querySelector("[data-door]");
if (list) {
  const key = `door:${list.dataset.door}`;
  const state = list.querySelector("[data-state]");
  const people = list.querySelector("[data-people]");
  const sentence = people.textContent;
  let memory = []; // where the browser keeps nothing for pages
  let isSending = false;

  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) || memory;
    } catch {
      return memory;
    }
  };
  const keep = (taps) => {
    memory = taps;
    try {
      if (taps.length) localStorage.setItem(key, JSON.stringify(taps));
      else localStorage.removeItem(key);
    } catch {
      // private windows: this page remembers
    }
  };
  const newName = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // What the server knows, and on top of it what was tapped here and is not sent yet.
  let known = { here: {}, walk_ins: {} };
  const read = () => {
    list.querySelectorAll("form[data-turn]").forEach((form) => {
      known.here[form.dataset.turn] = Number(form.querySelector('[aria-pressed="true"]')?.value || 0);
    });
    list.querySelectorAll("[data-side]").forEach((count) => {
      known.walk_ins[count.dataset.side] = Number(count.textContent);
    });
  };
  const show = () => {
    const here = { ...known.here };
    const walkIns = { ...known.walk_ins };
    const taps = kept();
    taps.forEach((tap) => {
      if (tap.turn) here[tap.turn] = tap.people;
      else walkIns[tap.side] = Math.max(0, (walkIns[tap.side] || 0) + tap.people);
    });
    list.querySelectorAll("form[data-turn]").forEach((form) =>
      form.querySelectorAll("button").forEach((button) =>
        button.setAttribute("aria-pressed", String(Number(button.value) === (here[form.dataset.turn] || 0))),
      ),
    );
    list.querySelectorAll("[data-side]").forEach((count) => {
      count.textContent = walkIns[count.dataset.side] || 0;
    });
    const total = [...Object.values(here), ...Object.values(walkIns)].reduce((sum, number) => sum + number, 0);
    people.textContent = sentence.replace(/\d+/, total);
    state.textContent = taps.length ? list.dataset.unsent.replace("{n}", taps.length) : "";
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    const taps = kept();
    try {
      const answer = await fetch(location.pathname, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ taps }),
      });
      if (answer.ok) {
        known = await answer.json();
        const sent = new Set(taps.map((tap) => tap.name));
        keep(kept().filter((tap) => !sent.has(tap.name)));
        show();
      } else if (answer.status === 404) {
        keep([]);
        state.textContent = list.dataset.closed;
      }
    } catch {
      show(); // no network: later
    }
    isSending = false;
  };

  list.addEventListener("submit", (event) => {
    event.preventDefault();
    const turn = event.target.dataset.turn;
    const side = event.target.elements.side?.value || "";
    const tap = { name: newName(), people: Number(event.submitter.value), at: new Date().toISOString() };
    keep([...kept(), turn ? { ...tap, turn: Number(turn) } : { ...tap, side }]);
    show();
    send();
  });
  window.addEventListener("online", send);
  setInterval(() => (document.hidden && !kept().length ? null : send()), 20000);
  read();
  show();
  send();
}
