"""How much the catalog covers, in figures."""

from collections import Counter
from typing import Any

from intents.catalog import Catalog, Fact, Level, Tag


def stats(catalog: Catalog) -> dict[str, Any]:
    """Counts; `min_wordings` is the smallest number of wordings of a procedure, 0 for an empty catalog."""
    wordings = [len(procedure.wordings) for procedure in catalog.procedures]
    doubts = Counter(fact for procedure in catalog.procedures for fact in procedure.unconfirmed)
    by_field = Counter(procedure.field for procedure in catalog.procedures)
    return {
        "procedures": len(catalog.procedures),
        "wordings": sum(wordings),
        "min_wordings": min(wordings, default=0),
        "fields": len(by_field),
        "unconfirmed": sum(bool(procedure.unconfirmed) for procedure in catalog.procedures),
        "unconfirmed_facts": doubts.total(),
        "unconfirmed_by_fact": {str(fact): doubts[fact] for fact in Fact if doubts[fact]},
        "topics": len(catalog.topics),
        "offices": len(catalog.offices),
        "communes": len(catalog.communes),
        "hotlines": len(catalog.hotlines),
        "old_names": len(catalog.old_names),
        "agencies": len(catalog.agencies),
        "departments": len(catalog.departments),
        "with_summary": sum(bool(procedure.summary) for procedure in catalog.procedures),
        "with_documents": sum(bool(procedure.documents) for procedure in catalog.procedures),
        "with_ways": sum(bool(procedure.ways) for procedure in catalog.procedures),
        "with_result": sum(bool(procedure.result) for procedure in catalog.procedures),
        "bundles": len(catalog.bundles),
        "essential": sum(Tag.ESSENTIAL in procedure.tags for procedure in catalog.procedures),
        "by_level": {
            str(level): sum(procedure.level is level for procedure in catalog.procedures) for level in Level
        },
        "by_field": dict(sorted(by_field.items(), key=lambda each: (-each[1], each[0]))),
        "version": catalog.version,
    }
