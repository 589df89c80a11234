"""Which text keys the program names: read from the syntax trees of its modules and templates.

A key is said in full ("talk.help"), or made from a part and a value (f"petition.status.{...}"): the second
kind comes back as a pattern with `{}` where the value stands. Where a text is asked for, the key must exist;
elsewhere a string that happens to be a key is one that is in use.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, nodes

BOT = Path(__file__).parents[2] / "bot"
AREAS = frozenset(file.stem for file in (BOT / "locales" / "vi").glob("*.yaml"))
_KEY = re.compile(r"([a-z_]+)\.[a-z0-9_.{}-]+")
_ASKERS = frozenset({"texts", "_texts", "Said", "_notice"})
_MENU_MAKERS = frozenset({"choice", "link"})
_OTHER_NAMES = frozenset({"log", "audit"})


@dataclass
class Named:
    """Each with the place where it was first found."""

    asked: dict[str, str] = field(default_factory=dict)  # keys that must exist
    mentioned: dict[str, str] = field(default_factory=dict)  # strings that may be keys
    patterns: dict[str, str] = field(default_factory=dict)


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(BOT.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def literals(tree: ast.Module) -> Iterator[ast.Constant]:
    """Strings that are values, not documentation."""
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node


def named() -> Named:
    found = Named()
    for path, tree in modules():
        _Walk(found, path.relative_to(BOT.parent).as_posix()).visit(tree)
    for path in sorted(BOT.rglob("templates/*.*")):
        for call in Environment(autoescape=True).parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                key = _of_template(call.args[0])
                kind = found.patterns if "{}" in key else found.asked
                kind.setdefault(key, f"{path.relative_to(BOT.parent)}:{call.lineno}")
    return found


class _Walk(ast.NodeVisitor):
    def __init__(self, found: Named, path: str) -> None:
        self._found = found
        self._path = path
        self._asking = False

    def visit_Call(self, call: ast.Call) -> None:
        name = _name(call.func)
        if isinstance(call.func, ast.Attribute) and _name(call.func.value) in _OTHER_NAMES:
            return
        if name in _MENU_MAKERS and call.args and isinstance(call.args[0], ast.Constant):
            self._note(self._found.asked, f"menu.{call.args[0].value!s}", call)
        before, self._asking = self._asking, self._asking or name in _ASKERS
        self.generic_visit(call)
        self._asking = before

    def visit_JoinedStr(self, text: ast.JoinedStr) -> None:
        parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values]
        self._note(self._found.patterns, "".join(parts), text)
        for part in text.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part)

    def visit_Constant(self, constant: ast.Constant) -> None:
        if isinstance(constant.value, str):
            self._note(self._found.asked if self._asking else self._found.mentioned, constant.value, constant)

    def _note(self, kind: dict[str, str], text: str, node: ast.expr) -> None:
        matched = _KEY.fullmatch(text)
        if matched and matched[1] in AREAS:
            kind.setdefault(text, f"{self._path}:{node.lineno}")


def calls() -> Iterator[tuple[str, set[str], str]]:
    """Texts asked for by their full key with every fact spelled out: key, names of the facts, place."""
    for path, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or _name(node.func) not in ("texts", "_texts") or not node.args:
                continue
            key, facts = node.args[0], {each.arg for each in node.keywords}
            if isinstance(key, ast.Constant) and None not in facts:
                yield (
                    str(key.value),
                    {name for name in facts if name},
                    f"{path.relative_to(BOT.parent)}:{node.lineno}",
                )


def _name(expression: ast.expr) -> str:
    """`add` of `turn.uow.audit.add`."""
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def _of_template(argument: nodes.Expr) -> str:
    match argument:
        case nodes.Const():
            return str(argument.value)
        case nodes.Concat():
            return "".join(
                str(part.value) if isinstance(part, nodes.Const) else "{}" for part in argument.nodes
            )
    raise AssertionError(f"a key that cannot be read: {argument}")
