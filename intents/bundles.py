"""Two needs in one message, and whether the catalog has one procedure for both (liên thông)."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from intents.catalog import Catalog
from intents.text import clean

MOST = 3  # needs that are told apart in one message
_MOST_JOINTS = 8  # of a long message; a story has many an `và`
_LEAST_WORDS = 2  # of a half; "và tui" asks nothing
# Where a second need begins. Each place is tried alone: most of these words join parts of one name.
_JOINT = re.compile(
    r"\s*(?:[,;.?!\n]+|\b(?:với lại|voi lai|rồi còn|roi con|đồng thời|dong thoi|sẵn tiện|san tien|ngoài ra|ngoai ra"
    r"|với|voi|rồi|roi|và|va|cùng|cung|luôn|thêm|còn|con)\b)\s*",
    re.IGNORECASE,
)


def halves(text: str) -> Iterator[tuple[str, str]]:
    """The ways to cut a message in two, from the left."""
    line = clean(text)
    for joint in islice(_JOINT.finditer(line), _MOST_JOINTS):
        first, second = line[: joint.start()].strip(), line[joint.end() :].strip()
        if min(len(first.split()), len(second.split())) >= _LEAST_WORDS:
            yield first, second


def bundle_for(catalog: Catalog, codes: Sequence[str]) -> str | None:
    """The code of the smallest bundle that all of two or more procedures are part of (or are)."""
    wanted = set(codes)
    fitting = [
        bundle for bundle in catalog.bundles if len(wanted) > 1 and wanted <= {bundle.code, *bundle.bundle_of}
    ]
    return min(fitting, key=lambda bundle: (len(bundle.bundle_of), bundle.code)).code if fitting else None
