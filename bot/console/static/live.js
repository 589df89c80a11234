// A page that keeps itself fresh: told that something changed, it asks for itself and takes over the marked parts.
// `data-live` parts are replaced when they differ; `data-live="gently"` only when its version changed and nobody
// is typing in it.

import { heard, titled } from "./alarm.js";
import { keepDrafts } from "./drafts.js";

const AT_MOST = 700; // milliseconds between two refreshes
const ANYWAY = 30000; // waiting times grow even when nothing happens
const READ = 1500; // until a message that came in counts as seen

class Live extends HTMLElement {
  #timer = 0;
  #asking = false;
  #last = 0;

  connectedCallback() {
    const ticket = this.dataset.ticket;
    this.alarm = document.getElementById("mat-mang");
    this.stream = new EventSource(`/can-bo/luong${ticket ? `?phieu=${ticket}` : ""}`);
    this.stream.addEventListener("change", (event) => this.#changed(JSON.parse(event.data).topic));
    this.stream.addEventListener("news", heard);
    this.stream.addEventListener("ended", () => this.#over());
    this.stream.addEventListener("open", () => this.#soon()); // whatever was missed while away
    this.stream.addEventListener("error", () => this.stream.readyState === EventSource.CLOSED && this.#soon());
    this.clock = setInterval(() => !document.hidden && this.#soon(), ANYWAY);
    document.addEventListener("visibilitychange", () => !document.hidden && this.#soon());
  }

  // A page that nobody looks at needs no list until it is shown; the alarm asks for its few numbers by itself.
  #changed(topic) {
    document.dispatchEvent(new Event("motcua:change"));
    if (topic !== "queue" || !document.hidden) this.#soon();
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refresh(), Math.max(0, this.#last + AT_MOST - performance.now()));
  }

  async #refresh() {
    if (this.#asking) return this.#soon();
    this.#asking = true;
    this.#last = performance.now();
    try {
      // After a refused form the address is the form's, which answers to no GET: ask for the ticket itself.
      const ticket = this.dataset.ticket;
      const address = ticket ? `/can-bo/phieu/${ticket}` : location.pathname + location.search;
      const response = await fetch(address, { headers: { "X-Motcua-Live": "1", "Sec-Fetch-Mode": "cors" } });
      if (response.status === 401) return this.#over();
      if (!response.ok) throw new Error(response.status);
      this.#take(new DOMParser().parseFromString(await response.text(), "text/html"));
      this.#say("");
    } catch {
      this.#say(this.alarm.dataset.down);
    } finally {
      this.#asking = false;
    }
  }

  #take(page) {
    const focused = document.activeElement?.id;
    for (const part of this.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh || !this.#differs(part, fresh)) continue;
      this.#replace(part, fresh);
    }
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
    document.title = titled(page.title);
    this.#announce(page);
  }

  #differs(part, fresh) {
    if (part.dataset.live === "gently") {
      const typing = [...part.querySelectorAll("textarea")].some((box) => box.value.trim());
      return part.dataset.version !== fresh.dataset.version && !typing;
    }
    return part.innerHTML !== fresh.innerHTML;
  }

  #replace(part, fresh) {
    const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 40;
    const before = part.scrollTop;
    part.replaceChildren(...fresh.childNodes);
    Object.assign(part.dataset, fresh.dataset);
    part.scrollTop = atEnd ? part.scrollHeight : before;
    if (part.dataset.live === "gently") keepDrafts(part);
    if (part.dataset.last) this.#seen(part.dataset.last);
  }

  // A message counts as seen a moment after it appeared: a press meant for the state before is refused.
  #seen(last) {
    setTimeout(() => {
      if (document.hidden) return;
      for (const field of this.querySelectorAll("input[name=seen]")) field.value = last;
    }, READ);
  }

  #announce(page) {
    const here = this.querySelector("#tin-moi");
    const there = page.getElementById("tin-moi");
    if (!here || !there) return;
    if (Number(there.dataset.count) > Number(here.dataset.count)) {
      here.textContent = here.dataset.text.replace("#", there.dataset.count);
    }
    here.dataset.count = there.dataset.count;
  }

  #over() {
    this.stream.close();
    clearInterval(this.clock);
    this.#say(this.alarm.dataset.ended);
  }

  #say(text) {
    this.alarm.hidden = !text;
    if (this.alarm.textContent !== text) this.alarm.textContent = text;
  }
}

customElements.define("motcua-live", Live);
