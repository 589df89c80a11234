// Single keys, off while one types and switched off for good in the help dialog (WCAG 2.1.4).
//
// A sentence typed at no field is no row of commands: whoever goes on typing while a form is on its way, or before the
// next page listens, must not claim or close a ticket with the letters. A stray key keeps the next ones from acting.

const SWITCH = "motcua.keys";
const STRAY = "motcua.stray";
const SENTENCE = 1000; // milliseconds between two keys of one sentence, at most
const LEAVING = 5000; // until a page that was left by a form but is still here listens again

let leaving = 0;

export function listenToKeys() {
  const help = document.querySelector("[data-opens]");
  if (!help) return;
  const dialog = document.getElementById(help.dataset.opens);
  help.hidden = false;
  help.addEventListener("click", () => dialog.showModal());
  const box = dialog.querySelector("[data-keys-switch]");
  box.checked = localStorage.getItem(SWITCH) !== "off";
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!box.checked || dialog.open || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (astray() || Date.now() < leaving) return stray(event.key);
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    else if (!act(event.key)) return stray(event.key);
    event.preventDefault();
  });
  document.addEventListener("submit", () => (leaving = Date.now() + LEAVING));
  window.addEventListener("pageshow", () => (leaving = 0));
}

function stray(key) {
  if (key.length === 1) sessionStorage.setItem(STRAY, Date.now());
}

function astray() {
  return Date.now() - Number(sessionStorage.getItem(STRAY)) < SENTENCE;
}

function typing(element) {
  return element.matches("input, textarea, select, [contenteditable]");
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}

function act(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  target.closest("details")?.setAttribute("open", "");
  if (target.matches("textarea, select, input")) target.focus();
  else target.click();
  return true;
}
