"""YAML as an office clerk types it, read without YAML's surprises.

Every scalar stays the string that stands in the file (unquoted 1.000120 would become 1.00012, `no` False).
Refused, each with its line: duplicate keys, tags, anchors and aliases (a 341-byte file can expand past two
million nodes), nesting deeper than 20, files over 4 MB.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from intents.problems import Problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 20
NULLS = frozenset({"", "~", "null"})

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"
Path: TypeAlias = tuple[str | int, ...]


@dataclass
class Document:
    """What a file says, the line each value stands on, and what is wrong with it so far."""

    file: str
    tree: Tree = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, line: int, rule: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, rule, what, remedy))


class _TooDeepError(Exception):
    pass


def read(raw: bytes, file: str) -> Document:
    """Read one YAML document. Never raises for what the file says: it lands in `problems`."""
    document = Document(file)
    text = _decode(raw, document)
    if text is None:
        return document
    try:
        reader = _Reader(yaml.CSafeLoader(text).get_event, document)
        document.tree = reader.document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        document.problem(
            line,
            "yaml",
            f"Tệp viết sai cú pháp YAML: {error.problem}",
            "Xem lại chỗ thụt dòng, dấu hai chấm và dấu nháy ở dòng này và dòng ngay trên.",
        )
    except yaml.YAMLError as error:  # a control character, for one
        document.problem(1, "yaml", f"Không đọc được tệp: {error}", "Lưu lại tệp bằng UTF-8, bỏ ký tự lạ.")
    except _TooDeepError:
        document.problem(1, "depth", f"Tệp lồng nhau quá {MAX_DEPTH} cấp.", "Viết lại cho phẳng hơn.")
    return document


def _decode(raw: bytes, document: Document) -> str | None:
    if len(raw) > MAX_BYTES:
        document.problem(1, "size", f"Tệp lớn hơn {MAX_BYTES // 1_000_000} MB.", "Chia tệp theo lĩnh vực.")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.problem(line, "encoding", "Tệp không phải UTF-8.", "Mở tệp và lưu lại với mã UTF-8.")
        return None


class _Reader:
    """Builds the tree from parser events; `next_event` is called straight, yaml.parse costs as much again."""

    def __init__(self, next_event: Callable[[], Any], document: Document) -> None:
        self._next = next_event
        self._document = document

    def document(self) -> Tree:
        self._next()  # stream start
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        tree = self._value(self._next(), ())
        self._next()  # document end
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse(after, "documents", "Tệp có nhiều tài liệu YAML (dấu ---).", "Tách thành nhiều tệp.")
        return tree

    def _refuse(self, event: Any, rule: str, what: str, remedy: str) -> None:
        self._document.problem(event.start_mark.line + 1, rule, what, remedy)

    def _value(self, event: Any, path: Path) -> Tree:
        if len(path) > MAX_DEPTH:
            raise _TooDeepError
        self._document.lines[path] = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            what = f"Không dùng tham chiếu *{event.anchor}."
            self._refuse(event, "alias", what, "Chép lại nội dung vào chỗ này.")
            return None
        if event.anchor:
            self._refuse(event, "anchor", f"Không dùng neo &{event.anchor}.", "Bỏ dấu & và tên đứng sau nó.")
        if event.tag:
            self._refuse(event, "tag", f"Không dùng nhãn {event.tag}.", "Bỏ nhãn; chương trình tự hiểu kiểu.")
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style
            return None if plain and event.value.lower() in NULLS else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: Path) -> Tree:
        items: list[Tree] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> Tree:
        tree: dict[str, Tree] = {}
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            name = key.value if isinstance(key, yaml.ScalarEvent) else None
            if name is None:
                self._refuse(key, "key", "Tên mục phải là một từ.", "Viết tên mục rồi dấu hai chấm.")
                self._value(key, (*path, "?"))
                self._value(self._next(), (*path, "?"))
                continue
            if name in tree:
                self._refuse(key, "duplicate-key", f"Mục “{name}” viết hai lần.", "Gộp lại còn một mục.")
            value = self._value(self._next(), (*path, name))
            tree[name] = value
            self._document.lines[(*path, name)] = key.start_mark.line + 1
        return tree
