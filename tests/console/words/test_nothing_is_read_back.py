"""What is said is for people: no part of the program takes a sentence or a scope apart to learn what it knew before."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from topology.command.verbs import VERBS
from topology.incident.orders.orders import WORDS

ROOT = Path(__file__).parents[3]
SAID = {
    "age", "message", "sentence", "sentences", "what", "why", "ended", "scope", "protects", "satisfied_by", "not_evaluated",
}  # fmt: skip
"""Attributes that hold words for people, or a scope, which has its parts."""
SPOKEN = {"link_name", "message", "note", "sentence", "sentences", "spoken", "told", "tooltip"}
"""Names of values that hold words for people."""
COMMANDS = {"command", "done", "text", "typed"}
"""Attributes that hold what was typed: the command language has its own readers, which tell a verb from its argument."""
VERBS_OF_ALL = {*VERBS, *WORDS, "say", "lie", "true", "note", "role", "mark"}
"""What a command, an order or a cue of an instructor begins with."""
READERS = ("topology/command/", "topology/imports/")
"""Rooms that read what people typed, and what other programs wrote: that is their work."""
BETWEEN = (" · ", "; ", ", ", "<br>")
"""What stands between the parts of a text for people. A cut there is a text that was joined a moment ago."""
TAKES_APART = {
    "partition", "rpartition", "split", "rsplit", "startswith", "endswith", "removeprefix", "removesuffix", "find",
    "index", "match", "search", "fullmatch", "sub", "findall", "finditer",
}  # fmt: skip


def read_back(source: str) -> Iterator[str]:
    """Give the expressions of *source* that take apart what was said."""
    tree = ast.parse(source)
    says = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and _gives_text(one)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKES_APART:
            whole = node.func.value
            if any(_is_said(one) for one in (whole, *node.args)) or _is_made_here(whole, says) or _begins(node):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "replace":
            if any(_is_between(one) for one in node.args[:1]):
                yield ast.unparse(node)
        elif isinstance(node, ast.Compare) and any(isinstance(one, ast.In | ast.NotIn) for one in node.ops):
            texts = (one for one in (node.left, *node.comparators[:-1]) if _is_text(one))
            if _is_said(node.comparators[-1]) and any(True for _ in texts):
                yield ast.unparse(node)


def _is_said(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name | ast.Attribute) and _name(node.func) in SAID | SPOKEN
    if isinstance(node, ast.Name):
        return node.id in SPOKEN
    if isinstance(node, ast.Attribute) and node.attr == "name":
        return _name_of(node.value) in ("feed", "link")  # how a region was addressed: the address has its parts
    return isinstance(node, ast.Attribute) and node.attr in SAID | SPOKEN


def _gives_text(function: ast.FunctionDef) -> bool:
    return isinstance(function.returns, ast.Name) and function.returns.id == "str"


def _is_made_here(node: ast.expr, says: set[str]) -> bool:
    """Whether a text is one that a function of the same file has just made."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in says


def _begins(call: ast.Call) -> bool:
    """Whether a command is told by how its text begins, or a text cut where its parts were put together."""
    method = call.func
    if not isinstance(method, ast.Attribute):
        return False
    typed = isinstance(method.value, ast.Attribute) and method.value.attr in COMMANDS
    verb = any(_is_verb(one) for one in call.args) and method.attr in ("startswith", "removeprefix")
    cut = method.attr in ("partition", "rpartition", "split", "rsplit") and any(map(_is_between, call.args[:1]))
    return (typed and method.attr in ("startswith", "removeprefix", "partition", "split")) or verb or cut


def _is_verb(node: ast.expr) -> bool:
    """Whether it is the word of a command with the blank after it."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value in {f"{one} " for one in VERBS_OF_ALL}
    )


def _is_between(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in BETWEEN


def _name_of(node: ast.expr) -> str:
    return _name(node).lstrip("_") if isinstance(node, ast.Name | ast.Attribute) else ""


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
        "name, _, rest = told.partition(' · ')",
        "whole.partition(' · ')",
        "reading.note.split(',')[0]",
        "def unknown(count) -> str: ...\nunknown(3).removeprefix('? ')",
        "act.text.startswith('inject ')",
        "event.command.removeprefix(GO)",
        "cue.done.partition(' ')",
        "text.startswith('approve ')",
        "escape(line).replace(' · ', '<br>')",
        "kind, _, target = link_name.partition(':')",
        "self.follower.feed.name.removeprefix('sim:')",
        "self._link.name.startswith('file:')",
    ],
)
def test_that_each_way_to_read_back_is_seen(source: str) -> None:
    assert list(read_back(source)) != []


@pytest.mark.parametrize("folder", ["topology", "console"])
def test_that_no_sentence_and_no_scope_is_taken_apart(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert len(files) > 100
    found = [
        f"{path.relative_to(ROOT)}: {one}"
        for path in files
        if not path.relative_to(ROOT).as_posix().startswith(READERS)
        for one in read_back(path.read_text(encoding="utf-8"))
    ]
    assert found == []
