// Dragging over a page writes a box into the form: left, top, right, bottom in thousandths of the upright page.
// Without script the numbers are typed; nothing is drawn on the picture itself, the server makes the copy.

const sheet = document.querySelector("[data-sheet]");
const field = document.querySelector("[data-boxes]");

if (sheet && field) {
  const image = sheet.querySelector("img");
  const turn = Number([...sheet.classList].find((name) => name.startsWith("turn"))?.slice(4) ?? 0);
  let start = null;

  image.addEventListener("pointerdown", (event) => {
    start = at(event);
    event.preventDefault();
  });
  document.addEventListener("pointerup", (event) => {
    if (!start) return;
    const end = at(event);
    const box = [Math.min(start[0], end[0]), Math.min(start[1], end[1]), Math.max(start[0], end[0]), Math.max(start[1], end[1])];
    start = null;
    if (box[2] - box[0] < 5 || box[3] - box[1] < 5) return;
    field.value = [field.value.trim(), box.join(",")].filter(Boolean).join(";");
  });

  function at(event) {
    const seen = image.getBoundingClientRect();
    const x = clamp((event.clientX - seen.left) / seen.width);
    const y = clamp((event.clientY - seen.top) / seen.height);
    const upright = { 0: [x, y], 90: [y, 1 - x], 180: [1 - x, 1 - y], 270: [1 - y, x] }[turn];
    return upright.map((share) => Math.round(share * 1000));
  }
}

function clamp(share) {
  return Math.min(Math.max(share, 0), 1);
}
