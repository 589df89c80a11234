// Large letters, for whoever wants them; the choice is remembered on this machine.

const KEY = "motcua.large";
const root = document.documentElement;

root.classList.toggle("large", remembered()); // at once: nobody wants to see the page jump

export function offerLargeText(button) {
  button.hidden = false;
  show(button);
  button.addEventListener("click", () => {
    root.classList.toggle("large");
    show(button);
    try {
      localStorage.setItem(KEY, root.classList.contains("large") ? "yes" : "no");
    } catch {
      // until the page is left
    }
  });
}

function show(button) {
  button.setAttribute("aria-pressed", String(root.classList.contains("large")));
}

function remembered() {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}
