"""Values in a playbook's commands: typed, checked, and never read as part of the language."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.command.grammar.quantities import Wrong
from topology.command.grammar.syntax import (
    Command,
    Count,
    NameRange,
    Percent,
    Place,
    Planned,
    RemoveServers,
    RestoreServers,
)
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.playbook.binding import bind, misfits, refused
from topology.playbook.model import Parameter, Playbook, Reference, Step
from topology.playbook.templates import BadTemplate, Template, fill, read_template
from topology.playbook.values import TYPES, SubsystemValue, TextValue, Type, Value, read_value

NAMES = ("at", "because", "billing", "in", "index", "where")
RACKS = {name: (Place("az1", "c1", name), Place("in", "at", name)) for name in ("because", "r1", "r12")}
REGION = Vocabulary(
    subsystems=NAMES,
    externals=("lambda",),
    zones=("az1", "az4", "in"),
    cells=(Place("az1", "c1"), Place("az1", "c2"), Place("in", "at")),
    racks=RACKS,
    server_names=("at", "billing-0001", "billing-0002", "index-0001"),
    pace_per_minute=20,
)
KINDS: dict[str, Type] = {
    "n": "count",
    "share": "percent",
    "what": "subsystem",
    "other": "subsystem",
    "zone": "zone",
    "cell": "cell",
    "rack": "rack",
    "server": "server",
    "why": "text",
}
TEXTS = (
    "remove {n} servers from {what}",
    "remove {share} from {what}, index in {zone} because {why}",
    "remove all from {what}, {other} in {rack} at {n}/min",
    "remove {n} from billing in {cell} where not (rack = {rack} or zone in ({zone}, az4)) at {n}/min because {why}",
    'remove 4 from billing because "{why} in {zone}, {{all}} of {what}: {n} {share}"',
    "remove servers {server}, index-0001 because {why}",
    "remove 1 from billing where name = {server} and cell != {cell}",
    "restore {n} servers to {what} in {zone} az4",
    "restore servers {server}",
    "headroom {what} in {cell}",
    "explain {what}",
    "undo {n}",
)
EVIL = (
    "", " ", "4", "4 servers from index", "40%", "all", "billing, index", "billing in az1", 'x" at 1/min because "y', "x\\",
    '"', "\\", "az1 az4", "az1/c1", "az1/c1/r1", "because", "in", "at 1/min", "4; remove all", "billing-0001..0002",
    "*", "a\nremove all from index", "{why}", "{{", "zq0z", "zq1z", "zqq0z", "97%", "900000001", "−4", "\uff14", "a\u202eb",
)  # fmt: skip


def template(text: str) -> Template:
    found = read_template(text, KINDS)
    assert isinstance(found, Template), found
    return found


def playbook_of(text: str, **bounds: int) -> Playbook:
    made = template(text)
    parameters = tuple(Parameter(name, KINDS[name]) for name in made.parameters)
    parameters = tuple(replace(one, **bounds) if one.type == "count" else one for one in parameters)
    return Playbook("p", "", "", parameters, (Step(1, made),))


def shape(command: Command) -> object:
    """Say what a command is made of, without what is in it."""
    if isinstance(command, RemoveServers | RestoreServers):
        return type(command), len(command.servers), command.pace is None, command.because is None
    if not isinstance(command, Planned):
        return str(command).split(" ")[0], len(str(command).split(" "))
    where = None if command.where is None else " ".join(str(command.where).split(" ")).count(" ")
    counts = len(command.subsystems), len(command.places), where
    return type(command), type(command.quantity), counts, command.pace is None, command.because is None


PLAIN: dict[Type, Value] = {
    "count": Count(7),
    "percent": Percent(7),
    "zone": Place("az1"),
    "cell": Place("az1", "c2"),
    "rack": Place("az1", "c1", "r12"),
    "server": NameRange("", "billing-0001"),
    "text": TextValue("w"),
}


def plain_values(made: Template) -> dict[str, Value]:
    subsystems = {"what": SubsystemValue("billing"), "other": SubsystemValue("where")}
    return {name: subsystems[name] if name in subsystems else PLAIN[KINDS[name]] for name in made.parameters}


def intended(made: Template) -> object:
    """Give the shape that the one who wrote the template sees: with the plainest of values, pasted by hand."""
    text = made.text.replace("{{", "<").replace("}}", ">")
    for name, value in plain_values(made).items():
        quoted = f'"{value}"' if isinstance(value, TextValue) and f'"{{{name}}}' not in text else str(value)
        text = text.replace(f"{{{name}}}", quoted)
    command = parse(text, REGION).command
    assert command is not None, text
    return shape(command)


arguments = st.one_of(
    st.sampled_from(EVIL),
    st.text(max_size=30),
    st.sampled_from((*NAMES, "az1", "az4", "in", "az1/c1", "in/at", "az1/c1/r1", "billing-0002", "3", "15%")),
)


@given(st.sampled_from(TEXTS), st.data())
def test_that_no_argument_changes_what_a_step_is_made_of(text: str, data: st.DataObject) -> None:
    playbook = playbook_of(text)
    given_ = [(one.name, data.draw(arguments, label=one.name)) for one in playbook.parameters]
    bound = bind(playbook, given_, REGION)
    if bound.refusals:
        return
    made = playbook.steps[0].command
    filled = fill(made, bound.values, REGION)
    if filled.command is None:
        assert filled.error
        return
    assert shape(filled.command) == intended(made)
    # What the parser makes of the text is what counts in the end: it is what an operator sees and the journal keeps.
    again = parse(filled.text, REGION).command
    assert again is not None
    assert shape(again) == intended(made)


@pytest.mark.parametrize("text", TEXTS)
def test_that_every_part_of_the_language_can_be_filled_in(text: str) -> None:
    made = template(text)
    filled = fill(made, plain_values(made), REGION)
    assert filled.command is not None, filled.error
    assert shape(filled.command) == intended(made)


reasons = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=80) | st.sampled_from(
    [one for one in EVIL if one.strip() and one.isprintable()]
)


@given(st.sampled_from([text for text in TEXTS if "{why}" in text]), reasons)
def test_that_a_text_is_a_reason_and_nothing_else(text: str, reason: str) -> None:
    made = template(text)
    command = made.put({**plain_values(made), "why": TextValue(reason)})
    plain = made.put(plain_values(made))
    assert getattr(command, "because", None) is not None
    assert replace(command, because="") == replace(plain, because="")  # type: ignore[arg-type, call-arg]
    assert reason in (getattr(command, "because", None) or "")


@given(st.sampled_from(TEXTS), st.data())
def test_that_the_values_can_be_taken_from_the_command_they_made(text: str, data: st.DataObject) -> None:
    made = template(text)
    values = {name: data.draw(_values(KINDS[name]), label=name) for name in made.parameters}
    command = made.put(values)
    taken = made.taken_from(command)
    assert taken is not None
    assert all(values[name] == value for name, value in taken.items())
    outside = {name for name, _ in made.stand_ins}
    assert taken.keys() == outside


def _values(kind: Type) -> st.SearchStrategy[Value]:
    names: Mapping[Type, st.SearchStrategy[Value]] = {
        "count": st.integers(1, 10**9).map(Count),
        "percent": st.integers(1, 100).map(Percent),
        "subsystem": st.sampled_from(NAMES).map(SubsystemValue),
        "zone": st.sampled_from(REGION.zones).map(Place),
        "cell": st.sampled_from(REGION.cells),
        "rack": st.sampled_from([place for places in RACKS.values() for place in places]),
        "server": st.sampled_from(list(REGION.server_names)).map(lambda name: NameRange("", name)),
        "text": st.sampled_from(("a reason", 'with "quotes"', "zq0z")).map(TextValue),
    }
    return names[kind]


@pytest.mark.parametrize(
    ("slipped", "taken"),
    [
        ("remove 40 servers from billing in az4", {"n": Count(40), "zone": Place("az4")}),
        ("remove 4 servers from billing in az1", {"n": Count(4), "zone": Place("az1")}),
        ("remove 4% from billing in az4", None),
        ("remove 4 servers from billing", None),
        ("remove 4 servers from index in az4", None),
        ("remove 4 servers from billing in az4/c1", None),
        ("remove 4 servers from billing in az4 at 4/min", None),
        ("restore 4 servers to billing in az4", None),
    ],
)
def test_that_only_a_command_of_the_same_making_has_values_to_take(slipped: str, taken: object) -> None:
    made = template("remove {n} servers from billing in {zone}")
    region = replace(REGION, cells=(*REGION.cells, Place("az4", "c1")))
    command = parse(slipped, region).command
    assert command is not None
    assert made.taken_from(command) == taken


@pytest.mark.parametrize(
    ("argument", "wanted"),
    [
        (("n", "0"), "n: 0 servers is nothing to do"),
        (("n", "40"), "n is 40; p accepts 2 to 9"),
        (("n", "1"), "n is 1; p accepts 2 to 9"),
        (("n", "10%"), "n: 10% is no count: write a plain count such as 4"),
        (("n", "all"), "n: all is no count"),
        (("n", "4 servers from index"), "n: 4 servers from index is no number"),
        (("zone", "az9"), "zone: there is no zone az9 here"),
        (("zone", "az1/c1"), "zone: az1/c1 is not a zone: write one such as az4"),
        (("zone", "az1 az4"), "zone: az1 az4 is not a zone"),
        (("why", " "), "why: the text is empty"),
        (("why", "a\nb"), "why: U+000A"),
        (("why", "a" * 201), "why: a text has at most 200 characters, this one has 201"),
        (("zoen", "az1"), "p has no parameter zoen: did you mean zone?"),
    ],
)
def test_that_an_argument_that_is_not_accepted_is_refused_in_a_sentence(argument: tuple[str, str], wanted: str) -> None:
    playbook = playbook_of("remove {n} servers from billing in {zone} because {why}", least=2, most=9)
    good = {"n": "4", "zone": "az1", "why": "x"}
    bound = bind(playbook, [*((name, text) for name, text in good.items() if name != argument[0]), argument], REGION)
    assert [one.message[: len(wanted)] for one in bound.refusals] == [wanted]


def test_that_all_refusals_come_at_once_and_a_missing_argument_says_how_it_looks() -> None:
    playbook = playbook_of("remove {n} servers from billing in {zone} because {why}", least=2, most=9)
    bound = bind(playbook, [("n", "99"), ("n", "4"), ("zone", "az9")], REGION)
    assert sorted(one.parameter for one in bound.refusals) == ["n", "n", "why", "zone"]
    assert 'why is missing: write why="..."' in [one.message for one in bound.refusals]


def test_that_defaults_and_bounds_may_be_other_parameters() -> None:
    made = template("remove {n} servers from billing")
    limit = Parameter("limit", "count", most=20, default=Count(10))
    count = Parameter("n", "count", most=Reference("limit"), default=Reference("limit"))
    playbook = Playbook("p", "", "", (count, limit), (Step(1, made),))
    assert bind(playbook, (), REGION).values == {"n": Count(10), "limit": Count(10)}
    assert not bind(playbook, [("limit", "15"), ("n", "15")], REGION).refusals
    assert [one.message for one in bind(playbook, [("limit", "5"), ("n", "6")], REGION).refusals] == [
        "n is 6; p accepts 1 to 5"
    ]


def test_that_only_the_names_a_playbook_lists_are_accepted() -> None:
    zone = Parameter("zone", "zone", among=(Place("az1"), Place("az4")))
    playbook = Playbook("p", "", "", (zone,), (Step(1, template("headroom billing in {zone}")),))
    assert not bind(playbook, [("zone", "az4")], REGION).refusals
    assert bind(playbook, [("zone", "in")], REGION).refusals[0].message == "zone is in; p accepts az1 or az4"


def test_that_a_value_of_another_type_is_refused_where_values_are_given() -> None:
    playbook = playbook_of("headroom billing in {zone}")
    assert refused(playbook, {"zone": Place("az1", "c1")}, REGION)[0].message == "zone is a zone, not a cell"


def test_that_what_the_language_refuses_is_refused_with_its_sentence() -> None:
    made = template("remove 4 servers from {what}, {other} at {n}/min")
    values: dict[str, Value] = {"what": SubsystemValue("billing"), "other": SubsystemValue("billing"), "n": Count(5)}
    assert fill(made, values, REGION).error == "billing is named twice"
    values.update(other=SubsystemValue("index"), n=Count(50))
    assert fill(made, values, REGION).error == "50/min is faster than the policy allows, 20/min"


def test_that_a_number_in_the_text_cannot_be_mistaken_for_a_place_to_fill() -> None:
    found = read_template("remove {n} servers from billing at 900000001/min", KINDS)
    assert isinstance(found, BadTemplate)


def test_that_names_that_are_words_of_the_language_can_be_filled_in() -> None:
    made = template("remove {n} servers from {what} in {zone} because {why}")
    values: dict[str, Value] = {
        "n": Count(4),
        "what": SubsystemValue("because"),
        "zone": Place("in"),
        "why": TextValue('" at 1/min because "'),
    }
    filled = fill(made, values, REGION)
    assert filled.text == 'remove 4 servers from because in in because "\\" at 1/min because \\""'
    assert filled.command == made.put(values)


def test_that_every_type_has_a_value_that_fits_its_region() -> None:
    assert set(KINDS.values()) == set(TYPES)
    assert misfits(playbook_of(TEXTS[3]), REGION) == ()


@given(st.sampled_from(TEXTS), st.sampled_from(EVIL), st.data())
def test_that_a_value_that_nobody_checked_cannot_change_what_a_step_says(
    text: str, evil: str, data: st.DataObject
) -> None:
    made = template(text)
    values = plain_values(made)
    name = data.draw(st.sampled_from(made.parameters))
    unchecked: dict[Type, Value] = {
        "subsystem": SubsystemValue(evil),
        "zone": Place(evil),
        "cell": Place("az1", evil),
        "rack": Place("az1", "c1", evil),
        "server": NameRange("", evil),
        "text": TextValue(evil),
        "count": Count(0),
        "percent": Percent(400),
    }
    filled = fill(made, {**values, name: unchecked[KINDS[name]]}, REGION)
    if filled.command is None:
        assert filled.error
    else:
        assert shape(filled.command) == intended(made)
        assert parse(filled.text, REGION).command == filled.command


def test_that_a_clause_in_a_name_is_refused_even_where_nobody_checked_the_name() -> None:
    made = template("remove {n} servers from {what}")
    filled = fill(made, {"n": Count(4), "what": SubsystemValue("index in az1")}, REGION)
    assert filled.command is None
    assert filled.error == "remove 4 servers from index in az1 would mean something else than the step says"


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "text"])
@pytest.mark.parametrize(
    "text", ["billing in az1", "az1/c1/r1 at 1/min", "4 from", "4\n", "az1\n", "", " az1", 'x"', "ä"]
)
def test_that_only_the_whole_of_a_text_is_a_value(kind: Type, text: str) -> None:
    assert isinstance(read_value(kind, text), Wrong)


def test_that_words_that_look_like_marks_stay_what_they_are() -> None:
    made = template('remove 9 servers from billing because "zq0z zqq1z {why} {n}"')
    values: dict[str, Value] = {"n": Count(4), "why": TextValue("zq1z zqqq0z zqqq1z {n}")}
    command = made.put(values)
    assert getattr(command, "because", "") == "zq0z zqq1z zq1z zqqq0z zqqq1z {n} 4"
