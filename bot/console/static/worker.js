// Shows what notify.js asks for, and brings the queue to the front when somebody presses it. It keeps nothing and
// stands between no page and the server.

const QUEUE = "/can-bo";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(bring());
});

async function bring() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => new URL(page.url).pathname.startsWith(QUEUE));
  await (open ? open.focus() : self.clients.openWindow(QUEUE));
}
