"""Laws of the command language: what holds for every text and for every command."""

import re
import string
from dataclasses import replace
from datetime import datetime

from hypothesis import example, given
from hypothesis import strategies as st

from topology.command.arguments.alarms import LONGEST_MIN, OTHERS
from topology.command.arguments.announcements import LONGEST_OVERRIDE_MIN, MAINTENANCE_STATUSES, STATES, STATUSES
from topology.command.complete import complete
from topology.command.grammar.alarm_commands import AcknowledgeAlarm, ShelveAlarm, UnshelveAlarm
from topology.command.grammar.names import expand
from topology.command.grammar.page_commands import (
    AnnounceMaintenance,
    AnnounceTrouble,
    AnnounceUpdate,
    EndOverride,
    OverrideService,
    PublishPage,
)
from topology.command.grammar.parts import parts_of
from topology.command.grammar.quantities import LAST_ENTRY, MOST_SERVERS
from topology.command.grammar.syntax import (
    All,
    ApproveRequest,
    Both,
    BreakGlass,
    Command,
    Comparison,
    Condition,
    Control,
    Count,
    Decline,
    Either,
    Explain,
    Field,
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
    Run,
    Show,
    StopOf,
    TakeOver,
    Undo,
    Withdraw,
)
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.command.verbs import VERBS

CELLS = (Place("az1", "c1"), Place("az1", "c10"), Place("az10", "c1"))
# Names that begin other names, and names that are words of the language: the hardest to tell apart.
VOCABULARY = Vocabulary(
    subsystems=("billing", "from", "in.dex", "index", "index-2"),
    externals=("in", "lambda"),
    zones=("az1", "az10", "west"),
    cells=CELLS,
    racks={
        "r1": (Place("az1", "c1", "r1"), Place("az10", "c1", "r1")),
        "r12": (Place("az1", "c1", "r12"),),
        "rack": (Place("az10", "c1", "rack"),),
    },
    server_names=tuple(f"{name}-{number:03}" for name in ("billing", "index") for number in range(1, 61)),
    pace_per_minute=20,
    services=("end", "s3", "status"),
)
PLACES = [Place("az1"), Place("az10"), Place("west"), *CELLS, *VOCABULARY.racks["r1"], *VOCABULARY.racks["r12"]]
VALUES: dict[Field, list[str]] = {
    "rack": ["r1", "r12", "rack", "az1/c1/r1", "az10/c1/rack"],
    "cell": ["c1", "c10", "az10/c1"],
    "zone": ["az1", "az10", "west"],
    "name": ["billing-001", "b*", "index-0?[1-5]", "[!b]*"],
}
WORDS = [
    *re.findall(r"\S+", "remove restore headroom explain show stop undo help servers from to in where by at because"),
    *re.findall(r"\S+", "and or not all rack cell zone name 40 0 007 10% 101% 5/min 99/min billing index lambda"),
    *re.findall(r"\S+", 'az1 az1/c1 r1 b* billing-001..003 = != == , ( ) " \\ % / ..'),
    *[" ", "\n", "\u0663", "\u200f", "\x00", "\ud800"],
]


def conditions() -> st.SearchStrategy[Condition]:
    comparisons = st.sampled_from(list(VALUES)).flatmap(
        lambda field: st.one_of(
            st.builds(
                Comparison, st.just(field), st.sampled_from(["=", "!="]), st.tuples(st.sampled_from(VALUES[field]))
            ),
            st.lists(st.sampled_from(VALUES[field]), min_size=1, unique=True).map(
                lambda values: Comparison(field, "in", tuple(values))
            ),
        )
    )
    return st.recursive(comparisons, _joined, max_leaves=6)


def _joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def parts(kind: type[Both | Either]) -> st.SearchStrategy[tuple[Condition, ...]]:
        unlike = inner.filter(lambda condition: not isinstance(condition, kind))
        return st.lists(unlike, min_size=2, max_size=3).map(tuple)

    return st.one_of(inner.map(Not), parts(Both).map(Both), parts(Either).map(Either))


def _apart(places: list[Place]) -> bool:
    paths = [f"{place}/" for place in places]
    return not any(one != other and one.startswith(other) for one in paths for other in paths)


paces = st.none() | st.integers(1, 20).map(Pace)
reasons = st.none() | (
    st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(' "\\'), min_size=1, max_size=200).filter(
        lambda text: text.isprintable() and bool(text.strip())
    )
)
quantities = st.one_of(st.integers(1, MOST_SERVERS).map(Count), st.integers(1, 100).map(Percent), st.just(All()))
subsystems = st.lists(st.sampled_from(VOCABULARY.subsystems), min_size=1, unique=True).map(tuple)
places = st.lists(st.sampled_from(PLACES), unique=True, max_size=4).filter(_apart).map(tuple)
servers = st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True).flatmap(
    lambda tens: st.tuples(*(st.sampled_from([*_named(ten)]) for ten in tens))
)


def _named(ten: int) -> tuple[NameRange, ...]:
    name, first = ("billing-", 10 * ten) if ten < 6 else ("index-", 10 * (ten - 6))
    return (
        NameRange("", f"{name}{first + 1:03}"),
        NameRange(name, f"{first + 1:03}", f"{first + 9:03}"),
        NameRange(name, f"{first + 1:03}", f"{first + 1:03}"),
    )


PARAMETERS = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True).filter(lambda name: name != "undo")
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=0x2FF).filter(str.isprintable)
ABOUT = st.none() | st.sampled_from([*VOCABULARY.subsystems, *OTHERS])
TEXTS = st.text(PRINTABLE, min_size=1, max_size=200).filter(str.strip)
SERVICES = st.lists(st.sampled_from(VOCABULARY.services), min_size=1, max_size=3, unique=True).map(tuple)
TIMES = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01")).map(
    lambda time: f"{time:%Y-%m-%dT%H:%MZ}"
)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Remove, quantities, subsystems, places, st.none() | conditions(), paces, reasons),
    st.builds(Restore, quantities, subsystems, places, st.none() | conditions(), paces, reasons),
    st.builds(RemoveServers, servers, paces, reasons),
    st.builds(RestoreServers, servers, paces, reasons),
    st.builds(Undo, st.none() | st.integers(1, LAST_ENTRY)),
    st.builds(Headroom, st.none() | st.sampled_from(VOCABULARY.subsystems), st.none() | st.sampled_from(PLACES)),
    st.builds(Explain, st.sampled_from(VOCABULARY.nodes)),
    st.builds(Show, st.sampled_from(VOCABULARY.nodes)),
    st.sampled_from([Control("stop"), Control("pause"), Control("resume"), Control("acknowledge")]),
    st.builds(RequestApproval, reasons),
    st.builds(Withdraw, st.integers(1, LAST_ENTRY), reasons),
    st.builds(ApproveRequest, st.integers(1, LAST_ENTRY), reasons),
    st.builds(Decline, st.integers(1, LAST_ENTRY), reasons.filter(bool)),
    st.builds(BreakGlass, reasons.filter(bool)),
    st.builds(TakeOver, st.integers(1, LAST_ENTRY)),
    st.builds(TakeOver, st.none(), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)),
    st.builds(StopOf, st.integers(1, LAST_ENTRY)),
    st.builds(StopOf, st.none(), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)),
    st.builds(AcknowledgeAlarm, ABOUT),
    st.builds(UnshelveAlarm, ABOUT),
    st.builds(ShelveAlarm, ABOUT, st.integers(1, LONGEST_MIN), reasons.filter(lambda text: text is not None)),
    st.builds(AnnounceTrouble, TEXTS, SERVICES, st.sampled_from(list(STATUSES))),
    st.builds(
        AnnounceUpdate,
        st.integers(1, LAST_ENTRY),
        TEXTS,
        st.none() | st.sampled_from([*STATUSES, *MAINTENANCE_STATUSES]),
    ),
    st.builds(AnnounceMaintenance, TEXTS, SERVICES, TIMES, TIMES),
    st.builds(
        OverrideService,
        st.sampled_from(VOCABULARY.services),
        st.sampled_from(list(STATES)),
        st.integers(1, LONGEST_OVERRIDE_MIN),
        reasons.filter(lambda text: text is not None),
    ),
    st.builds(EndOverride, st.sampled_from(VOCABULARY.services)),
    st.builds(PublishPage),
    st.builds(Help, st.none() | st.sampled_from(list(VERBS))),
    st.builds(
        Run,
        st.sampled_from(["drain-rack", "p.1"]),
        st.dictionaries(PARAMETERS, st.text(PRINTABLE, max_size=8), max_size=3).map(lambda found: tuple(found.items())),
        st.booleans(),
    ),
)
texts = st.one_of(
    st.text(),
    st.text(string.printable),
    st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=20).map("".join),
    st.tuples(commands, st.integers(0, 80), st.sampled_from(WORDS)).map(
        lambda parts: str(parts[0])[: parts[1]] + parts[2] + str(parts[0])[parts[1] :]
    ),
)


@given(texts)
@example('remove 40 from billing because"x" at 5/min')
@example("remove 40 from billing where(rack = r1) in az1")
@example("headroom billing in az1 az9")
@example("where " * 300)
@example("remove 4 from billing where " + "(" * 900)
@example("remove 4 from billing where " + "not " * 400)
@example("remove servers " + "1" * 1_900 + "..2")
@example("remove " + "1" * 1_900 + " from billing")
@example('remove 4 from billing because "\\')
def test_that_any_text_is_a_command_or_an_error_with_its_place_or_unfinished(text: str) -> None:
    reading = parse(text, VOCABULARY)
    assert [reading.command is not None, reading.error is not None, reading.incomplete].count(True) == 1
    if reading.error is not None:
        assert 0 <= reading.error.start < reading.error.end <= len(text)
        assert reading.error.column == reading.error.start + 1
        assert reading.error.message
        assert reading.error.message.isprintable()
        assert reading.error.suggestion != text
    if reading.incomplete:
        assert reading.expected


@given(texts)
@example(" a" * 1_100)
def test_that_tokens_cover_every_visible_character_once_and_in_order(text: str) -> None:
    tokens = parse(text, VOCABULARY).tokens
    covered = [place for start, end, _ in tokens for place in range(start, end)]
    assert covered == sorted(set(covered))
    assert {place for place, mark in enumerate(text) if mark != " "} <= set(covered) <= set(range(len(text)))


@given(texts, st.integers(-1, 100))
def test_that_any_place_in_any_text_has_completions_or_none(text: str, cursor: int) -> None:
    offers = complete(parse(text, VOCABULARY), cursor, VOCABULARY, lambda command: 7)
    assert len(offers) <= 50
    for offer in offers:
        assert 0 <= offer.start <= offer.end <= len(text)
        assert offer.insert.strip()
        assert offer.reason
    assert len({offer.insert for offer in offers}) == len(offers)


@given(commands)
def test_that_a_printed_command_reads_as_the_same_command(command: Command) -> None:
    reading = parse(str(command), VOCABULARY)
    assert reading.command == command, reading.error


@given(commands, st.integers(1, 500))
def test_that_the_parts_of_a_printed_command_are_its_own(command: Command, count: int) -> None:
    parts = parts_of(str(command))
    if isinstance(command, Remove | RemoveServers | Restore | RestoreServers):
        bare = replace(command, pace=None, because=None)
        assert parts.short == str(bare).replace(" servers from ", " from ").replace(" server from ", " from ").replace(
            " servers to ", " to "
        ).replace(" server to ", " to ")
    if isinstance(command, Remove | Restore):
        assert parts.of_servers(count) == str(replace(command, quantity=Count(count)))
    else:
        assert parts.of_servers(count) == ""


@given(conditions())
def test_that_a_printed_condition_reads_as_the_same_condition(condition: Condition) -> None:
    command = Remove(All(), ("index",), where=condition)
    assert parse(str(command), VOCABULARY).command == command


@given(st.text(st.sampled_from(' "\\aö'), min_size=1).filter(lambda text: bool(text.strip())))
def test_that_a_printed_reason_reads_as_the_same_reason(reason: str) -> None:
    command = Remove(All(), ("index",), because=reason)
    assert parse(str(command), VOCABULARY).command == command


@given(texts)
def test_that_whatever_reads_as_a_command_is_printed_and_read_again_unchanged(text: str) -> None:
    command = parse(text, VOCABULARY).command
    if command is not None:
        assert parse(str(command), VOCABULARY).command == command


@given(commands)
@example(RemoveServers((NameRange("", "index-001"), NameRange("", "index-010"))))
def test_that_a_command_is_never_wrong_while_it_is_typed(command: Command) -> None:
    text = str(command)
    for length in range(len(text)):
        error = parse(text[:length], VOCABULARY).error
        assert error is None, (text[:length], error)


@given(commands, st.integers(0, 200))
def test_that_a_completion_taken_makes_no_text_worse(command: Command, length: int) -> None:
    text = str(command)[:length]
    for offer in complete(parse(text, VOCABULARY), len(text), VOCABULARY):
        completed = text[: offer.start] + offer.insert + text[offer.end :]
        assert parse(completed, VOCABULARY).error is None, completed


@given(texts)
def test_that_a_suggestion_is_never_worse_than_the_text(text: str) -> None:
    error = parse(text, VOCABULARY).error
    if error is not None and error.suggestion is not None:
        better = parse(error.suggestion, VOCABULARY).error
        assert better is None or better.start != error.start or better.message != error.message


@st.composite
def hostlists(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A hostlist, and the servers that it means."""
    prefix = draw(st.sampled_from(("billing-", "index-", "n", "rack.a_")))
    width = draw(st.integers(1, 4))
    parts, names, low = [], [], 0
    for _ in range(draw(st.integers(1, 3))):
        low += draw(st.integers(1, 9))
        high = low + draw(st.integers(0, 9))
        if len(str(high)) > width:
            break
        ends = [f"{low:0{width}}"] + ([f"{high:0{width}}"] if high > low else [])
        parts.append("-".join(ends))
        names += [f"{prefix}{number:0{width}}" for number in range(low, high + 1)]
        low = high
    if not parts:
        parts, names = ["1".zfill(width)], [prefix + "1".zfill(width)]
    return f"{prefix}[{draw(st.sampled_from((',', ', '))).join(parts)}]", names


@given(hostlists(), st.sampled_from(("remove", "restore")), st.sampled_from(("", " at 5/min")))
def test_that_a_hostlist_is_told_as_the_same_servers_in_runs(
    case: tuple[str, list[str]], verb: str, after: str
) -> None:
    text, names = case
    error = parse(f"{verb} servers {text}{after}", VOCABULARY).error
    assert error is not None
    assert error.suggestion is not None
    # A clause behind it: at the end of a text a name that others begin with may still grow.
    command = parse(error.suggestion if after else f"{error.suggestion} at 5/min", VOCABULARY).command
    assert isinstance(command, RemoveServers | RestoreServers), error.suggestion
    assert [name for run in command.servers for name in expand(run)] == names


@given(st.sampled_from(("billing", "index")), st.integers(1, 59), st.integers(1, 60), st.booleans(), st.booleans())
def test_that_two_servers_joined_by_a_dash_are_told_as_the_run_between_them(
    name: str, low: int, high: int, whole: bool, more: bool
) -> None:
    last = f"{name}-{high:03}" if whole else f"{high:03}"
    text = f"remove servers {name}-{low:03}-{last}" + (", other-1" if more else "")
    error = parse(text, VOCABULARY).error
    if high <= low:
        assert error is None or error.suggestion is None
        return
    assert error is not None
    assert error.suggestion == f"remove servers {name}-{low:03}..{high:03}" + (", other-1" if more else "")
