"""YAML as an office clerk types it, read without YAML's surprises.

Every scalar stays the string that stands in the file (unquoted 1.000120 would become 1.00012, `no` False).
Refused, each with its line: duplicate keys, tags, anchors and aliases (a 341-byte file can expand past two
million nodes), nesting deeper than 20, files over 4 MB.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import yaml

from intents.problems import Problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 20
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"
Path: TypeAlias = tuple[str | int, ...]


class Lines(NamedTuple):
    """The line a value begins on (of a key's value: the key's), and those of what is inside it.

    It has the shape of the tree: a dictionary by whole paths took a third of the reading time.
    """

    line: int
    inside: "dict[str, Lines | int] | list[Lines | int]"


@dataclass
class Document:
    """What a file says, the line each value stands on, and what is wrong with it so far."""

    file: str
    tree: Tree = None
    lines: Lines | int = 1
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest thing around it."""
        here = self.lines
        for step in path:
            inside = here.inside if isinstance(here, Lines) else {}
            found = inside.get(str(step)) if isinstance(inside, dict) else _at(inside, step)
            if found is None:
                break
            here = found
        return here.line if isinstance(here, Lines) else here

    def problem(self, line: int, rule: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, rule, what, remedy))


def _at(items: list[Lines | int], step: str | int) -> Lines | int | None:
    return items[step] if isinstance(step, int) and 0 <= step < len(items) else None


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
        document.tree, document.lines = reader.document()
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

    def document(self) -> tuple[Tree, Lines | int]:
        self._next()  # stream start
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None, 1
        tree, lines = self._value(self._next(), 0)
        self._next()  # document end
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse(after, "documents", "Tệp có nhiều tài liệu YAML (dấu ---).", "Tách thành nhiều tệp.")
        return tree, lines

    def _refuse(self, event: Any, rule: str, what: str, remedy: str) -> None:
        self._document.problem(event.start_mark.line + 1, rule, what, remedy)

    def _value(self, event: Any, depth: int) -> tuple[Tree, Lines | int]:
        if depth > MAX_DEPTH:
            raise _TooDeepError
        line: int = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            what = f"Không dùng tham chiếu *{event.anchor}."
            self._refuse(event, "alias", what, "Chép lại nội dung vào chỗ này.")
            return None, line
        if event.anchor:
            self._refuse(event, "anchor", f"Không dùng neo &{event.anchor}.", "Bỏ dấu & và tên đứng sau nó.")
        if event.tag:
            self._refuse(event, "tag", f"Không dùng nhãn {event.tag}.", "Bỏ nhãn; chương trình tự hiểu kiểu.")
        if isinstance(event, yaml.ScalarEvent):
            text: str = event.value
            return (None if text in NULLS and not event.style else text), line
        if isinstance(event, yaml.SequenceStartEvent):
            items, their_lines = self._sequence(depth + 1)
            return items, Lines(line, their_lines)
        tree, lines = self._mapping(depth + 1)
        return tree, Lines(line, lines)

    def _sequence(self, depth: int) -> tuple[list[Tree], list[Lines | int]]:
        items: list[Tree] = []
        lines: list[Lines | int] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            value, line = self._value(event, depth)
            items.append(value)
            lines.append(line)
        return items, lines

    def _mapping(self, depth: int) -> tuple[dict[str, Tree], dict[str, Lines | int]]:
        tree: dict[str, Tree] = {}
        lines: dict[str, Lines | int] = {}
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            begins = key.start_mark
            if not isinstance(key, yaml.ScalarEvent):
                self._refuse(key, "key", "Tên mục phải là một từ.", "Viết tên mục rồi dấu hai chấm.")
                self._value(key, depth)
                self._value(self._next(), depth)
                continue
            name: str = key.value
            if name in tree:
                self._refuse(key, "duplicate-key", f"Mục “{name}” viết hai lần.", "Gộp lại còn một mục.")
            line: int = begins.line + 1
            tree[name], inside = self._value(self._next(), depth)
            lines[name] = Lines(line, inside.inside) if isinstance(inside, Lines) else line
        return tree, lines
