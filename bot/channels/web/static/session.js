// Who this browser is. On a page of our own a cookie says it. In a frame on another site cookies may be blocked:
// there the page names a signed id (`data-token`), which is kept in the frame's own storage and sent along.

const KEY = "motcua.session";
const HEADER = "X-Motcua-Chat";

export class Session {
  #fresh;
  #token;

  // `known`: the server recognised the browser by our own page's cookie, which counts more than an id kept here
  constructor(fresh, known) {
    this.#fresh = fresh ?? null;
    this.#token = fresh && !known ? (stored() ?? fresh) : this.#fresh;
    if (!fresh || known) return;
    this.#keep(this.#token); // at once: a window that opens now is in the same conversation
    addEventListener("storage", ({ key }) => key === KEY && this.#follow());
  }

  // Two windows that opened at the same moment each had an id of their own: the one that was kept counts.
  #follow() {
    const kept = stored();
    if (!kept) return;
    if (same(kept, this.#token)) this.#token = kept;
    else location.reload();
  }

  get framed() {
    return this.#fresh !== null;
  }

  async fetch(url, options = {}) {
    const response = await this.#ask(url, options);
    if (response.status !== 401 || !this.framed || this.#token === this.#fresh) return response;
    this.#keep(this.#fresh); // what was kept is too old, or from before the server's key changed
    return this.#ask(url, options);
  }

  // For a request that fetch cannot make: an upload that shows how far it is.
  sign(request) {
    if (this.framed) request.setRequestHeader(HEADER, this.#token);
  }

  async #ask(url, options) {
    const headers = { ...options.headers };
    if (this.framed) headers[HEADER] = this.#token;
    const response = await fetch(url, { ...options, headers });
    const renewed = response.headers.get(HEADER);
    if (renewed && this.framed) this.#renew(renewed);
    return response;
  }

  #renew(token) {
    const another = !same(token, this.#token);
    this.#keep(token);
    if (another) location.reload(); // what this window shows is of another conversation
  }

  #keep(token) {
    this.#token = token;
    try {
      localStorage.setItem(KEY, token);
    } catch {
      // storage is off: the conversation lasts as long as this page
    }
  }
}

// Renewed, a signed id is another text.
function same(one, other) {
  return one.split(".")[0] === other.split(".")[0];
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
