"""Classes stay small: how many have more than twenty methods, properties among them, may only fall."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
MANY = 20
CEILING = 4
"""So many classes are still larger; no more than eight are wanted. Lower it with every class that is split."""


def _methods() -> dict[str, int]:
    found = {}
    for top in ("console", "topology"):
        for file in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    names = {one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
                    found[f"{file.relative_to(ROOT)}:{node.name}"] = len(names)
    return found


def test_that_large_classes_become_no_more() -> None:
    methods = _methods()
    large = {name: count for name, count in methods.items() if count > MANY}

    assert len(methods) > 500
    assert len(large) <= CEILING, sorted(large.items(), key=lambda one: -one[1])
