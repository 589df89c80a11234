"""Accepted wordings as YAML to be put into the catalog's files. Pure."""

from collections.abc import Callable, Sequence
from itertools import groupby

from intents.tables.trees import to_yaml
from storage.records import Proposal


def wordings_yaml(accepted: Sequence[Proposal], name: Callable[[str], str]) -> str:
    """For each procedure its code, its name as a comment, and the lines for `wordings:`. Empty for nothing."""
    parts = []
    for code, group in groupby(accepted, key=lambda each: each.procedure_code):
        wordings = list(dict.fromkeys(each.wording for each in group))
        parts.append(f"# {name(code)}\n" + to_yaml({"code": code, "wordings": wordings}))
    return "\n".join(parts)
