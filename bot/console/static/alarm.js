// Something new to hear of: a number in the title, a sound, a notification. Rung once for all open pages of this
// browser, again when the server says that nobody has taken the ticket yet. Nothing of a question is shown.

import { notify } from "./notify.js";

const RUNG = "motcua.rung";
const SILENT = "motcua.silent";
const ANYWAY = 60000; // milliseconds: a missed wake-up delays a ring by no more
const TONES = [660, 880]; // hertz
const URGENT = [880, 660, 880, 660];

let waiting = 0;

// What a live stream tells at once; its list of tickets follows when it is this page's turn.
export function heard(event) {
  document.dispatchEvent(new CustomEvent("motcua:news", { detail: JSON.parse(event.data) }));
}

// The title of a page, with the number of tickets that wait in front of it.
export function titled(title) {
  const plain = title.replace(/^\(\d+\) /, "");
  return waiting ? `(${waiting}) ${plain}` : plain;
}

class Alarm extends HTMLElement {
  connectedCallback() {
    document.addEventListener("motcua:change", () => this.#ask());
    document.addEventListener("motcua:news", (event) => this.#told(event.detail));
    if (!document.querySelector("motcua-live")) {
      const stream = new EventSource("/can-bo/luong");
      stream.addEventListener("change", () => this.#ask());
      stream.addEventListener("news", heard);
      stream.addEventListener("ended", () => stream.close());
    }
    setInterval(() => this.#ask(), ANYWAY);
    this.#controls();
    this.#ask();
  }

  #controls() {
    const sound = document.querySelector("[data-sound]");
    if (sound) {
      sound.checked = !localStorage.getItem(SILENT);
      sound.addEventListener("change", () => {
        if (sound.checked) localStorage.removeItem(SILENT);
        else localStorage.setItem(SILENT, "1");
      });
    }
    document.querySelector("[data-try-sound]")?.addEventListener("click", () => play(TONES));
    for (const button of document.querySelectorAll("[data-notify]")) {
      button.addEventListener("click", async () => {
        await Notification.requestPermission();
        this.#state();
      });
    }
    for (const part of document.querySelectorAll("[data-with-script]")) part.hidden = false;
    this.#state();
  }

  // Which of granted, denied, default and none is the case on this machine; the page has a sentence for each.
  #state() {
    // Over plain http no browser shows any, and asking would change nothing.
    const able = "Notification" in window && isSecureContext;
    const state = able ? Notification.permission : "none";
    for (const part of document.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
  }

  // What waits for somebody; what came in on one's own tickets is not in it and stays as it was.
  #told(news) {
    waiting = news.count;
    document.title = titled(document.title);
    alone(() => this.#hear({ ...news, keys: [...news.keys, ...rung().filter((key) => key.startsWith("m"))] }));
  }

  async #ask() {
    try {
      const headers = { "X-Motcua-Live": "1", "Sec-Fetch-Mode": "cors" };
      const response = await fetch("/can-bo/tin", { headers });
      if (!response.ok) return;
      const news = await response.json();
      waiting = news.count;
      document.title = titled(document.title);
      await alone(() => this.#hear(news));
    } catch {
      // the page itself says that the connection is down
    }
  }

  #hear(news) {
    const before = new Set(rung());
    localStorage.setItem(RUNG, JSON.stringify(news.keys));
    if (news.keys.some((key) => !before.has(key))) this.#ring(news);
  }

  #ring(news) {
    if (!localStorage.getItem(SILENT)) play(news.urgent ? URGENT : TONES);
    this.dispatchEvent(new CustomEvent("motcua:ring", { bubbles: true, detail: news }));
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const title = news.urgent ? this.dataset.urgent : this.dataset.title;
    notify(title, this.dataset.body.replace("#", news.count));
  }
}

function rung() {
  return JSON.parse(localStorage.getItem(RUNG) ?? "[]");
}

// One page of this browser at a time: ten open pages ring once.
function alone(work) {
  return navigator.locks ? navigator.locks.request("motcua.alarm", work) : work();
}

async function play(tones) {
  const context = new AudioContext();
  await context.resume().catch(() => {});
  tones.forEach((tone, index) => {
    const at = context.currentTime + index * 0.2;
    const [voice, volume] = [context.createOscillator(), context.createGain()];
    voice.frequency.value = tone;
    volume.gain.setValueAtTime(0.15, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.18);
    voice.connect(volume).connect(context.destination);
    voice.start(at);
    voice.stop(at + 0.2);
  });
  setTimeout(() => context.close(), 2000);
}

customElements.define("motcua-alarm", Alarm);
