// What an officer is typing, kept on this machine until it is sent: a clock, a reload or a lost network takes nothing.

const PREFIX = "motcua.draft.";
const OLDEST = 12 * 3600 * 1000; // milliseconds; citizens' matters do not stay on an office machine

export function keepDrafts(root) {
  forget((draft) => Date.now() - draft.at > OLDEST);
  const done = document.querySelector("[data-done]")?.dataset.done;
  for (const box of root.querySelectorAll("textarea[data-draft]")) {
    const key = PREFIX + box.dataset.draft;
    if (done && key.endsWith(`.${done}`)) {
      localStorage.removeItem(key);
      history.replaceState(null, "", location.pathname); // a reload does not say "sent" again
    }
    if (!box.value) box.value = read(key)?.text ?? "";
    if (box.value) box.closest("details")?.setAttribute("open", "");
    box.addEventListener("input", () => {
      if (box.value) localStorage.setItem(key, JSON.stringify({ text: box.value, at: Date.now() }));
      else localStorage.removeItem(key);
      const sign = box.form.querySelector(".draft-kept");
      if (sign) sign.textContent = box.value ? sign.dataset.text : "";
    });
  }
  for (const form of root.querySelectorAll("form[data-forgets]")) {
    form.addEventListener("submit", () => forget(() => true));
  }
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
