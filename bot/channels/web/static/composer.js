// The box one writes in: grows with the text, Enter sends, Shift+Enter starts a line, counts only near the limit.

const NEAR = 200; // characters left from which on the counter shows

export class Composer {
  constructor(form, longest, send) {
    this.form = form;
    this.box = form.querySelector("textarea");
    this.left = form.querySelector(".left");
    this.longest = longest;
    this.box.enterKeyHint = "send";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(send);
    });
    this.box.addEventListener("keydown", (event) => {
      // While a Telex or VNI word is being composed, Enter belongs to the input method.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit(send);
    });
    this.box.addEventListener("input", () => this.#changed());
    this.#changed();
  }

  put(text) {
    this.box.value = text;
    this.#changed();
    this.box.focus();
  }

  focus() {
    this.box.focus();
  }

  after(id) {
    this.form.elements.after.value = id;
  }

  #submit(send) {
    const text = this.box.value.trim();
    this.box.focus();
    if (!text || this.#over() > 0) return;
    send(text);
    this.put("");
  }

  #over() {
    return [...this.box.value.trim()].length - this.longest;
  }

  #changed() {
    const over = this.#over();
    const text = over > 0 ? this.left.dataset.over.replace("#", over) : this.left.dataset.near.replace("#", -over);
    this.left.textContent = over > -NEAR ? text : "";
    this.left.classList.toggle("too-long", over > 0);
    this.box.setAttribute("aria-invalid", String(over > 0));
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }
}
