// Files that an officer sent. In a frame no cookie goes with a link: there the page asks for the file itself.

const KEPT = 60000; // milliseconds until an opened file is let go

export function openFiles(transcript, session) {
  if (!session.framed) return;
  transcript.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-file]");
    if (!link) return;
    event.preventDefault();
    const response = await session.fetch(link.href).catch(() => null);
    if (!response?.ok) return;
    const address = URL.createObjectURL(await response.blob());
    const saved = document.createElement("a");
    saved.href = address;
    saved.download = link.dataset.file.replace(/ \([^()]*\)$/, "");
    saved.click();
    setTimeout(() => URL.revokeObjectURL(address), KEPT);
  });
}
