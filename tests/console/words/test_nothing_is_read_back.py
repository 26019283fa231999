"""What is said is for people: no part of the program takes a sentence or a scope apart to learn what it knew before."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAID = {
    "age", "message", "sentence", "sentences", "what", "why", "ended", "scope", "protects", "satisfied_by", "not_evaluated",
}  # fmt: skip
"""Attributes that hold words for people, or a scope, which has its parts."""
TAKES_APART = {
    "partition", "rpartition", "split", "rsplit", "startswith", "endswith", "removeprefix", "removesuffix", "find",
    "index", "match", "search", "fullmatch", "sub", "findall", "finditer",
}  # fmt: skip


def read_back(source: str) -> Iterator[str]:
    """Give the expressions of *source* that take apart what was said."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKES_APART:
            if any(_is_said(one) for one in (node.func.value, *node.args)):
                yield ast.unparse(node)
        elif isinstance(node, ast.Compare) and any(isinstance(one, ast.In | ast.NotIn) for one in node.ops):
            texts = (one for one in (node.left, *node.comparators[:-1]) if _is_text(one))
            if _is_said(node.comparators[-1]) and any(True for _ in texts):
                yield ast.unparse(node)


def _is_said(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name | ast.Attribute) and _name(node.func) in SAID
    return isinstance(node, ast.Attribute) and node.attr in SAID


def _name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr | ast.Call) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@pytest.mark.parametrize(
    "source",
    [
        "finding.message.startswith('the newest')",
        "_SILENT.match(finding.message)",
        "re.search('x', one.sentence)",
        "_like(slip) in known.message",
        "effect.scope.partition(':')[2]",
        "gap.what.startswith(place)",
        "leaving.ended.startswith('halted')",
        "message(finding).startswith('the newest')",
        "words.age(facts.age_s).removesuffix(' old')",
        "strip.age.removesuffix(' old')",
        "'no floor' in sentence(one.facts)",
    ],
)
def test_that_each_way_to_read_back_is_seen(source: str) -> None:
    assert list(read_back(source)) != []


@pytest.mark.parametrize("folder", ["topology", "console"])
def test_that_no_sentence_and_no_scope_is_taken_apart(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert len(files) > 100
    found = [
        f"{path.relative_to(ROOT)}: {one}" for path in files for one in read_back(path.read_text(encoding="utf-8"))
    ]
    assert found == []
