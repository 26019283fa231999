"""A public class name means one thing in the whole tree."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
STILL_TWICE = frozenset(
    {
        "Act",
        "Answer",
        "Classes",
        "Facts",
        "History",
        "Ledger",
        "Limit",
        "Notice",
        "Ordering",
        "Peer",
        "Place",
        "Reading",
        "Request",
        "Session",
        "Shift",
        "Source",
        "Standing",
        "Told",
        "Verdict",
    }
)
"""Names that still mean two things. The list only shrinks: take a name off it as soon as it means one."""


def _classes() -> dict[str, list[str]]:
    found = defaultdict(list)
    for package in ("console", "topology", "resources"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(file.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(str(file.relative_to(ROOT)))
    return found


def test_that_a_public_class_name_means_one_thing() -> None:
    twice = {name: files for name, files in _classes().items() if len(files) > 1}

    assert len(_classes()) > 400
    assert {name: files for name, files in twice.items() if name not in STILL_TWICE} == {}
