"""Files that people send: taken in safely, kept encrypted, handed out, and gone when nobody needs them.

Whoever receives a file (a channel that fetches it, the web chat's upload, an officer's attachment) needs two lines::

    taken = await parts.uploads.accept(stream, name="cmnd.jpg", declared="image/jpeg", owner=incoming.key)
    if isinstance(taken, Problem): ...          # else a `StoredFile`: bytes and row are on disk

`stream` is `bytes` or any async iterator of them. `owner` is the address it came from (None: an officer's).
When `accept` has returned, bytes and row survive a power cut; the same bytes from the same address give the same
row again, so a redelivery or a second try costs nothing. `UnavailableError` means: disk full or database away,
say "later" to whoever sends (a webhook answers 503). A `Problem` is final;
`problem.in_words(texts)` says what to do.

To hand one out: `await parts.uploads.read(stored)` gives the clean bytes (`stored.media_type`);
`await parts.uploads.page(stored, 0)` a JPEG of a photo or of a PDF's page, `preview(stored)` a small blurred one.
What came in is re-encoded (photos) or checked (PDF, sound): never send what the citizen sent as it was.

A file lives 24 hours (`MOTCUA_UPLOAD_HOURS`) unless something keeps it: `uow.files.keep([id])`.
"""

from bot.files.naming import label, named, sent_file
from bot.files.problems import Problem, Reason
from bot.files.uploads import Uploads

__all__ = ["Problem", "Reason", "Uploads", "label", "named", "sent_file"]
