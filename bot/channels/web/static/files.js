// Photos and PDFs: chosen, or dropped on the page. One at a time; how far it is can be seen, and what went wrong read.

import { newId } from "./unsent.js";

const LARGEST = 20 * 1024 * 1024; // bytes; the server says so too

export class Files {
  #queue = [];
  #sending = false;

  constructor(chat, session, transcript, show) {
    this.chat = chat;
    this.session = session;
    this.transcript = transcript;
    this.show = show;
    this.words = chat.querySelector("template.file-words").dataset;
    const clip = chat.querySelector(".clip");
    clip.hidden = false;
    const input = clip.querySelector("input");
    input.addEventListener("change", () => {
      this.#take(input.files);
      input.value = "";
    });
    this.#catchDrops(chat.querySelector(".drop"));
  }

  #catchDrops(sign) {
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      sign.hidden = false;
    });
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) sign.hidden = true;
    });
    addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      sign.hidden = true;
      this.#take(event.dataTransfer.files);
    });
  }

  #take(files) {
    for (const file of files) this.#add({ id: newId(), file });
  }

  #add(upload) {
    upload.article = this.#line(upload);
    if (upload.file.size > LARGEST) {
      this.#say(upload, this.words.large);
      return;
    }
    this.#queue.push(upload);
    this.#run();
  }

  async #run() {
    if (this.#sending) return;
    this.#sending = true;
    for (let upload; (upload = this.#queue.shift()); ) await this.#send(upload);
    this.#sending = false;
  }

  #send(upload) {
    const body = new FormData();
    body.append("client_message_id", upload.id);
    body.append("file", upload.file);
    const request = new XMLHttpRequest();
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.setAttribute("aria-label", upload.file.name);
    this.#say(upload, upload.article.querySelector(".fate").dataset.sending); // the bar shows the rest, silently
    upload.article.querySelector(".said").append(document.createElement("br"), bar);
    return new Promise((resolve) => {
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        bar.value = Math.floor((100 * loaded) / total);
        if (loaded === total) this.#say(upload, this.words.checking);
      });
      request.addEventListener("loadend", () => {
        bar.previousSibling.remove();
        bar.remove();
        this.#ended(upload, request);
        resolve();
      });
      request.open("POST", "/chat/upload");
      request.setRequestHeader("Accept", "application/json");
      this.session.sign(request);
      request.send(body);
    });
  }

  #ended(upload, { status, responseText }) {
    if (status === 200) {
      const sign = upload.article.querySelector(".fate");
      this.#say(upload, sign.dataset.sent);
      return;
    }
    let said = this.words.failed;
    try {
      if (status) said = JSON.parse(responseText).text ?? said;
    } catch {
      // the answer of a proxy
    }
    this.#say(upload, said);
    if (!status || status === 429 || status >= 500) this.#offerAgain(upload);
  }

  #offerAgain(upload) {
    const offer = upload.article.querySelector(".take-back");
    const button = offer.querySelector("button");
    offer.hidden = false;
    button.textContent = button.dataset.file;
    button.onclick = () => {
      offer.hidden = true;
      this.#queue.push(upload);
      this.#run();
    };
  }

  #line(upload) {
    const article = this.chat.querySelector("template.pending-line").content.cloneNode(true).firstElementChild;
    const words = upload.file.type.startsWith("image/") ? this.words.image : this.words.file;
    article.dataset.identity = upload.id;
    article.querySelector(".said").textContent = words.replace("#", upload.file.name);
    this.transcript.append(article);
    this.show(article);
    return article;
  }

  #say(upload, text) {
    const sign = upload.article.querySelector(".fate");
    if (sign.textContent !== text) sign.textContent = text;
  }
}
