// What an officer is typing is saved on the server as they type: a reload, a lost login or another machine takes
// nothing. Until the server has it, this machine keeps it.

const PREFIX = "motcua.draft.";
const OLDEST = 12 * 3600 * 1000; // milliseconds; citizens' matters do not stay on an office machine
const PAUSE = 700; // milliseconds without a key before it is saved

export function keepDrafts(root) {
  forget((draft) => Date.now() - draft.at > OLDEST);
  const done = document.querySelector("[data-done]");
  if (done) history.replaceState(null, "", location.pathname); // a reload says nothing again
  for (const box of root.querySelectorAll("textarea[data-draft]")) {
    const key = PREFIX + box.dataset.draft;
    restore(box, key, done);
    if (box.value) box.closest("details")?.setAttribute("open", "");
    watch(box, key);
  }
  for (const form of root.querySelectorAll("form[data-forgets]")) {
    form.addEventListener("submit", () => forget(() => true));
  }
}

// What was sent came back with the page, or was taken; anything else never reached the server.
function restore(box, key, done) {
  const kept = read(key);
  if (!kept) return;
  if (kept.sent && (done || box.value)) localStorage.removeItem(key);
  else box.value = kept.text;
}

function watch(box, key) {
  const sign = box.form.querySelector(".draft-kept");
  let timer = 0;
  let going = null;
  const say = (which) => sign && (sign.textContent = box.value ? sign.dataset[which] : "");
  const save = async () => {
    going?.abort();
    going = new AbortController();
    const kept = box.value;
    try {
      const response = await fetch(box.dataset.draftTo, {
        method: "POST",
        headers: { "X-Motcua-Live": "1" },
        body: new URLSearchParams({ ...whole(box.form), kind: box.name, [box.name]: kept }),
        signal: going.signal,
      });
      if (response.status !== 204) throw new Error(response.status);
      if (box.value === kept) localStorage.removeItem(key);
      say("saved");
    } catch (error) {
      if (error.name !== "AbortError") say("here");
    }
  };
  box.addEventListener("input", () => {
    localStorage.setItem(key, JSON.stringify({ text: box.value, at: Date.now() }));
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  // Sent: the server drops the draft with it, and knows a late save by the form's key.
  box.form.addEventListener("submit", () => {
    clearTimeout(timer);
    going?.abort();
    const kept = read(key);
    if (kept) localStorage.setItem(key, JSON.stringify({ ...kept, sent: true }));
  });
}

// The fields that say whose form this is.
function whole(form) {
  return Object.fromEntries(["csrf", "key"].map((name) => [name, form.elements[name]?.value ?? ""]));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forget(which) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && which(read(key) ?? { at: 0 })) localStorage.removeItem(key);
  }
}
