// Single keys, off while one types and switched off for good in the help dialog (WCAG 2.1.4).

const SWITCH = "motcua.keys";

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
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    else if (!act(event.key)) return;
    event.preventDefault();
  });
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
