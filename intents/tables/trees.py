"""An entry as the plain tree that stands in a catalog file: only what is said, in the order of the model."""

from datetime import date
from enum import Enum
from typing import Any

import yaml
from pydantic import BaseModel

from intents.catalog import TimeLimit

try:
    from yaml import CSafeDumper as Dumper
except ImportError:  # PyYAML without its C part
    from yaml import SafeDumper as Dumper  # type: ignore[assignment]


def tree_of(entry: BaseModel) -> dict[str, Any]:
    """What differs from the defaults, as strings, numbers, lists and dictionaries."""
    tree = {}
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        if field.is_required() or value != field.get_default(call_default_factory=True):
            tree[name] = _plain(value)
    return tree


def _plain(value: Any) -> Any:
    if isinstance(value, (TimeLimit, Enum, date)):
        return str(value)
    if isinstance(value, BaseModel):
        return tree_of(value)
    if isinstance(value, (tuple, frozenset)):
        items = [_plain(item) for item in value]
        return sorted(items) if isinstance(value, frozenset) else items
    return value


def to_yaml(tree: Any) -> str:
    return str(yaml.dump(tree, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110))
