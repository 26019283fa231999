"""A public class name means one thing in the whole tree."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
STILL_TWICE: frozenset[str] = frozenset()
"""Names that mean two things for good reason; a name that means one by now must leave it."""


def _classes() -> dict[str, list[str]]:
    found = defaultdict(list)
    for package in ("console", "topology", "resources"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(file.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(str(file.relative_to(ROOT)))
    return found


def _twice() -> dict[str, list[str]]:
    return {name: files for name, files in _classes().items() if len(files) > 1}


def test_that_a_public_class_name_means_one_thing() -> None:
    assert len(_classes()) > 400
    assert {name: files for name, files in _twice().items() if name not in STILL_TWICE} == {}


def test_that_no_name_stays_allowed_that_means_one_thing_by_now() -> None:
    assert STILL_TWICE - _twice().keys() == frozenset()
