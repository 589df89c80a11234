// Messages the server has not acknowledged yet. They outlive the page and are sent in order, one at a time;
// each keeps its id, so that the server takes it once however often it arrives.

const KEY = "motcua.unsent";
const FIRST_WAIT = 1000; // milliseconds
const LONGEST_WAIT = 30000;
const TIMEOUT = 15000;

export class Unsent {
  #memory = null; // the messages themselves, where storage takes nothing

  // The frame on a portal is another conversation than the page, even where both share one storage.
  constructor(framed) {
    this.key = framed ? `${KEY}.frame` : KEY;
  }

  all() {
    if (this.#memory) return this.#memory;
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return []; // storage is off, or holds something strange
    }
  }

  add(message) {
    this.#keep([...this.all().filter((each) => each.id !== message.id), message]);
  }

  remove(id) {
    this.#keep(this.all().filter((each) => each.id !== id));
  }

  #keep(messages) {
    try {
      localStorage.setItem(this.key, JSON.stringify(messages));
      this.#memory = null;
    } catch {
      this.#memory = messages; // off or full: for as long as the page is open
    }
  }
}

export class Sender {
  #session;
  #unsent;
  #tell;
  #running = false;
  #wake = () => {};

  // `tell(message, fate, text)`; fate: sent, retrying, refused
  constructor(session, unsent, tell) {
    this.#session = session;
    this.#unsent = unsent;
    this.#tell = tell;
  }

  async run() {
    if (this.#running) return;
    this.#running = true;
    try {
      await this.#drain();
    } finally {
      this.#running = false;
    }
  }

  // The network is back: what waits for its next try waits no longer.
  hurry() {
    this.#wake();
    this.run();
  }

  // Locked for each try, not while waiting: a window in the background may wait for minutes.
  async #drain() {
    let wait = FIRST_WAIT;
    while (this.#unsent.all().length) {
      const again = await alone(this.#unsent.key, () => this.#try());
      if (again) await this.#pause(Math.max(wait * (0.8 + Math.random() * 0.4), again.wait));
      wait = again ? Math.min(wait * 2, LONGEST_WAIT) : FIRST_WAIT;
    }
  }

  async #try() {
    const message = this.#unsent.all()[0];
    if (!message) return null; // another window was faster
    const answer = await post(this.#session, message);
    if (answer.again) {
      this.#tell(message, "retrying");
      return answer;
    }
    this.#unsent.remove(message.id);
    this.#tell(message, answer.refused ? "refused" : "sent", answer.refused);
    return null;
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        removeEventListener("online", this.#wake);
        resolve();
      };
      addEventListener("online", this.#wake);
    });
  }
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Two windows of one browser share what is unsent: only one of them sends. Where a frame may store nothing it
// may lock nothing either, and shares nothing.
function alone(key, work) {
  let begun = false;
  const begin = () => {
    begun = true;
    return work();
  };
  if (!navigator.locks) return begin();
  return navigator.locks.request(key, begin).catch((error) => {
    if (begun) throw error;
    return begin();
  });
}

async function post(session, message) {
  const body = new URLSearchParams({
    kind: message.kind,
    text: message.text ?? "",
    button: message.button ?? "",
    start: message.start ?? "",
    client_message_id: message.id,
  });
  try {
    const response = await session.fetch("/chat/send", {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout?.(TIMEOUT),
    });
    if (response.ok) return {};
    if (response.status >= 500 || response.status === 429) {
      return { again: true, wait: 1000 * (Number(response.headers.get("Retry-After")) || 0) };
    }
    const said = await response.json().catch(() => ({}));
    return { refused: said.text ?? String(response.status) };
  } catch {
    return { again: true, wait: 0 };
  }
}
