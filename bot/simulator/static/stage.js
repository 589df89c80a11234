// Two phones that show by themselves what arrives. Each is drawn by the server and put in place whole.

const phones = [...document.querySelectorAll(".side")];
const RETRY = 2000; // milliseconds

const bubbles = (phone) => [...phone.querySelectorAll(".screen .bubble")];

// What is new is read from its beginning, answers and unasked notices alike.
function toNew(phone, seen) {
  const screen = phone.querySelector(".screen");
  const first = bubbles(phone)[seen];
  if (first) screen.scrollTop = first.offsetTop - screen.offsetTop - 12;
}

function put(phone, { version, html }) {
  const open = phone.querySelector("details")?.open;
  const box = phone.querySelector(".type input[name=text]");
  const typed = box?.value ?? "";
  const writing = document.activeElement === box;
  const seen = bubbles(phone).length;
  const before = phone.querySelector(".screen").scrollTop;
  phone.innerHTML = html; // written and escaped by the server's template
  phone.dataset.version = version;
  if (open) phone.querySelector("details").open = true;
  const again = phone.querySelector(".type input[name=text]");
  if (again) again.value = typed;
  if (again && writing) again.focus();
  phone.querySelector(".screen").scrollTop = before;
  toNew(phone, seen);
}

async function follow() {
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
  phone.querySelector(".screen").scrollTop = Number.MAX_SAFE_INTEGER;
  phone.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = new FormData(form, event.submitter);
    form.querySelectorAll("input").forEach((input) => (input.value = ""));
    await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => {});
  });
  phone.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) event.target.form.requestSubmit();
  });
}
follow();
