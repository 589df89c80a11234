// The chat inside a frame that widget.js made on somebody's page. What the two tell each other is no secret:
// "ready", "close" and "unread" go out, "open" and "focus" come in.

const FOCUSABLE = "a[href], button:not([disabled]), textarea, input:not([type=hidden]), [tabindex='0']";

export class Embedded {
  #chat;
  #unread = 0;
  #seen = true;

  constructor(chat, framed) {
    this.#chat = chat;
    this.framed = framed && parent !== window;
    if (!this.framed) return;
    const close = chat.querySelector(".close");
    close.hidden = false;
    close.addEventListener("click", () => this.#leave());
    addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && this.#leave());
    addEventListener("message", (event) => event.source === parent && this.#told(event.data));
    this.#tell({ say: "ready" });
  }

  // Something was said to the citizen: the button on the page shows it while the chat is shut.
  news() {
    if (!this.framed || this.#seen) return;
    this.#unread += 1;
    this.#tell({ say: "unread", count: this.#unread });
  }

  #told({ motcua } = {}) {
    if (motcua?.say === "open") {
      this.#seen = true;
      this.#unread = 0;
      this.#chat.composer.focus();
    }
    if (motcua?.say === "shut") this.#seen = false;
    if (motcua?.say === "focus") this.#focus(motcua.at);
  }

  // The page passes the focus round: past the end of the frame comes its beginning.
  #focus(at) {
    const shown = [...this.#chat.querySelectorAll(FOCUSABLE)].filter((each) => each.checkVisibility?.() ?? true);
    shown.at(at === "end" ? -1 : 0)?.focus();
  }

  #leave() {
    this.#seen = false;
    this.#tell({ say: "close" });
  }

  #tell(motcua) {
    parent.postMessage({ motcua }, "*"); // any portal that may frame us, and nothing that must be hidden from it
  }
}
