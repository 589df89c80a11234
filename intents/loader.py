"""From YAML files to one `Catalog`, or to every problem that stands in the way.

An included file holds the procedures of one field (`field:` and `procedures:`) or parts of the head file
(`topics:`, `offices:`, `communes:`, ...), so that the head file stays short.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from intents import field_problems, yaml_strict
from intents.catalog import Catalog, Procedure, Weekday, canonical
from intents.collecting import no_collecting
from intents.problems import CatalogError, Problem
from intents.procedure import Model
from intents.yaml_strict import Document

HEAD = "procedures_catalog.yaml"
HEAD_PARTS = (
    "departments",
    "agencies",
    "fields",
    "offices",
    "hotlines",
    "communes",
    "old_names",
    "topics",
)
_KEYS = frozenset(chain(get_args(Weekday), *(model.model_fields for model in Model.__subclasses__())))
_HERE = Path(__file__).parent
SHIPPED = (_HERE / "shipped" / HEAD, _HERE.parent / HEAD)  # in a wheel; in an editable install


@dataclass(frozen=True)
class Place:
    """Where something of the catalog stands."""

    file: str
    line: int


@dataclass
class Loaded:
    """A catalog with what `checks` needs to point at a line.

    `catalog` is None while errors stand; `draft` then holds all that could be read, for checking only.
    """

    head: Path
    catalog: Catalog | None = None
    draft: Catalog | None = None
    problems: list[Problem] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)  # by procedure code
    files: list[Path] = field(default_factory=list)
    written_codes: set[str] = field(default_factory=set)  # also those of entries with errors

    def place(self, code: str, *path: str | int) -> Place:
        """The place of a procedure, or of a part of it (`place(code, "ways", 0)`)."""
        start = self._starts.get(code)
        if start is None:
            return Place(self.head.name, 1)
        document, prefix = start
        return Place(document.file, document.line((*prefix, *path)))

    def written(self, code: str) -> dict[str, Any]:
        """The entry as it stands in its file; empty where no such code was read."""
        document, path = self._starts.get(code, (None, ()))
        tree: Any = document.tree if document else {}
        for step in path:
            tree = tree[step]
        return dict(tree)

    def place_in(self, part: str, index: int, *path: str | int) -> Place:
        """The place of an item of a head list (`place_in("topics", 3)`), in whatever file it stands."""
        origins = self._origins.get(part, [])
        if not 0 <= index < len(origins):
            return Place(self.head.name, 1)
        document, start = origins[index]
        return Place(document.file, document.line((*start, *path)))

    _starts: dict[str, tuple[Document, yaml_strict.Path]] = field(default_factory=dict)
    _origins: dict[str, list[tuple[Document, yaml_strict.Path]]] = field(default_factory=dict)


def find_head(
    named: str | os.PathLike[str] | None = None, environment: Mapping[str, str] = os.environ
) -> Path:
    """The head file: as named (file or folder), `MOTCUA_CATALOG`, the working folder, the shipped one."""
    chosen = named or environment.get("MOTCUA_CATALOG")
    if chosen:
        path = Path(chosen)
        head = path / HEAD if path.is_dir() else path
        if not head.is_file():
            remedy = f"Chỉ đúng tệp {HEAD} hoặc thư mục chứa tệp đó."
            raise CatalogError((Problem(str(head), 0, "missing", "Không có tệp này.", remedy),))
        return head
    candidates = (Path(HEAD), *SHIPPED)
    return next((path for path in candidates if path.is_file()), SHIPPED[-1])


def load(head: Path) -> Catalog:
    """Read the head file and its includes. Raises CatalogError with all problems."""
    loaded = read(head)
    errors = tuple(sorted(loaded.problems))
    if loaded.catalog is None:
        raise CatalogError(errors)
    return loaded.catalog


def read(head: Path) -> Loaded:
    """Like `load`, but hands over the problems and the lines, for `checks`."""
    with no_collecting():
        return _read(head)


def listed(head: Path) -> tuple[Path, ...]:
    """The head file and those it includes, in the order they are read; empty where the list cannot be trusted."""
    try:
        document = yaml_strict.read(head.read_bytes(), head.name)
    except OSError:
        return ()
    tree = document.tree if isinstance(document.tree, dict) else {}
    files = (head, *_included(head.parent.resolve(), tree.get("include") or [], document))
    return () if document.problems else files


def _read(head: Path) -> Loaded:
    loaded = Loaded(head)
    document = _document(head, head.name, loaded)
    tree = document.tree
    if not isinstance(tree, dict):
        if not document.problems:
            document.problem(1, "head", "Tệp đầu không có nội dung.", "Bắt đầu từ mục `province:`.")
        loaded.problems += document.problems
        return loaded
    content: dict[str, Any] = dict(tree)
    includes = content.pop("include", None) or []
    entries = list(_entries(document, content.pop("procedures", None), ("procedures",)))
    parts: dict[str, list[Any]] = {}
    _add_parts(document, content, parts, loaded)
    root = head.parent.resolve()
    for path in _included(root, includes, document):
        name = path.relative_to(root).as_posix()
        entries += _part(_document(path, name, loaded), parts, loaded)
    for each in loaded.documents.values():
        loaded.problems += each.problems
    procedures = [procedure for entry in entries if (procedure := _procedure(entry, loaded))]
    base = _validated(document, {**content, **parts}, loaded)
    if base is not None:
        loaded.draft = _versioned(base, procedures)
    if not loaded.problems:
        loaded.catalog = loaded.draft
    return loaded


def _versioned(base: Catalog, procedures: list[Procedure]) -> Catalog:
    catalog = base.model_copy(update={"procedures": tuple(sorted(procedures, key=lambda each: each.code))})
    digest = hashlib.sha256(canonical(catalog).encode()).hexdigest()
    return catalog.model_copy(update={"version": digest[:12]})


def _add_parts(document: Document, tree: dict[str, Any], parts: dict[str, list[Any]], loaded: Loaded) -> None:
    """Move the head lists of a file to `parts`, remembering where each item stands."""
    for name in HEAD_PARTS:
        items = tree.pop(name, None)
        if items is None:
            continue
        if not isinstance(items, list):
            line = document.line((name,))
            document.problem(line, "list", f"Mục `{name}` phải là danh sách.", "Mỗi mục con một dấu -.")
            continue
        parts.setdefault(name, []).extend(items)
        origins = loaded._origins.setdefault(name, [])
        origins += [(document, (name, index)) for index in range(len(items))]


def _document(path: Path, name: str, loaded: Loaded) -> Document:
    try:
        document = yaml_strict.read(path.read_bytes(), name)
    except OSError as error:
        document = Document(name)
        what = f"Không mở được tệp: {error.strerror}."
        document.problem(0, "unreadable", what, "Kiểm tra tên và quyền đọc tệp.")
    loaded.documents[name] = document
    loaded.files.append(path)
    return document


def _included(root: Path, patterns: Any, document: Document) -> Iterator[Path]:
    if not isinstance(patterns, list):
        line = document.line(("include",))
        document.problem(line, "include", "`include` phải là danh sách.", "Mỗi mẫu một dòng, có dấu -.")
        return
    seen: set[Path] = set()
    for index, pattern in enumerate(patterns):
        line = document.line(("include", index))
        if not isinstance(pattern, str) or Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            what = f"`{pattern}` nằm ngoài thư mục danh mục."
            document.problem(line, "include", what, "Chỉ dùng đường dẫn bên trong thư mục này.")
            continue
        found = (path for path in root.glob(pattern) if path.is_file())
        matches = sorted(path for path in found if path.resolve().is_relative_to(root))
        if not matches:
            document.problem(line, "include", f"`{pattern}` không khớp tệp nào.", "Sửa mẫu hoặc thêm tệp.")
        for path in matches:
            if path not in seen:
                seen.add(path)
                yield path


@dataclass(frozen=True)
class _Entry:
    document: Document
    path: yaml_strict.Path
    content: dict[str, Any]


def _part(document: Document, parts: dict[str, list[Any]], loaded: Loaded) -> Iterator[_Entry]:
    """An included file: the procedures of one field, or parts of the head file."""
    if document.tree is None and document.problems:
        return
    if not isinstance(document.tree, dict):
        document.problem(1, "part", "Tệp này chưa có nội dung.", "Bắt đầu bằng `field:` rồi `procedures:`.")
        return
    tree: dict[str, Any] = dict(document.tree)
    extends_head = any(name in tree for name in HEAD_PARTS)
    _add_parts(document, tree, parts, loaded)
    for name in sorted(set(tree) - {"field", "procedures"}):
        allowed = ", ".join(("field", "procedures", *HEAD_PARTS))
        what = f"Tệp này không dùng được mục `{name}`."
        document.problem(document.line((name,)), "part", what, f"Chỉ có: {allowed}.")
    if "procedures" not in tree and extends_head:
        return
    if not isinstance(tree.get("procedures"), list):
        what = "Thiếu danh sách `procedures`."
        document.problem(1, "part", what, "Thêm `procedures:` và mỗi thủ tục một dấu -.")
        return
    for entry in _entries(document, tree["procedures"], ("procedures",)):
        if entry.content.get("field") is None:
            entry.content["field"] = tree.get("field")
        yield entry


def _entries(document: Document, items: Any, path: yaml_strict.Path) -> Iterator[_Entry]:
    if items is None:
        return
    if not isinstance(items, list):
        what = "Mục `procedures` phải là danh sách."
        document.problem(document.line(path), "list", what, "Mỗi thủ tục một dấu -.")
        return
    for index, item in enumerate(items):
        if isinstance(item, dict):
            yield _Entry(document, (*path, index), dict(item))
        else:
            line = document.line((*path, index))
            remedy = 'Bắt đầu bằng `- code: "1.001193"`.'
            document.problem(line, "entry", "Thủ tục phải có các mục con.", remedy)


def _procedure(entry: _Entry, loaded: Loaded) -> Procedure | None:
    loaded.written_codes.add(str(entry.content.get("code")))
    try:
        procedure = Procedure.model_validate(_present(entry.content))
    except ValidationError as error:
        loaded.problems += field_problems.all_of(error, entry.document, entry.path)
        return None
    first = loaded.places.get(procedure.code)
    line = entry.document.line((*entry.path, "code"))
    if first:
        loaded.problems.append(
            Problem(
                entry.document.file,
                line,
                "duplicate-code",
                f"Mã {procedure.code} đã có ở {first.file}:{first.line}.",
                "Giữ một mục, hoặc sửa lại mã.",
            )
        )
        return None
    loaded.places[procedure.code] = Place(entry.document.file, line)
    loaded._starts[procedure.code] = (entry.document, entry.path)
    return procedure


def _validated(document: Document, content: dict[str, Any], loaded: Loaded) -> Catalog | None:
    try:
        return Catalog.model_validate(_present(content))
    except ValidationError as error:
        for each in error.errors(include_url=False):
            part, *rest = each["loc"] or ("",)
            origins = loaded._origins.get(str(part), [])
            if rest and isinstance(rest[0], int) and rest[0] < len(origins):
                where, start = origins[rest[0]]
                loaded.problems.append(field_problems.one(each, where, start, rest[1:]))
            else:
                loaded.problems.append(field_problems.one(each, document, (), list(each["loc"])))
        return None


def _present(content: Any) -> Any:
    """A key left empty in the file means the same as a key not written.

    One that no model knows stays, to be refused: a comma in `{difference: Mất, hư.}` makes a key of `hư.`.
    """
    if isinstance(content, dict):
        return {
            key: _present(value) for key, value in content.items() if value is not None or key not in _KEYS
        }
    if isinstance(content, list):
        return [_present(item) for item in content]
    return content
