// Two phones that show by themselves what arrives. Each is drawn by the server and put in place whole.

const phones = [...document.querySelectorAll(".side")];
const RETRY = 2000; // milliseconds

function toEnd(phone) {
  const screen = phone.querySelector(".screen");
  // A long answer is read from its beginning: what the citizen wrote last stays at the top.
  const mine = [...screen.querySelectorAll(".mine")].at(-1);
  screen.scrollTop = Math.min(screen.scrollHeight, mine ? mine.offsetTop - screen.offsetTop - 12 : screen.scrollHeight);
}

function put(phone, { version, html }) {
  const open = phone.querySelector("details")?.open;
  const box = phone.querySelector(".type input[name=text]");
  const typed = box?.value ?? "";
  const writing = document.activeElement === box;
  phone.innerHTML = html; // written and escaped by the server's template
  phone.dataset.version = version;
  if (open) phone.querySelector("details").open = true;
  const again = phone.querySelector(".type input[name=text]");
  if (again) again.value = typed;
  if (again && writing) again.focus();
  toEnd(phone);
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
  toEnd(phone);
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
