"""Guards find facts and leave the words to the console: no sentence stands in one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GUARDS = ROOT / "topology/planning/guards"
FILES = (
    *sorted(GUARDS.rglob("*.py")),
    ROOT / "topology/planning/judging.py",
    ROOT / "topology/planning/confirmation.py",
    ROOT / "topology/playbook/unmet.py",
    ROOT / "topology/fleet/reasons/anew.py",
    ROOT / "topology/fleet/lowered.py",
    *(one for one in sorted((ROOT / "topology/links/check").glob("*.py")) if one.name != "kept_names.py"),
    *sorted((ROOT / "topology/refusals").glob("*.py")),
    *sorted(one for one in (ROOT / "topology/audit").glob("*.py") if one.name != "remedies.py"),
)
PARTS = {
    "topology/links/live/guarding.py": {"_lost", "_lowered", "to_acknowledge", "_compared_to"},
    "topology/records/ledger/values.py": {"lowered_by", "_floor"},
    "topology/audit/remedies.py": {"remedies_of", "_bounds", "_largest_safe", "_breaks", "_names", "_expectation"},
}
"""Functions of files in which other things are said, too: why one reads anew, what went wrong, what was not looked at."""
SPEAKING = {"sentence", "message", "protects", "satisfied_by", "words"}


def sentences(source: str) -> Iterator[str]:
    """Give the texts of *source* that are made of several words, but for what is written about the code itself."""
    tree = ast.parse(source)
    about = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    # An error is one sentence, said where it is known what was tried.
    errors = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in ast.walk(node)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about | errors | parts:
            if " " in node.value:
                yield node.value
        elif isinstance(node, ast.JoinedStr) and id(node) not in errors:
            yield ast.unparse(node)
        elif isinstance(node, ast.FunctionDef) and node.name in SPEAKING:
            yield f"def {node.name}"


@pytest.mark.parametrize(
    "source",
    ["WORDS = 'a floor stays broken'", "f'{place} ends tight'", "def sentence(self): ...", "yield 'x', 'none leaves'"],
)
def test_that_a_sentence_is_seen(source: str) -> None:
    assert list(sentences(source)) != []


def test_that_what_is_written_about_the_code_is_none() -> None:
    assert list(sentences("'''The guard.'''\nCODE = 'floor'\n'''Its stable code.'''")) == []


def test_that_an_error_may_be_one() -> None:
    assert list(sentences("raise LinkError(f'{place} is damaged') from error")) == []


def test_that_no_guard_keeps_a_sentence() -> None:
    assert len(FILES) > 20
    found = {str(path.relative_to(ROOT)): list(sentences(path.read_text(encoding="utf-8"))) for path in FILES}
    assert {path: kept for path, kept in found.items() if kept} == {}


REFUSALS = ("Refusal", "ResyncNeeded", "SourceTold", "ToldChange", "ToldRefusal", "begin_anew", "told")


def refused_in_words(source: str) -> Iterator[str]:
    """Give the refusals of *source* that are made of a sentence: a text is only what somebody else said."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _called(node) in REFUSALS and _is_made(node.args[-1]):
            yield ast.unparse(node)


def _called(call: ast.Call) -> str:
    return (
        call.func.id
        if isinstance(call.func, ast.Name)
        else call.func.attr
        if isinstance(call.func, ast.Attribute)
        else ""
    )


def _is_made(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr | ast.BinOp) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@pytest.mark.parametrize(
    "source",
    [
        "Refusal('stale', f'{name} is gone')",
        "told('stale', 'it is gone')",
        "ToldRefusal(f'{name}: ' + why)",
        "x.begin_anew('It was read.')",
    ],
)
def test_that_a_refusal_in_words_is_seen(source: str) -> None:
    assert list(refused_in_words(source)) != []


def test_that_no_check_and_no_source_refuses_or_begins_anew_in_words() -> None:
    files = sorted((ROOT / "topology").rglob("*.py"))
    found = {str(path.relative_to(ROOT)): list(refused_in_words(path.read_text(encoding="utf-8"))) for path in files}
    assert len(files) > 100
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize("path", PARTS)
def test_that_what_is_compared_is_told_in_facts(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name in PARTS[path]}
    assert found.keys() == PARTS[path]
    assert [said for one in found.values() for said in sentences(ast.unparse(one))] == []
