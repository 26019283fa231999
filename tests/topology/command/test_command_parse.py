"""What each sentence of the command language means, and what is said about those that are none."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from topology.command.grammar import names
from topology.command.grammar.names import expand
from topology.command.grammar.reading import CommandError, Reading
from topology.command.grammar.syntax import (
    All,
    ApproveRequest,
    Both,
    BreakGlass,
    Command,
    Comparison,
    Control,
    Count,
    Decline,
    Either,
    Explain,
    Headroom,
    Help,
    NameRange,
    Not,
    Pace,
    Percent,
    Place,
    Remove,
    RemoveServers,
    RequestApproval,
    Restore,
    RestoreServers,
    Show,
    StopOf,
    TakeOver,
    Undo,
    Withdraw,
)
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import MEANT, parse, parse_whole
from topology.command.verbs import VERBS
from topology.command.words import CLAUSES
from topology.region import region

ZONES = ("az1", "az2", "az4")
CELLS = tuple(Place(zone, cell) for zone in ZONES for cell in ("c1", "c2"))
VOCABULARY = Vocabulary(
    subsystems=("billing", "front-end", "index", "index-2", "metering"),
    externals=("lambda", "status-board"),
    zones=ZONES,
    cells=CELLS,
    racks={
        "r12": (Place("az1", "c1", "r12"), Place("az2", "c1", "r12"), Place("az4", "c1", "r12")),
        "r7": (Place("az4", "c2", "r7"),),
    },
    server_names=tuple(f"billing-{number:04}" for number in range(1, 421)),
    pace_per_minute=20,
    services=("s3",),
)


def read(text: str) -> Reading:
    return parse(text, VOCABULARY)


def error(text: str) -> CommandError:
    found = read(text).error
    assert found is not None, text
    return found


COMMANDS: list[tuple[str, Command]] = [
    ("remove 40 servers from billing", Remove(Count(40), ("billing",))),
    ("remove 40 from billing", Remove(Count(40), ("billing",))),
    ("  remove   40 from billing ", Remove(Count(40), ("billing",))),
    ("remove 1 server from billing", Remove(Count(1), ("billing",))),
    ("remove 1_000 from billing", Remove(Count(1000), ("billing",))),
    ("remove 12_345_678 from billing", Remove(Count(12_345_678), ("billing",))),
    ("remove 10% from index", Remove(Percent(10), ("index",))),
    ("remove 100% from index", Remove(Percent(100), ("index",))),
    ("remove all from billing", Remove(All(), ("billing",))),
    ("remove all servers from billing", Remove(All(), ("billing",))),
    ("remove 40 from billing,metering", Remove(Count(40), ("billing", "metering"))),
    (
        "remove 40 from billing, metering in az1 az2 at 5/min",
        Remove(Count(40), ("billing", "metering"), (Place("az1"), Place("az2")), pace=Pace(5)),
    ),
    ("remove 4 from index in az4/c1 az1", Remove(Count(4), ("index",), (Place("az4", "c1"), Place("az1")))),
    ("remove 4 from index in az4/c1/r12", Remove(Count(4), ("index",), (Place("az4", "c1", "r12"),))),
    ("remove 4 from index where rack = r7", Remove(Count(4), ("index",), where=Comparison("rack", "=", ("r7",)))),
    ("remove 4 from index where rack=r7", Remove(Count(4), ("index",), where=Comparison("rack", "=", ("r7",)))),
    (
        "remove 4 from index where cell != az4/c1",
        Remove(Count(4), ("index",), where=Comparison("cell", "!=", ("az4/c1",))),
    ),
    (
        "remove 4 from index where zone in (az1, az4)",
        Remove(Count(4), ("index",), where=Comparison("zone", "in", ("az1", "az4"))),
    ),
    (
        "remove 4 from index where zone = az1 or cell = c1 and not name = index-[0-4]*",
        Remove(
            Count(4),
            ("index",),
            where=Either(
                (
                    Comparison("zone", "=", ("az1",)),
                    Both((Comparison("cell", "=", ("c1",)), Not(Comparison("name", "=", ("index-[0-4]*",))))),
                )
            ),
        ),
    ),
    (
        "remove 4 from index where (zone = az1 or zone = az2) and rack = r12",
        Remove(
            Count(4),
            ("index",),
            where=Both(
                (
                    Either((Comparison("zone", "=", ("az1",)), Comparison("zone", "=", ("az2",)))),
                    Comparison("rack", "=", ("r12",)),
                )
            ),
        ),
    ),
    (
        'remove all from billing because "move to \\"B\\" \\\\ für Ö"',
        Remove(All(), ("billing",), because='move to "B" \\ für Ö'),
    ),
    (
        "remove servers billing-0001..0040, billing-0077",
        RemoveServers((NameRange("billing-", "0001", "0040"), NameRange("", "billing-0077"))),
    ),
    ("remove server billing-0077", RemoveServers((NameRange("", "billing-0077"),))),
    ("remove servers billing-0001..billing-0040", RemoveServers((NameRange("billing-", "0001", "0040"),))),
    ("remove servers gone-7 at 1/min", RemoveServers((NameRange("", "gone-7"),), Pace(1))),
    ("restore 12 to index", Restore(Count(12), ("index",))),
    ("restore servers index-0001..0012", RestoreServers((NameRange("index-", "0001", "0012"),))),
    ("headroom", Headroom()),
    ("headroom billing in az4", Headroom("billing", Place("az4"))),
    ("headroom in az4/c1", Headroom(None, Place("az4", "c1"))),
    ("explain index", Explain("index")),
    ("explain lambda", Explain("lambda")),
    ("show status-board", Show("status-board")),
    ("stop", Control("stop")),
    ("stop 1204", StopOf(1204)),
    ("stop of op2.night", StopOf(None, "op2.night")),
    ("pause", Control("pause")),
    ("resume", Control("resume")),
    ("acknowledge", Control("acknowledge")),
    ("request approval", RequestApproval()),
    ('request approval because "fire"', RequestApproval("fire")),
    ("approve 12", ApproveRequest(12)),
    ('approve 12 because "agreed"', ApproveRequest(12, "agreed")),
    ('decline 1_200 because "not \\"now\\""', Decline(1200, 'not "now"')),
    ("withdraw 12", Withdraw(12)),
    ('withdraw 12 because "storm"', Withdraw(12, "storm")),
    ('break-glass because "fire"', BreakGlass("fire")),
    ("take-over 1204", TakeOver(1204)),
    ("take-over of op2.night", TakeOver(None, "op2.night")),
    ("undo", Undo()),
    ("undo 1204", Undo(1204)),
    ("help", Help()),
    ("help remove", Help("remove")),
]


@pytest.mark.parametrize(("text", "command"), COMMANDS)
def test_that_a_sentence_means_its_command(text: str, command: Command) -> None:
    assert read(text).command == command, read(text).error


@pytest.mark.parametrize("command", [command for _, command in COMMANDS], ids=str)
def test_that_a_command_is_printed_as_a_sentence_that_means_it(command: Command) -> None:
    assert read(str(command)).command == command


@pytest.mark.parametrize("name", VERBS)
def test_that_the_example_of_every_verb_is_a_command_of_it(name: str) -> None:
    example = VERBS[name].example
    assert read(example).command is not None, read(example).error
    assert example.split(" ")[0] == name


def test_that_a_name_that_could_be_either_of_two_is_answered_with_both() -> None:
    found = error("explain index2")
    assert (found.message, found.suggestion) == (
        "no subsystem or external is called index2: did you mean index or index-2?",
        None,
    )


def test_that_one_server_is_printed_as_one() -> None:
    assert str(Remove(Count(1), ("billing",))) == "remove 1 server from billing"


UNFINISHED = [
    ("", "remove"),
    ("rem", "remove"),
    ("remove", "a count"),
    ("remove ", "all"),
    ("remove al", "all"),
    ("remove 4", "from"),
    ("remove 40 servers fr", "from"),
    ("remove 40 servers from", "a subsystem"),
    ("remove 40 servers from bill", "a subsystem"),
    ("remove 40 from billing,", "a subsystem"),
    ("remove 40 from billing i", "in"),
    ("remove 40 from billing in", "a zone, cell or rack"),
    ("remove 40 from billing in az", "a zone, cell or rack"),
    ("remove 40 from billing in az4/", "a zone, cell or rack"),
    ("remove 40 from billing in az4/c1/r1", "a zone, cell or rack"),
    ("remove 40 from billing in az4 wh", "where"),
    ("remove 40 from billing where", "rack"),
    ("remove 40 from billing where rack", "!="),
    ("remove 40 from billing where rack =", "a rack"),
    ("remove 40 from billing where rack = r1", "a rack"),
    ("remove 40 from billing where rack in (r12", "a closing parenthesis"),
    ("remove 40 from billing where (rack = r12 ", "a closing parenthesis"),
    ("remove 40 from billing at", "a pace such as 5/min"),
    ("remove 40 from billing at 5", "a pace such as 5/min"),
    ("remove 40 from billing at 5/m", "a pace such as 5/min"),
    ('remove 40 from billing because "dec', "a closing quote"),
    ("remove 1_0", "a count"),
    ("remove servers", "a server name"),
    ("remove servers billing-00", "a server name"),
    ("remove servers billing-0001..", "a server name"),
    ("remove servers billing-0001..00", "a server name"),
    ("remove servers billing-0001..bill", "a server name"),
    ("help rem", "remove"),
    ("explain", "a subsystem or an external"),
]


@pytest.mark.parametrize(("text", "expected"), UNFINISHED)
def test_that_an_unfinished_text_is_no_error_and_says_what_may_follow(text: str, expected: str) -> None:
    reading = read(text)
    assert reading.error is None
    assert reading.incomplete
    assert expected in reading.expected


def test_that_a_name_that_begins_another_is_finished() -> None:
    assert read("remove 40 from index").command is not None
    assert read("remove 40 from index-").incomplete


def test_that_a_word_with_a_space_behind_it_is_no_longer_unfinished() -> None:
    assert error("remove 40 from bill in az4").suggestion == "remove 40 from billing in az4"
    assert error("rem ").suggestion == "remove "
    assert error("re ").suggestion is None


FORTY = "remove 40 from billing"
BAD = [
    ("Remove 40 from billing", 1, "words are written in lower case: remove, not Remove", "remove 40 from billing"),
    ("remove ALL from billing", 8, "words are written in lower case: all, not ALL", "remove all from billing"),
    ("remove 40 FROM billing", 11, "words are written in lower case: from, not FROM", "remove 40 from billing"),
    ("remove 0 from billing", 8, "0 servers is nothing to remove", None),
    ("restore 0% to billing", 9, "0% is nothing to restore", None),
    ("remove -5 from billing", 8, "-5 has a sign: numbers here have none", "remove 5 from billing"),
    ("remove +5 from billing", 8, "+5 has a sign: numbers here have none", "remove 5 from billing"),
    ("remove 5.5 from billing", 8, "5.5 is not a whole number", None),
    (
        "remove 1e3 from billing",
        8,
        "1e3 is written with an exponent: write the number out",
        "remove 1000 from billing",
    ),
    (
        "remove 1e999999 from billing",
        8,
        "1e999999 is written with an exponent: write the number out",
        None,
    ),
    ("remove 007 from billing", 8, "007 begins with 0: write the number without it", "remove 7 from billing"),
    ("remove 101% from billing", 8, "101% is more than there is: a percentage goes from 1% to 100%", None),
    ("remove 5.5% from billing", 8, "5.5 is not a whole number", None),
    ("remove 10 % from billing", 8, "% is written right behind its number: 10%", "remove 10% from billing"),
    (
        "remove 10_00 from billing",
        8,
        "10_00 is grouped wrongly: _ stands between groups of three digits, as in 1_000",
        "remove 1_000 from billing",
    ),
    (
        "remove 1,000 from billing",
        8,
        "digits are grouped with _, not with commas: 1_000",
        "remove 1_000 from billing",
    ),
    ("remove 1000000001 from billing", 8, "1000000001 is too large: at most 1,000,000,000 servers", None),
    (
        "remove 99999999999999999999999 from billing",
        8,
        "99999999999999999999999 is too large: at most 1,000,000,000 servers",
        None,
    ),
    (
        "remove \u0663 from billing",
        8,
        "U+0663 (ARABIC-INDIC DIGIT THREE) cannot be part of a command outside quotes: "
        "write numbers with the digits 0 to 9",
        "remove 3 from billing",
    ),
    (
        "remove \uff14 from billing",
        8,
        "U+FF14 (FULLWIDTH DIGIT FOUR) cannot be part of a command outside quotes: "
        "write numbers with the digits 0 to 9",
        "remove 4 from billing",
    ),
    (
        "remove 40 from bil\u200fling",
        19,
        "U+200F (RIGHT-TO-LEFT MARK) cannot be part of a command outside quotes",
        "remove 40 from billing",
    ),
    (
        "remove 40\u00a0from billing",
        10,
        "U+00A0 (NO-BREAK SPACE) cannot be part of a command outside quotes",
        "remove 40 from billing",
    ),
    (
        "remove 40 from billing because \u201cmoved\u201d",
        32,
        "U+201C (LEFT DOUBLE QUOTATION MARK) cannot be part of a command outside quotes",
        'remove 40 from billing because "moved"',
    ),
    (
        "remove\t40 from billing",
        7,
        "U+0009 (a control character) cannot be part of a command outside quotes",
        "remove 40 from billing",
    ),
    (f"{FORTY}\x00", 23, "U+0000 (a control character) cannot be part of a command outside quotes", FORTY),
    ("stop\nremove 40 from billing", 5, "one command at a time: this text has 2 lines, paste the one you mean", None),
    ("stop\r\nstop\r\nstop\r\n", 5, "one command at a time: this text has 3 lines, paste the one you mean", None),
    ("stop\n", 5, "a command is one line: take the line end away", "stop"),
    (
        'remove 4 from index because "a\nb"',
        31,
        "one command at a time: this text has 2 lines, paste the one you mean",
        None,
    ),
    ("remove 40 from biling", 16, "no subsystem is called biling", "remove 40 from billing"),
    ("remove 40 from Billing", 16, "no subsystem is called Billing", "remove 40 from billing"),
    (
        "remove 40 from lambda",
        16,
        "lambda is external: it has no servers here, so there is nothing to remove",
        None,
    ),
    ("headroom lambda", 10, "lambda is external: it has no servers here, so no headroom", None),
    ("remove 40 from billing, billing ", 25, "billing is named twice", None),
    (
        "remove 40 from billing metering",
        24,
        "subsystems are separated by commas",
        "remove 40 from billing, metering",
    ),
    ("remove 40 billing", 11, "expected servers or from here, not billing", "remove 40 from billing"),
    ("remove 40 form billing", 11, "expected servers or from here, not form", "remove 40 from billing"),
    ("restore 40 from billing", 12, "expected servers or to here, not from", None),
    ("remove billing", 8, "expected servers, a count, a percentage or all here, not billing", None),
    ("remove from billing", 8, "expected servers, a count, a percentage or all here, not from", None),
    (
        "remove servers from billing",
        16,
        "say how many: remove N servers from SUBSYSTEM, or spell out all",
        None,
    ),
    (
        "remove 40servers from billing",
        8,
        "40servers is no number: put a space after 40",
        "remove 40 servers from billing",
    ),
    ("remove 4 from index in az9", 24, "there is no zone az9 here: there are az1, az2 and az4", None),
    (
        "remove 4 from index in z4",
        24,
        "there is no zone z4 here: there are az1, az2 and az4",
        "remove 4 from index in az4",
    ),
    ("remove 4 from index in az4/c9 at 5/min", 28, "there is no cell c9 in az4: there are c1 and c2", None),
    (
        "remove 4 from index in az4/c1/r21 at 5/min",
        31,
        "there is no rack r21 in az4/c1: there are r12",
        "remove 4 from index in az4/c1/r12 at 5/min",
    ),
    (
        "remove 4 from index in az4/c1/r12/x",
        34,
        "a place is a zone, zone/cell or zone/cell/rack, nothing deeper",
        "remove 4 from index in az4/c1/r12",
    ),
    ("remove 4 from index in az4 az4", 28, "az4 is named twice", None),
    ("remove 4 from index in az4 az4/c1 ", 28, "az4/c1 is inside az4, which is already named", None),
    ("remove 4 from index in az4/c1 az4 ", 31, "az4 holds az4/c1, which is already named", None),
    (
        "remove 4 from index in az1, az2",
        27,
        "places are separated by spaces, without commas",
        "remove 4 from index in az1 az2",
    ),
    (
        "remove 4 from index where rack = r21",
        34,
        "there is no rack r21 here: there are r12 and r7",
        "remove 4 from index where rack = r12",
    ),
    ("remove 4 from index where rack == r7", 32, "one = is enough", "remove 4 from index where rack = r7"),
    ("remove 4 from index where rack in (r7, r7)", 40, "r7 is listed twice", None),
    (
        "remove 4 from index where name = index-[0 and",
        40,
        "the [ of this pattern is not closed",
        "remove 4 from index where name = index-[0] and",
    ),
    (
        "remove 4 from index where rac = r7",
        27,
        "expected rack, cell, zone, name, not or an opening parenthesis here, not rac",
        "remove 4 from index where rack = r7",
    ),
    (
        "remove 4 from index at 21/min",
        24,
        "21/min is faster than the policy allows, 20/min",
        "remove 4 from index at 20/min",
    ),
    ("remove 4 from index at 0/min", 24, "a pace of 0 servers a minute would never end", None),
    ("remove 4 from index at 5 ", 24, "a pace says per minute: 5/min", "remove 4 from index at 5/min "),
    ("remove 4 from index at 5 / min", 24, "a pace is written in one word: 5/min", "remove 4 from index at 5/min"),
    (
        "remove 4 from index at 5/sec",
        24,
        "a pace is in servers per minute, such as 5/min, not 5/sec",
        None,
    ),
    (
        "remove 4 from index because moved out",
        29,
        "a reason stands in double quotes",
        'remove 4 from index because "moved out"',
    ),
    ('remove 4 from index because ""', 29, "the reason is empty: say why, or leave because out", None),
    ('remove 4 from index because "a\\n"', 31, 'only \\" and \\\\ are known after a \\, not \\n', None),
    ('remove 4 from index because "a\x07"', 31, "U+0007 (a control character) cannot be part of a reason", None),
    (
        f'remove 4 from index because "{"a" * 201}"',
        29,
        "a reason has at most 200 characters, this one has 201",
        None,
    ),
    (
        "remove 4 from index at 5/min in az4",
        30,
        "in stands before at: the order is in, where, at and because",
        "remove 4 from index in az4 at 5/min",
    ),
    (
        "remove 4 from index where rack = r7 in az4",
        37,
        "in stands before where: the order is in, where, at and because",
        "remove 4 from index in az4 where rack = r7",
    ),
    ("remove 4 from index in az4 in az1", 28, "in is said twice", None),
    ("remove 4 from index at 5/min at 6/min", 30, "at is said twice", None),
    ("remove servers billing-0001 in az4", 29, "expected a comma, at or because here, not in", None),
    ("remove servers billing-0040..0001", 16, "billing-0040..0001 runs backwards", "remove servers billing-0001..0040"),
    (
        "remove servers billing-0001..40 ",
        16,
        "a run ends with as many digits as it begins with: billing-0001 ends in 4, not 40",
        "remove servers billing-0001..0040 ",
    ),
    (
        "remove servers b-000001..999999",
        16,
        "b-000001..999999 is 999,999 names: one command names at most 100,000",
        None,
    ),
    ("remove servers billing-0001..0040, billing-0040", 36, "billing-0040 is named twice", None),
    ("remove servers a-1..5, a-4..9", 24, "a-4 is named twice", None),
    (
        "remove servers billing-*",
        16,
        "billing-* is a pattern: servers are named one by one, or chosen with where name = PATTERN",
        None,
    ),
    (
        "remove servers billing+0001",
        16,
        "billing+0001 is no server name: names have letters, digits, -, _ and .",
        None,
    ),
    ("stop now", 6, "stop takes nothing more", "stop"),
    ("explain index now", 15, "explain takes nothing more", "explain index"),
    ("undo 0", 6, "journal entries are numbered from 1", None),
    ("undo 1000000000001", 6, "1000000000001 is too large: at most 1,000,000,000,000", None),
    ("undo last", 6, "last is no number", None),
    ("headroom billing in az1 az4", 25, "headroom looks at one place at a time", "headroom billing in az1"),
    ("show lambdda", 6, "no subsystem or external is called lambdda", "show lambda"),
    ("remove 40 servers of billing", 19, "expected from here, not of", "remove 40 servers from billing"),
    ("remove 40 of billing", 11, "expected servers or from here, not of", "remove 40 from billing"),
    ("remvoe 40 from billing", 1, "remvoe is no command", "remove 40 from billing"),
    ("confirm", 1, "a plan is confirmed with its own key: confirm cannot be typed", None),
    ('"remove"', 1, '"remove" is no command', "remove"),
    ("remove 40% of billing", 12, "expected servers or from here, not of", "remove 40% from billing"),
    ("remove billing-0001", 8, "servers by name stand behind the word servers", "remove servers billing-0001"),
    (
        "remove billing-0001..0003",
        8,
        "servers by name stand behind the word servers",
        "remove servers billing-0001..0003",
    ),
    ("remove node-[01-03]", 8, "servers by name stand behind the word servers", "remove servers node-01..03"),
    (
        "remove billing-0001-0003",
        8,
        "servers by name stand behind the word servers",
        "remove servers billing-0001..0003",
    ),
    ("remove bill ", 8, "expected servers, a count, a percentage or all here, not bill", None),
    (
        "remove al from billing",
        8,
        "expected servers, a count, a percentage or all here, not al",
        "remove all from billing",
    ),
]


@pytest.mark.parametrize(("text", "column", "message", "suggestion"), BAD)
def test_that_bad_input_is_an_error_that_says_where_and_what(
    text: str, column: int, message: str, suggestion: str | None
) -> None:
    found = error(text)
    assert (found.message, found.column, found.suggestion) == (message, column, suggestion)


@pytest.mark.parametrize("row", [row for row in BAD if row[3] is not None], ids=lambda row: row[0])
def test_that_what_is_suggested_is_a_command_or_right_as_far_as_it_goes(row: tuple[str, int, str, str]) -> None:
    assert read(row[3]).error is None


def test_that_a_text_of_a_hundred_thousand_characters_is_refused_unread() -> None:
    text = "remove 40 servers from billing " * 3_300
    found = error(text[:100_000])
    assert found.message == "a command has at most 2,000 characters, this text has 100,000"
    assert (found.start, found.end) == (2_000, 100_000)


def test_that_conditions_may_nest_but_not_without_end() -> None:
    deep = "remove 4 from index where " + "(" * 20 + "rack = r7" + ")" * 20
    assert read(deep).command is not None
    assert error(deep.replace("(", "((").replace(")", "))")).message == "conditions nest at most 20 deep"


def test_that_reading_goes_on_behind_a_wrong_name() -> None:
    tokens = read("remove 40 from biling in az4 at 5/min").tokens
    assert [token.meaning for token in tokens] == [
        "verb",
        "quantity",
        "keyword",
        "unknown",
        "keyword",
        "place",
        "keyword",
        "pace",
    ]


def test_that_every_stretch_of_a_command_has_its_meaning() -> None:
    text = 'remove 40 servers from billing, index in az4 where rack = r12 and (name != b*) at 5/min because "x"'
    meanings = [f"{text[token.start : token.end]}:{token.meaning}" for token in read(text).tokens]
    assert meanings == [
        "remove:verb",
        "40:quantity",
        "servers:keyword",
        "from:keyword",
        "billing:subsystem",
        ",:noise",
        "index:subsystem",
        "in:keyword",
        "az4:place",
        "where:keyword",
        "rack:field",
        "=:keyword",
        "r12:value",
        "and:keyword",
        "(:noise",
        "name:field",
        "!=:keyword",
        "b*:value",
        "):noise",
        "at:keyword",
        "5/min:pace",
        "because:keyword",
        '"x":text',
    ]


def test_that_a_rack_name_of_several_places_is_a_note_and_not_an_error() -> None:
    reading = read("remove 4 from index where rack = r12")
    assert reading.command is not None
    assert reading.notes == ("rack r12 is in 3 places, and each counts: az1/c1/r12, az2/c1/r12 and az4/c1/r12",)


@pytest.mark.parametrize(
    "text",
    [
        "remove 4 from index in az4 where rack = r12",
        "remove 4 from index where rack = az1/c1/r12",
        "remove 4 from index where rack = r7",
    ],
)
def test_that_a_rack_of_one_place_needs_no_note(text: str) -> None:
    assert read(text).notes == ()


def test_that_a_rack_outside_the_places_of_the_command_is_noted() -> None:
    assert read("remove 4 from index in az1 az2 where rack = r7").notes == ("rack r7 is not in az1 or az2",)


def test_that_without_a_policy_any_pace_can_be_said() -> None:
    assert parse("remove 4 from index at 99/min", Vocabulary(subsystems=("index",))).command is not None


def test_that_without_a_region_only_commands_without_names_are_left() -> None:
    nothing = Vocabulary()
    assert parse("stop", nothing).command == Control("stop")
    assert parse("remove 4 from index", nothing).error is not None
    assert parse("headroom in az1", nothing).error is not None


def test_that_a_run_spells_its_names_with_the_digits_it_was_given() -> None:
    assert list(expand(NameRange("a-", "0009", "0011"))) == ["a-0009", "a-0010", "a-0011"]
    assert list(expand(NameRange("", "b-7"))) == ["b-7"]


def test_that_the_manual_shows_commands_and_knows_every_verb() -> None:
    manual = files("resources").joinpath("manual/commands.md").read_text(encoding="utf-8")
    shown = manual.split("```command\n")[1].split("```")[0].splitlines()
    for text in shown:
        assert read(text).command is not None, read(text).error
    assert {text.split(" ")[0] for text in shown} == set(VERBS)
    assert all(f"`{clause} " in manual for clause in CLAUSES)


def test_that_a_name_looks_the_same_in_a_command_as_in_a_description() -> None:
    assert names.NAME.pattern == region.NAME.pattern


def test_that_reading_a_command_waits_for_no_library() -> None:
    script = (
        "import sys\n"
        "from topology.command.complete import complete\n"
        "from topology.command.parse import parse\n"
        "from topology.command.grammar.vocabulary import Vocabulary\n"
        "known = Vocabulary(subsystems=('index',), zones=('az1',))\n"
        "reading = parse('remove 4 from index in az1 wh', known)\n"
        "assert reading.incomplete and complete(reading, 29, known)\n"
        "assert not {'numpy', 'rapidfuzz', 'networkx'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def one_letter_wrong(name: str) -> Iterator[str]:
    for place in range(len(name)):
        yield name[:place] + name[place + 1 :]
        yield name[:place] + "x" + name[place:]
        yield name[:place] + "x" + name[place + 1 :]
        yield name[:place] + name[place : place + 2][::-1] + name[place + 2 :]
    yield name + "x"


FRAMES = {
    "explain {} ": ("billing", "front-end", "index-2", "metering", "lambda", "status-board"),
    "remove 4 from {} at 5/min": ("billing", "front-end", "index-2", "metering"),
    "remove 4 from billing, {} at 5/min": ("front-end", "metering"),
    "remove 4 from index in {} ": ("az4/c2/r7", "az4/c1/r12"),
    "remove 4 from index where rack = {} ": ("r12",),
    "{} 4": ("remove", "restore"),
    "help {} ": tuple(VERBS),
    "remove 4 from index {} rack = r7": ("where",),
    "remove 4 from index {} 5/min": ("at",),
    "remove 4 from index where {} = az4": ("zone",),
}


@pytest.mark.parametrize(("frame", "name"), [(frame, name) for frame, right in FRAMES.items() for name in right])
def test_that_a_name_with_one_letter_wrong_is_an_error_that_points_to_the_right_one(frame: str, name: str) -> None:
    right = frame.format(name)
    for wrong in one_letter_wrong(name):
        text = frame.format(wrong)
        reading = read(text)
        if reading.error is None or not wrong or wrong == name:
            continue  # it happens to be another name
        if any(other.startswith(wrong) for other in FRAMES[frame] if other != name):
            continue  # it begins another name, which may be meant as well
        near = reading.error.suggestion or reading.error.message
        assert near == right or any(part in near for part in (name, *name.split("/"))), text


@pytest.mark.parametrize("wrong", ["az3", "z1", "azz4", "za2", "a4"])
def test_that_a_wrong_zone_is_answered_with_the_zones_there_are(wrong: str) -> None:
    assert "az1, az2 and az4" in error(f"remove 4 from index in az1 {wrong} ").message
    assert "az1, az2 and az4" in error(f"remove 4 from index in {wrong} ").message


@pytest.mark.parametrize("word", MEANT)
def test_that_what_other_tools_call_a_verb_is_understood(word: str) -> None:
    assert error(f"{word} 4 servers from billing").suggestion == f"{MEANT[word]} 4 servers from billing"


def test_that_several_words_wrong_at_once_are_put_right_as_a_whole() -> None:
    found = parse_whole("remvoe 4 servers from biling in az1", VOCABULARY).error
    assert found is not None
    assert found.suggestion == "remove 4 servers from billing in az1"
    assert error("remvoe 4 servers from biling in az1").suggestion == "remove 4 servers from biling in az1"


RIGHT = (
    "remove 4 servers from billing in az1",
    'remove servers billing-0001..0004 at 3/min because "a, b"',
    "restore 2 servers from index",
    "headroom index in az4/c2",
    "remove 10% of index in az1/c1 with billing",
    "explain front-end",
)


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(RIGHT), st.lists(st.tuples(st.integers(0, 60), st.sampled_from('xq 1.,-/"(%_A'), st.booleans())))
def test_that_a_suggestion_for_a_script_is_a_whole_command_or_none(
    text: str, keys: list[tuple[int, str, bool]]
) -> None:
    for at, key, instead in keys[:4]:
        text = text[:at] + key + text[at + instead :]
    found = parse_whole(text, VOCABULARY)
    if found.error is not None and found.error.suggestion is not None:
        assert read(found.error.suggestion).command is not None, (text, found.error.suggestion)


def test_that_all_is_a_quantity_also_where_every_word_may_name_a_server() -> None:
    names = tuple(sorted((*VOCABULARY.server_names, "all")))
    found = parse("remove all from billing", replace(VOCABULARY, server_names=names))
    assert found.error is None
    assert isinstance(found.command, Remove)


@pytest.mark.parametrize("quantity", ["0", "040", "101%", "1__0"])
def test_that_a_quantity_that_is_wrong_is_told_before_the_stages_that_it_does_not_go_with(quantity: str) -> None:
    for text in (f"remove {quantity} from index by rack", f"remove {quantity} servers from index in az1 by cell"):
        error = parse(text, VOCABULARY).error
        assert error is not None
        assert text[error.start : error.end] == quantity
