"""A clerk's YAML is read as it is written, and what YAML would do to it is refused with the line."""

import pytest

from intents import yaml_strict


def rules(text: str | bytes) -> list[tuple[int, str]]:
    raw = text.encode() if isinstance(text, str) else text
    return [(problem.line, problem.rule) for problem in yaml_strict.read(raw, "a.yaml").problems]


def test_scalars_stay_what_was_typed() -> None:
    document = yaml_strict.read(b"code: 1.000120\nany: no\nday: 2025-07-01\nphone: 0290\nempty:\n", "a.yaml")
    assert document.tree == {
        "code": "1.000120",
        "any": "no",
        "day": "2025-07-01",
        "phone": "0290",
        "empty": None,
    }
    assert document.problems == []


def test_lines_are_those_of_the_file() -> None:
    document = yaml_strict.read(b"a:\n  - x: 1\n    y: 2\n  - x: 3\n", "a.yaml")
    assert document.line(("a", 0, "y")) == 3
    assert document.line(("a", 1, "x")) == 4
    assert document.line(("a", 1, "nothing", "here")) == 4, "the nearest thing around it"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, "duplicate-key")),
        ("a: &x 1\n", (1, "anchor")),
        ("a: 1\nb: *x\n", (2, "alias")),
        ("a: !!python/object:os.system x\n", (1, "tag")),
        ("a: 1\n---\nb: 2\n", (2, "documents")),
        ("a: 1\n  b: 2\n", (2, "yaml")),
        ("? [a, b]\n: c\n", (1, "key")),
        ("a: \x01\n", (1, "yaml")),
    ],
)
def test_what_yaml_would_do_behind_ones_back_is_refused(text: str, found: tuple[int, str]) -> None:
    assert found in rules(text)


def test_an_alias_bomb_does_not_go_off() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    document = yaml_strict.read(bomb.encode(), "a.yaml")
    assert {problem.rule for problem in document.problems} == {"anchor", "alias"}


def test_deep_nesting_is_refused_before_python_gives_up() -> None:
    assert rules("[" * 100_000) == [(1, "depth")]


def test_a_file_of_another_encoding_says_so() -> None:
    assert rules("tên: Hộ tịch\n".encode("utf-16")) == [(1, "encoding")]
    assert rules(b"a: 1\nb: \xe9\n") == [(2, "encoding")]


def test_a_byte_order_mark_is_no_problem() -> None:
    assert yaml_strict.read(b"\xef\xbb\xbfa: 1\n", "a.yaml").tree == {"a": "1"}


def test_a_huge_file_is_not_read() -> None:
    assert rules(b"#" * (yaml_strict.MAX_BYTES + 1)) == [(1, "size")]


def test_an_empty_file_is_nothing() -> None:
    assert yaml_strict.read(b"", "a.yaml").tree is None
