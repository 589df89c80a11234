// A photo beside its checklist: another one, closer or turned, without loading the page anew, so that what is being
// typed into the forms stays. Dragging moves a large photo; while a part is being blacked out it writes a box into
// the form: left, top, right, bottom in thousandths of the upright page. Without script links and numbers do it.

const pane = document.querySelector("[data-pane]");
let drag = null;
let shown = Promise.resolve();

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swaps], a[data-shows]");
  if (!pane || !link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  shown = shown.then(() => swap((link.id && document.getElementById(link.id)) || link)); // pressed fast: one by one
});

async function swap(link) {
  try {
    const response = await fetch(link.href, { headers: { "X-Motcua-Live": "1" } });
    if (!response.ok) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    pane.replaceChildren(...page.querySelector("[data-pane]").childNodes);
    for (const photo of document.querySelectorAll("[data-shows]")) {
      const there = page.querySelector(`[data-shows="${photo.dataset.shows}"][aria-current]`);
      if (there) photo.setAttribute("aria-current", "true");
      else photo.removeAttribute("aria-current");
    }
    history.replaceState(null, "", link.href);
    const same = link.id && document.getElementById(link.id);
    (same || pane.querySelector(".viewer")).focus();
  } catch {
    location.href = link.href; // logged out, or the line is down: the page says which
  }
}

pane?.addEventListener("pointerdown", (event) => {
  const image = event.target.closest("[data-sheet] img");
  if (!image || event.button || event.pointerType === "touch") return;
  const viewer = image.closest(".viewer");
  drag = { image, viewer, boxes: boxes(), from: at(image, event), x: event.clientX, y: event.clientY };
  viewer.focus({ preventScroll: true });
  event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!drag || drag.boxes) return;
  drag.viewer.scrollBy(drag.x - event.clientX, drag.y - event.clientY);
  Object.assign(drag, { x: event.clientX, y: event.clientY });
});

document.addEventListener("pointerup", (event) => {
  const { image, boxes: field, from } = drag ?? {};
  drag = null;
  if (!field) return;
  const to = at(image, event);
  const box = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])];
  if (box[2] - box[0] < 5 || box[3] - box[1] < 5) return;
  field.value = [field.value.trim(), box.join(",")].filter(Boolean).join(";");
});

// Where boxes are written, while the officer is about to black out something.
function boxes() {
  const form = pane.querySelector("[data-redact]");
  return form?.open ? form.querySelector("[data-boxes]") : null;
}

function at(image, event) {
  const seen = image.getBoundingClientRect();
  const x = clamp((event.clientX - seen.left) / seen.width);
  const y = clamp((event.clientY - seen.top) / seen.height);
  const upright = { 0: [x, y], 90: [y, 1 - x], 180: [1 - x, 1 - y], 270: [1 - y, x] };
  return upright[image.closest("[data-sheet]").dataset.turn].map((share) => Math.round(share * 1000));
}

function clamp(share) {
  return Math.min(Math.max(share, 0), 1);
}
