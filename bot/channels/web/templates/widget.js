// The assistant on a page of somebody else: <script src=".../chat/widget.js" async></script>
// Nothing of the page is read or changed but for one element at its end. data-side="left" puts the button left.

(() => {
  const words = {{ {
    "open": t("web.widget.open"),
    "title": t("web.widget.title", centre=facts.centre),
    "unread": t("web.widget.unread", count="#"),
    "loading": t("web.widget.loading"),
    "failed": t("web.widget.failed"),
    "fullPage": t("web.widget.full_page"),
    "call": t("web.widget.call", hotline=facts.hotline),
    "close": t("web.close"),
  } | tojson }};
  const tag = document.currentScript;
  const base = new URL(tag?.src ?? location.href).origin;
  const side = tag?.dataset.side === "left" ? "left" : "right";
  const PATIENCE = 8000; // milliseconds until a frame that says nothing counts as blocked
  const NARROW = "(max-width: 480px), (max-height: 480px)"; // there the chat takes the whole screen
  const LOOKS = `
    :host { all: initial; }
    * { box-sizing: border-box; font: 16px/1.4 system-ui, "Segoe UI", Roboto, "Be Vietnam Pro", "Noto Sans", Arial, sans-serif; }
    .launch { position: fixed; ${side}: 16px; bottom: calc(16px + env(safe-area-inset-bottom)); z-index: 2147483000;
      display: flex; align-items: center; gap: 8px; min-height: 52px; padding: 10px 20px 10px 16px; border: 2px solid #fff;
      border-radius: 26px; background: #0f4c75; color: #fff; font-weight: 600; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / 30%); }
    .launch:hover { background: #0b3a5a; }
    .launch svg { width: 24px; height: 24px; fill: currentColor; }
    .count { min-width: 22px; padding: 0 6px; border-radius: 11px; background: #fff; color: #a11d1d; text-align: center; }
    [hidden] { display: none !important; }
    :focus-visible { outline: 3px solid #c25700; outline-offset: 2px; }
    dialog { position: fixed; inset: auto; ${side}: 16px; bottom: calc(16px + env(safe-area-inset-bottom)); z-index: 2147483001;
      width: 400px; max-width: calc(100vw - 32px); height: min(680px, calc(100vh - 32px)); max-height: none; margin: 0; padding: 0;
      border: 1px solid #767f88; border-radius: 14px; overflow: hidden; background: #f6f5f1; color: #1b2430;
      box-shadow: 0 8px 32px rgb(0 0 0 / 30%); }
    dialog[open] { display: block; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .state { position: absolute; inset: 0; display: grid; place-content: center; gap: 12px; padding: 24px; text-align: center; background: #f6f5f1; }
    .state a, .state button { color: #0b5a94; min-height: 44px; padding: 10px 16px; border: 1px solid #0b5a94; border-radius: 10px;
      background: #fff; text-decoration: none; font-weight: 600; cursor: pointer; }
    .state p { margin: 0; }
    @media ${NARROW} {
      dialog { inset: 0; width: 100%; max-width: 100%; height: 100%; border: 0; border-radius: 0; }
    }
    @media print { .launch, dialog { display: none !important; } }
  `;
  const ID = "motcua-widget";
  if (document.getElementById(ID)) return;

  const make = (name, attributes = {}, ...inside) => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...inside);
    return element;
  };

  const count = make("span", { class: "count", "aria-hidden": "true", hidden: "" });
  const launch = make("button", { class: "launch", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" }, sign(), words.open, count);
  const state = make("div", { class: "state", role: "status" }, make("p", {}, words.loading));
  const before = make("span");
  const after = make("span");
  const dialog = make("dialog", { "aria-label": words.title }, before, state, after);
  let frame = null;
  let ready = false;

  function sign() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 5v2h10V8zm0 4v2h7v-2z");
    svg.append(path);
    return svg;
  }

  function tell(motcua) {
    frame?.contentWindow?.postMessage({ motcua }, base);
  }

  function open() {
    if (!frame) load();
    if (matchMedia(NARROW).matches) dialog.showModal();
    else dialog.show();
    launch.hidden = true;
    launch.setAttribute("aria-expanded", "true");
    mark(0);
    enter();
  }

  function enter() {
    if (!ready) return;
    frame.focus();
    tell({ say: "open" });
  }

  function load() {
    frame = make("iframe", { src: `${base}{{ frame }}`, title: words.title, referrerpolicy: "origin" });
    dialog.insertBefore(frame, after);
    setTimeout(() => ready || fail(), PATIENCE);
  }

  // Blocked by the page's policy or ours, or away: the citizen still gets to the chat.
  function fail() {
    const again = make("button", { type: "button" }, words.close);
    again.addEventListener("click", () => dialog.close());
    const page = make("a", { href: `${base}/`, target: "_blank", rel: "noopener" }, words.fullPage);
    state.replaceChildren(make("p", {}, words.failed), page, make("p", {}, words.call), again);
    console.warn(`${base}/chat/widget.js: the frame did not open. Is ${location.origin} among MOTCUA_WIDGET_ORIGINS there?`);
  }

  function mark(unread) {
    count.hidden = !unread;
    count.textContent = unread;
    launch.setAttribute("aria-label", unread ? words.unread.replace("#", unread) : words.open);
  }

  launch.addEventListener("click", open);
  dialog.addEventListener("close", () => {
    launch.hidden = false;
    launch.setAttribute("aria-expanded", "false");
    launch.focus();
    tell({ say: "shut" });
  });
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && dialog.close());
  [[before, "end"], [after, "start"]].forEach(([edge, at]) =>
    edge.addEventListener("focus", () => {
      if (!ready) return;
      frame.focus();
      tell({ say: "focus", at });
    }),
  );
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base) return;
    const { say, count: unread } = event.data?.motcua ?? {};
    if (say === "ready") {
      ready = true;
      state.remove();
      before.tabIndex = after.tabIndex = 0; // past the frame's ends the focus comes round
      if (dialog.open) enter();
    }
    if (say === "close") dialog.close();
    if (say === "unread") mark(unread);
  });

  const host = make("div", { id: ID });
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // a page's policy against inline styles does not concern it
  sheet.replaceSync(LOOKS);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(launch, dialog);
  mark(0);
  if (document.body) document.body.append(host);
  else addEventListener("DOMContentLoaded", () => document.body.append(host));
})();
