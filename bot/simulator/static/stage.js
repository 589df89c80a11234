// Two phones that show by themselves what arrives. The server draws them; only what is new is put in place, so
// that nobody loses the word they are typing and a screen reader says each bubble once.

const phones = [...document.querySelectorAll(".side")];
const RETRY = 2000; // milliseconds
const TOGETHER = 1500; // milliseconds within which several bubbles are one answer

const anchors = new Map(); // phone -> the bubble its reader starts from, and since when

function show(phone, bubble) {
  const screen = phone.querySelector(".screen");
  if (bubble) screen.scrollTop = bubble.offsetTop - screen.offsetTop - 12;
}

// A long answer is read from its beginning, below what was asked. On Zalo a press leaves no bubble to stand below.
function follow(phone, fresh) {
  const mine = fresh.filter((bubble) => bubble.matches(".mine")).at(-1);
  const anchor = anchors.get(phone);
  if (mine || !anchor || !anchor.bubble.isConnected || Date.now() - anchor.since > TOGETHER) {
    anchors.set(phone, { bubble: mine ?? fresh[0], since: Date.now() });
  }
  show(phone, anchors.get(phone).bubble);
}

function merge(old, drawn) {
  const wanted = [...drawn.children];
  const before = [...old.children];
  wanted.forEach((child, place) => {
    if (!before[place]) old.append(child);
    else if (before[place].outerHTML !== child.outerHTML) before[place].replaceWith(child);
  });
  before.slice(wanted.length).forEach((child) => child.remove());
  return wanted.filter((child) => child.isConnected && child.matches(".bubble"));
}

function refill(phone, drawn, place, before) {
  const old = phone.querySelector(place);
  const fresh = drawn.querySelector(place);
  const held = old?.contains(document.activeElement) ? document.activeElement.value : null;
  if (old && fresh) old.replaceWith(fresh);
  else if (old) old.remove();
  else if (fresh) before.before(fresh);
  if (held && fresh) fresh.querySelector(`button[value="${CSS.escape(held)}"]`)?.focus();
}

function put(phone, { version, html }) {
  const template = document.createElement("template");
  template.innerHTML = html; // written and escaped by the server's template
  const drawn = template.content;
  phone.dataset.version = version;
  const typing = phone.querySelector(".type");
  if (!typing || !drawn.querySelector(".type")) {
    phone.replaceChildren(drawn);
    return;
  }
  const fresh = merge(phone.querySelector(".screen"), drawn.querySelector(".screen"));
  refill(phone, drawn, ".keyboard", typing);
  const open = phone.querySelector("details").open;
  drawn.querySelector("details").open = open;
  refill(phone, drawn, ".beneath");
  if (fresh.length) follow(phone, fresh);
}

async function listen() {
  for (;;) {
    const seen = new URLSearchParams(phones.map((phone) => [phone.id, phone.dataset.version]));
    try {
      const response = await fetch(`/gia-lap/may?${seen}`);
      if (!response.ok) throw new Error(response.status);
      Object.entries(await response.json()).forEach(([id, shown]) => put(document.getElementById(id), shown));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}

for (const phone of phones) {
  show(phone, [...phone.querySelectorAll(".mine")].at(-1) ?? [...phone.querySelectorAll(".bubble")].at(-1));
  phone.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = new FormData(form, event.submitter);
    form.querySelectorAll("input").forEach((input) => (input.value = ""));
    anchors.delete(phone);
    await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => {});
  });
  phone.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) event.target.form.requestSubmit();
  });
}
listen();
