"""Entries into a folder the loader can read: a head file, one file a field, nothing half-written."""

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from intents import loader, schema, yaml_strict
from intents.catalog import Catalog, Procedure
from intents.problems import CatalogError
from intents.tables.directory import Directory
from intents.tables.errors import TableError
from intents.tables.trees import to_yaml, tree_of

MAX_ENTRIES, MAX_FILE_BYTES = 400, 2_500_000  # a file; the loader reads at most 4 MB
ENTRIES, HEAD_PARTS = "catalog", "catalog/head"
_NEW = f"{HEAD_PARTS}/nhap.yaml"
_HEAD_SCHEMA, _PART_SCHEMA = "docs/catalog.schema.json", "docs/catalog-part.schema.json"
# Editors that know this line complete and check what is typed: https://github.com/redhat-developer/yaml-language-server
_EDITOR = "# yaml-language-server: $schema={up}" + _PART_SCHEMA
_NOTE = "\n# Do `motcua catalog import` ghi. Có thể sửa tay.\n"


def prepare(into: Path) -> Catalog:
    """The folder's head without its entries; the shipped head is copied where the folder has none."""
    head = into / loader.HEAD
    if not head.is_file():
        _copy_head(next(path for path in loader.SHIPPED if path.is_file()), into)
    loaded = loader.read(head)
    if loaded.draft is None:
        raise CatalogError(tuple(sorted(loaded.problems)))
    return loaded.draft


def _copy_head(shipped: Path, into: Path) -> None:
    (into / HEAD_PARTS).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shipped, into / loader.HEAD)
    for part in sorted((shipped.parent / HEAD_PARTS).glob("*.yaml")):
        shutil.copyfile(part, into / HEAD_PARTS / part.name)


def directory_of(head: Catalog) -> Directory:
    department = head.province.default_department
    return Directory.of(head.province.name, department, head.agencies, head.fields)


def entry_files(into: Path) -> list[Path]:
    return sorted((into / ENTRIES).glob("*.yaml"))


def set_aside(into: Path) -> Path | None:
    """Move the entries that are there to `catalog/.cu-N/NAME.yaml.cu`, which no pattern reads."""
    files = entry_files(into)
    if not files:
        return None
    number = 1
    while (aside := into / ENTRIES / f".cu-{number}").exists():
        number += 1
    aside.mkdir()
    for path in files:
        path.replace(aside / f"{path.name}.cu")
    return aside


def write(into: Path, procedures: Iterable[Procedure], directory: Directory) -> list[Path]:
    """The files written, the new head part first. Each appears whole or not at all."""
    _write(into / _HEAD_SCHEMA, _json(schema.head_schema()))
    _write(into / _PART_SCHEMA, _json(schema.part_schema()))
    written = [_write(into / _NEW, _new_bodies(into, directory))]
    by_field: defaultdict[str, list[Procedure]] = defaultdict(list)
    for procedure in procedures:
        by_field[procedure.field].append(procedure)
    for field, entries in sorted(by_field.items()):
        for number, text in enumerate(_files(field, entries), 1):
            name = field if number == 1 else f"{field}-{number}"
            written.append(_write(into / ENTRIES / f"{name}.yaml", text))
    _refuse_unread(into, written)
    return written


def _new_bodies(into: Path, directory: Directory) -> str:
    """Agencies and fields made now, and those an earlier import made."""
    before = yaml_strict.read((into / _NEW).read_bytes(), _NEW).tree if (into / _NEW).is_file() else {}
    parts = {"agencies": directory.new_agencies, "fields": directory.new_fields}
    tree = dict(before) if isinstance(before, dict) else {}
    for part, new in parts.items():
        kept = tree.get(part) or []
        tree[part] = [*(kept if isinstance(kept, list) else []), *new.values()]
    return _EDITOR.format(up="../../") + _NOTE + to_yaml(tree)


def _files(field: str, entries: list[Procedure]) -> Iterable[str]:
    texts: list[str] = []
    size = 0
    for entry in entries:
        tree = tree_of(entry)
        del tree["field"]
        text = "".join(f"  {line}\n" if line else "\n" for line in to_yaml([tree]).split("\n")[:-1])
        if texts and (len(texts) == MAX_ENTRIES or size + len(text.encode()) > MAX_FILE_BYTES):
            yield _file(field, texts)
            texts, size = [], 0
        texts.append(text)
        size += len(text.encode())
    yield _file(field, texts)


def _file(field: str, texts: list[str]) -> str:
    return f"{_EDITOR.format(up='../')}{_NOTE}field: {field}\nprocedures:\n{''.join(texts)}"


def _json(tree: Mapping[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".tmp")
    with half.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return path


def _refuse_unread(into: Path, written: list[Path]) -> None:
    read = {path.resolve() for path in loader.listed(into / loader.HEAD)}
    unread = [path for path in written if path.resolve() not in read]
    if unread:
        raise TableError(
            f"Tệp đầu {into / loader.HEAD} không đọc các tệp vừa ghi trong {ENTRIES}/.",
            f"Thêm vào mục `include:` hai dòng: `- {ENTRIES}/*.yaml` và `- {HEAD_PARTS}/*.yaml`.",
        )
