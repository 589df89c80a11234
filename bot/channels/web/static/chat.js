// The chat page with script: messages appear by themselves, and what cannot be sent now is sent later.

import { Composer } from "./composer.js";
import { Embedded } from "./embedded.js";
import { Files } from "./files.js";
import { offerLargeText } from "./large.js";
import { Listener } from "./listen.js";
import { openFiles } from "./opened.js";
import { Session } from "./session.js";
import { Sender, Unsent, newId } from "./unsent.js";

const PATIENCE = 25000; // milliseconds the waiting sign stays without an answer

class Chat extends HTMLElement {
  connectedCallback() {
    this.transcript = this.querySelector(".transcript");
    this.trouble = this.querySelector(".trouble");
    this.waiting = this.querySelector(".waiting");
    this.held = "held" in this.dataset;
    this.session = new Session(this.dataset.token, "known" in this.dataset);
    this.unsent = new Unsent(this.session.framed);
    this.sender = new Sender(this.session, this.unsent, (message, fate, text) => this.#told(message, fate, text));
    this.composer = new Composer(this.querySelector(".composer"), Number(this.dataset.longest), (text) =>
      this.#send({ kind: "text", text, label: text }),
    );
    this.transcript.addEventListener("submit", (event) => this.#pressed(event));
    this.below = this.querySelector(".below");
    this.below.addEventListener("click", () => this.transcript.scrollBy({ top: this.transcript.clientHeight * 0.8 }));
    this.transcript.addEventListener("scroll", () => this.#hint());
    new ResizeObserver(() => this.#hint()).observe(this.transcript);
    this.listener = new Listener(this.session, Number(this.dataset.after), {
      line: (line) => this.#show(line),
      state: (state) => this.#hold(state.held),
      connection: (up) => this.#connected(up),
    });
    new Files(this, this.session, this.transcript, (article) => {
      this.anchor = article;
      this.#toEnd();
    });
    openFiles(this.transcript, this.session);
    offerLargeText(this.querySelector(".larger"));
    this.embedded = new Embedded(this, this.session.framed);
    this.#begin();
  }

  async #begin() {
    if (this.session.framed) await this.#recalled();
    this.unsent.all().forEach((message) => this.#showPending(message));
    this.listener.start();
    this.#greet();
    this.#toEnd();
  }

  // The page came without the conversation. A screen reader is not read all of it again.
  async #recalled() {
    this.recalling = true;
    await this.listener.recall();
    this.recalling = false;
  }

  #greet() {
    const welcome = this.querySelector(".welcome form");
    if (welcome && !this.unsent.all().length) {
      this.unsent.add(opening(welcome));
    }
    this.sender.run();
  }

  #pressed(event) {
    event.preventDefault();
    const button = event.submitter;
    const form = event.target;
    if (form.elements.kind.value === "start") {
      this.#send(opening(form));
      return;
    }
    this.#send({ kind: "button", button: button.value, label: button.textContent.trim() });
  }

  #send(message) {
    const whole = { id: newId(), ...message };
    this.unsent.add(whole);
    this.#showPending(whole);
    this.sender.run();
  }

  #showPending(message) {
    if (!message.label || this.#line(message.id)) return;
    const article = this.querySelector("template.pending-line").content.cloneNode(true).firstElementChild;
    article.dataset.identity = message.id;
    article.querySelector(".said").textContent = message.label;
    this.transcript.append(article);
    this.#fate(article, "sending");
    this.anchor = article;
    this.#toEnd();
  }

  #told(message, fate, text) {
    const article = this.#line(message.id);
    if (article?.classList.contains("pending")) {
      this.#fate(article, fate);
      if (fate === "refused") this.#offerBack(article, message, text);
    }
    if (fate === "sent") {
      this.#alarm(null);
      this.#wait(!this.held);
    } else if (fate === "retrying") {
      this.#alarm(this.#cutOff());
    } else {
      this.#alarm(text);
    }
  }

  #fate(article, fate) {
    const sign = article.querySelector(".fate");
    sign.textContent = sign.dataset[fate];
    article.dataset.fate = fate;
  }

  #offerBack(article, message, text) {
    article.querySelector(".fate").textContent += `: ${text}`;
    const offer = article.querySelector(".take-back");
    offer.hidden = message.kind !== "text";
    offer.querySelector("button").onclick = () => {
      this.composer.put(message.text);
      article.remove();
      this.#alarm(null);
    };
  }

  #show(line) {
    const holder = document.createElement("template");
    holder.innerHTML = line.html; // written and escaped by the server's template
    const article = holder.content.querySelector(".line");
    if (this.querySelector(`.line[data-id="${line.id}"]`)) return;
    this.#dropRepeatedDay(holder.content);
    if (this.recalling) [...holder.content.children].forEach((each) => (each.ariaLive = "off"));
    if (line.identity) {
      const pending = this.#line(line.identity);
      if (pending) article.ariaLive = "off"; // it was said when it was written
      pending?.remove();
      this.unsent.remove(line.identity); // the echo is as good as an acknowledgement that got lost
      this.anchor = article;
    } else {
      this.#wait(false);
      this.embedded.news();
    }
    this.querySelector(".welcome")?.remove();
    const pending = this.transcript.querySelector(".line.pending");
    this.transcript.insertBefore(holder.content, pending);
    this.composer.after(line.id);
    this.#toEnd();
  }

  #dropRepeatedDay(fragment) {
    const day = fragment.querySelector(".day");
    const shown = [...this.transcript.querySelectorAll(".day")].at(-1);
    if (day && shown && day.dataset.day === shown.dataset.day) day.remove();
  }

  #line(identity) {
    return this.transcript.querySelector(`.line[data-identity="${CSS.escape(identity)}"]`);
  }

  #hold(held) {
    this.held = held;
    if (held) this.#wait(false);
  }

  #wait(on) {
    clearTimeout(this.timer);
    this.waiting.hidden = !on;
    this.waiting.textContent = on ? this.waiting.dataset.text : "";
    if (on) this.timer = setTimeout(() => this.#wait(false), PATIENCE);
  }

  #connected(up) {
    this.#alarm(up ? null : this.#cutOff());
    if (up) this.sender.hurry();
  }

  #cutOff() {
    return this.querySelector("template.cut-off").content.cloneNode(true);
  }

  #alarm(content) {
    this.trouble.hidden = content === null;
    if (content === null) return;
    if (this.trouble.textContent.trim() === (content.textContent ?? content).trim()) return; // said already
    this.trouble.replaceChildren(content);
  }

  // The question stays at the top: a long answer is read from its beginning.
  #toEnd() {
    const end = this.transcript.scrollHeight;
    const anchor = this.anchor?.isConnected ? this.anchor.offsetTop - this.transcript.offsetTop - 12 : end;
    this.transcript.scrollTop = Math.min(end, anchor);
    this.#hint();
  }

  // On a small screen the buttons under a long answer are out of sight: say that there is more.
  #hint() {
    const { scrollHeight, scrollTop, clientHeight } = this.transcript;
    this.below.hidden = scrollHeight - scrollTop - clientHeight < 60;
  }
}

function opening({ elements }) {
  return { id: elements.client_message_id.value, kind: "start", start: elements.start.value };
}

customElements.define("motcua-chat", Chat);
