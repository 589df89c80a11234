// A notification of the system. Phones show one only from a worker (worker.js), and only over https; where there
// is no worker, the page shows it itself, and where there is neither, the sound and the title have to do.

const WORKER = new URL("./worker.js", import.meta.url);
const TAG = "motcua"; // the next one takes the place of the last: nobody's screen fills up

let ready = null;

export async function notify(title, body) {
  const options = { body, tag: TAG, renotify: true, lang: document.documentElement.lang };
  const worker = (await asked()) ?? (await asked()); // a busy server may not hand out the file at the first call
  if (worker) return worker.showNotification(title, options);
  try {
    const shown = new Notification(title, { body, tag: TAG });
    shown.addEventListener("click", () => window.focus());
  } catch {
    // a phone without a worker: Telegram rings there
  }
}

// The worker, asked for once; null where there is none for now.
async function asked() {
  ready ??= registered().catch(() => null);
  const worker = await ready;
  if (!worker) ready = null;
  return worker;
}

// The worker of this version; those of earlier ones go.
async function registered() {
  if (!navigator.serviceWorker) return null;
  const found = await navigator.serviceWorker.register(WORKER);
  for (const each of await navigator.serviceWorker.getRegistrations()) {
    if (each.scope !== found.scope && each.scope.includes("/static/console/")) each.unregister();
  }
  return active(found);
}

function active(found) {
  const coming = found.active ?? found.waiting ?? found.installing;
  if (coming.state === "activated") return found;
  return new Promise((resolve) => {
    coming.addEventListener("statechange", () => {
      if (coming.state === "activated") resolve(found);
      if (coming.state === "redundant") resolve(null);
    });
  });
}
