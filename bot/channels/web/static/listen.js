// What the server says, as it comes: a live stream, and plain questions where the network holds streams back.

import { follow } from "./stream.js";

const SILENCE = 45000; // milliseconds; the server beats every 20 seconds
const PATIENCE = 6000; // until a stream that says nothing counts as held back
const LOOK = 4000;
const AGAIN = 2000;

export class Listener {
  #stream = null;
  #live = false;
  #heard = performance.now();
  #opened = 0;
  #polling = false;
  #up = true;

  // `on.line(line)`, `on.state(state)`, `on.connection(isUp)`
  constructor(session, after, on) {
    this.session = session;
    this.after = after;
    this.on = on;
  }

  start() {
    this.#open();
    setInterval(() => this.#look(), LOOK);
    addEventListener("online", () => this.#open());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && performance.now() - this.#heard > SILENCE) this.#open();
    });
    addEventListener("pagehide", () => this.#stream?.abort());
    addEventListener("pageshow", (event) => event.persisted && this.#open());
  }

  // The newest messages, once, before anything else. What fails here is mended by the stream.
  async recall() {
    await this.#ask("/chat/messages").catch(() => {});
  }

  async #open() {
    this.#stream?.abort();
    const stream = new AbortController();
    this.#stream = stream;
    this.#live = false;
    this.#opened = performance.now();
    try {
      await follow(this.session, `/chat/stream?after=${this.after}`, stream.signal, (event) => this.#hear(event));
    } catch {
      // away, refused or broken off: below
    }
    if (stream !== this.#stream || stream.signal.aborted) return;
    this.#live = false;
    setTimeout(() => stream === this.#stream && this.#open(), AGAIN * (1 + Math.random()));
  }

  #hear({ event, data }) {
    this.#live = true;
    this.#heard = performance.now();
    this.#tell(true);
    if (event === "line") this.#take(JSON.parse(data));
    if (event === "state") this.on.state(JSON.parse(data));
  }

  #take(line) {
    if (line.id <= this.after) return; // seen before a reconnection
    this.after = line.id;
    this.on.line(line);
  }

  #tell(up) {
    if (up === this.#up) return;
    this.#up = up;
    this.on.connection(up);
  }

  #look() {
    const now = performance.now();
    if (now - this.#heard < (this.#live ? SILENCE : PATIENCE)) return;
    if (now - this.#opened > SILENCE) this.#open();
    this.#poll();
  }

  async #poll() {
    if (this.#polling) return;
    this.#polling = true;
    try {
      await this.#ask(`/chat/messages?after=${this.after}`);
    } catch {
      this.#tell(false);
    } finally {
      this.#polling = false;
    }
  }

  async #ask(url) {
    const response = await this.session.fetch(url, { signal: AbortSignal.timeout?.(10000) });
    if (!response.ok) throw new Error(response.status);
    const news = await response.json();
    this.#tell(true);
    news.lines.forEach((line) => this.#take(line));
    this.on.state(news);
  }
}
