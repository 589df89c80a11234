// What the server says, as it comes: a live stream, and plain questions where the network holds streams back.

const SILENCE = 45000; // milliseconds; the server beats every 20 seconds
const PATIENCE = 6000; // until a stream that does not open counts as held back
const LOOK = 4000;

export class Listener {
  #stream = null;
  #heard = 0;
  #opened = 0;
  #polling = false;
  #up = true;

  // `on.line(line)`, `on.state(state)`, `on.connection(isUp)`
  constructor(after, on) {
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
    addEventListener("pagehide", () => this.#stream?.close());
    addEventListener("pageshow", (event) => event.persisted && this.#open());
  }

  #open() {
    this.#stream?.close();
    this.#opened = performance.now();
    this.#heard = 0;
    const stream = new EventSource(`/chat/stream?after=${this.after}`);
    const hear = (use) => (event) => {
      this.#alive();
      use?.(event);
    };
    stream.addEventListener("open", hear());
    stream.addEventListener("beat", hear());
    stream.addEventListener("line", hear((event) => this.#take(JSON.parse(event.data))));
    stream.addEventListener("state", hear((event) => this.on.state(JSON.parse(event.data))));
    this.#stream = stream;
  }

  #take(line) {
    if (line.id <= this.after) return; // seen before a reconnection
    this.after = line.id;
    this.on.line(line);
  }

  #alive() {
    this.#heard = performance.now();
    this.#tell(true);
  }

  #tell(up) {
    if (up === this.#up) return;
    this.#up = up;
    this.on.connection(up);
  }

  #look() {
    const now = performance.now();
    const since = now - Math.max(this.#heard, this.#opened);
    const live = this.#stream.readyState === EventSource.OPEN && this.#heard > 0;
    if (live ? since < SILENCE : since < PATIENCE) return;
    if (live || this.#stream.readyState === EventSource.CLOSED || since > SILENCE) this.#open();
    this.#poll();
  }

  async #poll() {
    if (this.#polling) return;
    this.#polling = true;
    try {
      const response = await fetch(`/chat/messages?after=${this.after}`, { signal: AbortSignal.timeout?.(10000) });
      if (!response.ok) throw new Error(response.status);
      const news = await response.json();
      this.#tell(true);
      news.lines.forEach((line) => this.#take(line));
      this.on.state(news);
    } catch {
      this.#tell(false);
    } finally {
      this.#polling = false;
    }
  }
}
