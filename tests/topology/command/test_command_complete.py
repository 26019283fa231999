"""What the command line offers, in which order and why."""

import pytest

from topology.command.complete import Completion, complete
from topology.command.grammar.syntax import Command, Place, Remove
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.command.verbs import VERBS

ZONES = ("az1", "az2")
CELLS = tuple(Place(zone, cell) for zone in ZONES for cell in ("c1", "c2"))
VOCABULARY = Vocabulary(
    subsystems=("billing", "index", "metering"),
    externals=("lambda",),
    zones=ZONES,
    cells=CELLS,
    racks={
        "r1": (Place("az1", "c1", "r1"), Place("az2", "c1", "r1")),
        "r2": (Place("az1", "c2", "r2"),),
    },
    server_names=tuple(f"billing-{number:04}" for number in range(1, 421)),
    pace_per_minute=20,
    capacities={"billing": 2600, "index": 400},
)


def offers(marked: str, largest: int | None = None) -> tuple[Completion, ...]:
    """Complete at the `|` of a text."""
    cursor = marked.index("|")
    text = marked.replace("|", "")
    return complete(parse(text, VOCABULARY), cursor, VOCABULARY, lambda command: largest)


def inserts(marked: str, largest: int | None = None) -> list[str]:
    return [offer.insert for offer in offers(marked, largest)]


def test_that_an_empty_line_offers_every_verb_with_its_help() -> None:
    assert [(offer.insert, offer.reason) for offer in offers("|")] == [
        (verb.name, verb.help) for verb in VERBS.values()
    ]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("rem|", ["remove"]),
        ("re|", ["remove", "restore", "resume", "request"]),
        ("remove |", ["1", "1%", "servers"]),
        ("remove a|", ["all"]),
        ("remove 40 |", ["servers", "from"]),
        ("remove 40 servers from |", ["billing", "index", "metering"]),
        ("remove 40 servers from b|", ["billing"]),
        ("remove 40 servers from billing, |", ["index", "metering"]),
        ("remove 40 servers from billing |", ["in", "where", "at", "because"]),
        ("remove 40 servers from billing in |", ["az1", "az2"]),
        ("remove 40 servers from billing in az1/|", ["az1/c1", "az1/c2"]),
        ("remove 40 servers from billing in az1/c1/|", ["az1/c1/r1"]),
        ("remove 40 servers from billing in az1 |", ["az2", "where", "at", "because"]),
        ("remove all from billing in az1 |", ["az2", "where", "by", "at", "because"]),
        ("remove all from billing by |", ["rack", "cell", "zone"]),
        ("remove 40 servers from billing where |", ["rack", "cell", "zone", "name", "not"]),
        ("remove 40 servers from billing where rack |", ["=", "!=", "in ("]),
        ("remove 40 servers from billing where rack = |", ["r1", "r2"]),
        ("remove 40 servers from billing where rack=|", ["r1", "r2"]),
        ("remove 40 servers from billing in az2 where rack = |", ["r1"]),
        ("remove 40 servers from billing where rack in (r1, |", ["r2"]),
        ("remove 40 servers from billing where rack = az1/|", ["az1/c1", "az1/c2"]),
        ("remove 40 servers from billing where zone = |", ["az1", "az2"]),
        ("remove 40 servers from billing where zone = az1 |", ["and", "or", "at", "because"]),
        ("remove 40 servers from billing at |", ["20/min", "10/min", "1/min"]),
        ("remove 40 servers from billing at 1|", ["10/min", "1/min"]),
        ('remove 40 servers from billing because "i|', []),
        ("headroom |", ["billing", "index", "metering", "in"]),
        ("show |", ["billing", "index", "lambda", "metering"]),
        ("undo |", []),
        ("stop |", []),
        ("help un|", ["undo", "unshelve"]),
        ("nonsense |", []),
    ],
)
def test_that_what_is_offered_is_what_the_grammar_and_the_region_allow(marked: str, expected: list[str]) -> None:
    assert inserts(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("re| 40 servers from billing", ["remove", "restore", "resume", "request"]),
        ("remove 40 servers from bi|ll in az1", ["billing"]),
        ("remove 40 servers from | in az1", ["billing", "index", "metering"]),
        ("remove 40 servers from billing | at 5/min", ["in", "where"]),
        ("remove 40 servers from bil|x in az1", ["billing"]),
        ("remove 40 servers |billing", ["from "]),
    ],
)
def test_that_the_middle_of_a_text_is_completed_like_its_end(marked: str, expected: list[str]) -> None:
    assert inserts(marked) == expected


def test_that_a_completion_replaces_the_whole_word_around_the_cursor() -> None:
    (offer,) = offers("remove 40 servers from bi|ll in az1")
    assert (offer.start, offer.end) == (23, 27)


def test_that_an_external_is_shown_and_never_removed_from() -> None:
    assert "lambda" not in inserts("remove 40 servers from |")
    assert inserts("remove 40 servers from l|") == []
    assert offers("show l|") == (Completion("lambda", 5, 6, "external", "external"),)


def test_that_a_subsystem_is_offered_with_what_is_in_service() -> None:
    assert [offer.reason for offer in offers("remove 40 from |")] == ["2,600 in service", "400 in service", "subsystem"]


@pytest.mark.parametrize(
    "marked", ["remove | from billing", "remove 4|00 from billing", "remove 400| servers from billing"]
)
def test_that_a_count_is_offered_with_the_largest_safe_value(marked: str) -> None:
    first = offers(marked, 32)[0]
    assert (first.insert, first.kind, first.reason) == ("32", "quantity", "the largest count that nothing blocks")


def test_that_the_largest_safe_count_is_asked_for_the_command_on_the_line() -> None:
    asked: list[Command] = []

    def largest(command: Command) -> int | None:
        asked.append(command)
        return None

    for text, cursor in (("remove 400 from billing in az1", 9), ("remove  from billing in az1", 7)):
        assert all(offer.kind != "quantity" for offer in complete(parse(text, VOCABULARY), cursor, VOCABULARY, largest))
    complete(parse("remove  from", VOCABULARY), 7, VOCABULARY, largest)
    complete(parse("remove 400 from billing", VOCABULARY), 20, VOCABULARY, largest)
    assert [command.places for command in asked if isinstance(command, Remove)] == [(Place("az1"),), (Place("az1"),)]


def test_that_all_is_offered_only_to_who_begins_to_spell_it() -> None:
    assert "all" not in inserts("remove |", 5)
    assert inserts("remove al|") == ["all"]


def test_that_the_first_twenty_servers_of_a_beginning_are_offered() -> None:
    assert inserts("remove servers billing-00|") == [f"billing-{number:04}" for number in range(1, 21)]
    assert inserts("remove servers billing-042|") == ["billing-0420"]


def test_that_servers_already_named_are_not_offered_again() -> None:
    assert inserts("remove servers billing-0001..0018, billing-0020, |")[:2] == ["billing-0019", "billing-0021"]


def test_that_the_end_of_a_run_is_offered_with_the_servers_it_spells() -> None:
    first = offers("remove servers billing-0005..|")[0]
    assert (first.insert, first.reason) == ("billing-0005..0006", "2 servers")
    assert inserts("remove servers billing-0005..billing-04|")[0] == "billing-0005..0400"


@pytest.mark.parametrize(
    ("marked", "right"),
    [
        ("remove servers billing-0x01|", "billing-0001"),
        ("remove servers biling-0042|", "billing-0042"),
        ("remove servers blliing-0042|", None),
        ("remove 40 from bilxing|", "billing"),
    ],
)
def test_that_a_name_one_key_away_is_offered_when_none_begins_so(marked: str, right: str | None) -> None:
    assert (right in inserts(marked)) if right else (inserts(marked) == [])


def test_that_at_most_fifty_are_offered() -> None:
    many = Vocabulary(subsystems=tuple(f"s{number:03}" for number in range(200)))
    assert len(complete(parse("explain ", many), 8, many)) == 50


def test_that_a_zone_that_is_listed_already_is_not_offered_again() -> None:
    vocabulary = Vocabulary(subsystems=("index",), zones=("az1", "az10", "az12"))
    text = "remove 1 from index where zone in (az10, az1"
    assert [one.insert for one in complete(parse(text, vocabulary), len(text), vocabulary)] == ["az12"]
