// Something new to hear of: a number in the title, a sound, a notification. Rung once for all open pages of this
// browser, again when the server says that nobody has taken the ticket yet. Nothing of a question is shown.

const RUNG = "motcua.rung";
const SILENT = "motcua.silent";
const ANYWAY = 60000; // milliseconds: a missed wake-up delays a ring by no more
const TONES = [660, 880]; // hertz
const URGENT = [880, 660, 880, 660];

let waiting = 0;

// The title of a page, with the number of tickets that wait in front of it.
export function titled(title) {
  const plain = title.replace(/^\(\d+\) /, "");
  return waiting ? `(${waiting}) ${plain}` : plain;
}

class Alarm extends HTMLElement {
  connectedCallback() {
    document.addEventListener("motcua:change", () => this.#ask());
    if (!document.querySelector("motcua-live")) {
      const stream = new EventSource("/can-bo/luong");
      stream.addEventListener("change", () => this.#ask());
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
    const state = "Notification" in window ? Notification.permission : "none";
    for (const part of document.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
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
    const before = new Set(JSON.parse(localStorage.getItem(RUNG) ?? "[]"));
    localStorage.setItem(RUNG, JSON.stringify(news.keys));
    if (news.keys.some((key) => !before.has(key))) this.#ring(news);
  }

  #ring(news) {
    if (!localStorage.getItem(SILENT)) play(news.urgent ? URGENT : TONES);
    this.dispatchEvent(new CustomEvent("motcua:ring", { bubbles: true, detail: news }));
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const title = news.urgent ? this.dataset.urgent : this.dataset.title;
    try {
      const shown = new Notification(title, { body: this.dataset.body.replace("#", news.count), tag: "motcua" });
      shown.addEventListener("click", () => window.focus());
    } catch {
      // phones show notifications only from a service worker; they have Telegram
    }
  }
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
