"""The scalars of a catalog file with their paths, in the order they are written."""

from intents.yaml_strict import Document, Path, Tree

Text = tuple[Path, str]


def texts(document: Document) -> list[Text]:
    found: list[Text] = []
    _collect(document.tree, (), found)
    return found


def _collect(tree: Tree, path: Path, found: list[Text]) -> None:
    if isinstance(tree, str):
        found.append((path, tree))
    elif isinstance(tree, dict):
        for name, value in tree.items():
            _collect(value, (*path, name), found)
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            _collect(value, (*path, index), found)


def label(path: Path) -> str:
    """The name of the field a text stands in, for a message."""
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "?")
