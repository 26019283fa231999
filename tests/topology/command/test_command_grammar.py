"""The hand-written parser against a grammar of the same language, written for a parser generator."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lark import Lark, Token, Tree, UnexpectedInput

from topology.command.arguments.alarms import LONGEST_MIN
from topology.command.arguments.alarms import OTHERS as OTHERS_ABOUT
from topology.command.grammar.names import expand, read_names
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.syntax import Place
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse

GRAMMAR = Lark(Path(__file__).with_name("command_grammar.lark").read_text(encoding="utf-8"), parser="lalr")
CELLS = (Place("az1", "c1"), Place("az1", "c2"), Place("az4", "c1"))
VOCABULARY = Vocabulary(
    subsystems=("billing", "index", "index-2", "where"),
    externals=("lambda",),
    zones=("az1", "az4"),
    cells=CELLS,
    racks={
        "r1": (Place("az1", "c1", "r1"), Place("az4", "c1", "r1")),
        "r12": (Place("az4", "c1", "r12"),),
    },
    services=("post", "s3"),
)
KEYWORDS = re.findall(
    r"\S+",
    "remove restore headroom explain show stop undo help run servers server from to in where by at because and or not all"
    " rack cell zone name request approval approve decline withdraw break-glass take-over"
    " rack cell zone name acknowledge shelve unshelve alarm alarms for min"
    " announce update maintenance override publish status until end",
)
OTHERS = re.findall(
    r"\S+",
    "40 1_000 10% 5/min billing index index-2 where lambda az1 az4 az4/c1 az1/c2 c1 r1 r12 az4/c1/r12 b-01 b-02..09 b*"
    " s3 post investigating resolved completed partial 2017-03-01T10:00Z 2017-13-01T10:00Z",
)
MARKS = [",", "(", ")", "=", "!=", '"why"']
SENTENCES = [
    'remove 40 servers from billing , index in az1 az4/c1 where rack = r1 and cell != c1 at 5/min because "why"',
    "restore 10% to index-2 where not ( zone in ( az1 , az4 ) or name = b* )",
    'remove servers b-01 , b-02..09 at 5/min because "why"',
    "headroom billing in az4/c1/r12",
    "headroom in az1",
    "explain lambda",
    "undo 40",
    "help remove",
    "stop",
    "stop 40",
    "stop of op2",
    "acknowledge",
    "acknowledge alarm index",
    "unshelve alarms",
    'shelve alarm source for 30 min because "why"',
    "run debug-slow-billing count = 4 zone = az4",
    "run drain-rack rack = az4/c1/r12 undo",
    'request approval because "why"',
    'approve 40 because "why"',
    'decline 40 because "why"',
    'withdraw 40 because "why"',
    'break-glass because "why"',
    "take-over 40",
    "take-over of op2",
    'announce "why" for s3 , post status investigating',
    'announce update 40 "why" status completed',
    'announce update 40 "why"',
    'announce maintenance "why" for s3 from 2017-03-01T10:00Z until 2017-03-01T12:00Z',
    'override s3 partial for 30 min because "why"',
    "override s3 end",
    "publish",
]


@st.composite
def nearly_commands(draw: st.DrawFn) -> str:
    """Give a command whose words were exchanged, dropped, doubled or swapped a few times."""
    words = draw(st.sampled_from(SENTENCES)).split(" ")
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(words) - 1))
        match draw(st.sampled_from(["exchange", "drop", "insert", "swap", "double"])):
            case "exchange":
                words[place] = draw(st.sampled_from(KEYWORDS + OTHERS + MARKS))
            case "drop" if len(words) > 1:
                del words[place]
            case "insert":
                words.insert(place, draw(st.sampled_from(KEYWORDS + OTHERS + MARKS)))
            case "swap":
                words[place : place + 2] = reversed(words[place : place + 2])
            case _:
                words.insert(place, words[place])
    return draw(st.sampled_from([" ", "  "])).join(words)


def oracle(text: str) -> bool:
    """Say whether *text* is a command: the grammar takes it, and the names are there and do not repeat or overlap."""
    try:
        tree = GRAMMAR.parse(text)
    except UnexpectedInput:
        return False
    leaves = list(tree.scan_values(lambda leaf: isinstance(leaf, Token)))
    return all(_exists(leaf) for leaf in leaves) and _distinct(tree, leaves)


def _exists(leaf: Token) -> bool:
    known: dict[str, set[str]] = {
        "SUBSYSTEM": set(VOCABULARY.subsystems),
        "NODE": {*VOCABULARY.subsystems, *VOCABULARY.externals},
        "ZONE": set(VOCABULARY.zones),
        "CELL": {"c1", "c2", *map(str, CELLS)},
        "RACK": {*VOCABULARY.racks, "az1/c1/r1", "az4/c1/r1", "az4/c1/r12"},
        "ABOUT": {*VOCABULARY.subsystems, *OTHERS_ABOUT},
        "SERVICE": set(VOCABULARY.services),
        "TIME": {"2017-03-01T10:00Z", "2017-03-01T12:00Z"},
        "PLACE": {*VOCABULARY.zones, *map(str, CELLS), "az1/c1/r1", "az4/c1/r1", "az4/c1/r12"},
    }
    if leaf.type == "MINUTES":
        return int(str(leaf).replace("_", "")) <= LONGEST_MIN
    if leaf.type == "SERVER":
        return not isinstance(read_names(str(leaf)), Wrong)
    return leaf.type not in known or str(leaf) in known[leaf.type]


def _distinct(tree: Tree[Token], leaves: list[Token]) -> bool:
    parameters = Counter(str(leaf) for leaf in leaves if leaf.type == "PARAMETER")
    subsystems = Counter(str(leaf) for leaf in leaves if leaf.type in ("SUBSYSTEM", "SERVICE"))
    servers = Counter(
        name
        for leaf in leaves
        if leaf.type == "SERVER" and not isinstance(names := read_names(str(leaf)), Wrong)
        for name in expand(names)
    )
    places = [f"{leaf}/" for leaf in leaves if leaf.type == "PLACE"]
    overlapping = any(
        one.startswith(other)
        for place, one in enumerate(places)
        for number, other in enumerate(places)
        if place != number
    )
    values = [Counter(map(str, comparison.children)) for comparison in tree.find_data("comparison")]
    return not overlapping and all(
        count == 1 for counter in (subsystems, servers, parameters, *values) for count in counter.values()
    )


@given(nearly_commands())
@example("remove 40 from where where zone = az1")
@example("headroom where in az1")
@example("remove 40from billing")
@example('remove 40 from billing because"why"')
@example("remove 40 from billing where(zone=az1)")
def test_that_the_parser_and_the_grammar_take_the_same_texts(text: str) -> None:
    reading = parse(text, VOCABULARY)
    assert (reading.command is not None) == oracle(text), reading.error


@pytest.mark.parametrize("text", SENTENCES)
def test_that_the_grammar_takes_the_sentences_that_the_comparison_starts_from(text: str) -> None:
    assert oracle(text)
