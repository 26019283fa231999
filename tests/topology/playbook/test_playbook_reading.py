"""What a playbook may say, and that everything wrong with one is named with its place, all of it at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from tests.topology.strategies import state_of
from topology.command.grammar.syntax import Count
from topology.command.grammar.vocabulary import Vocabulary, vocabulary_of
from topology.playbook.binding import misfits
from topology.playbook.model import Playbook, Reference
from topology.playbook.reading import MOST_STEPS, PlaybookError, is_playbook, read_playbook
from topology.region.description import read_region
from topology.region.region import Amount

HEAD = 'format = 1\n[playbook]\nname = "p"\ntitle = "T"\npurpose = "P"\n'
COUNT = '[[parameter]]\nname = "count"\ntype = "count"\nleast = 1\nmost = 9\n'
STEP = '[[step]]\ncommand = "remove {count} servers from billing"\n'


def problems_of(text: str) -> str:
    with pytest.raises(PlaybookError) as error:
        read_playbook(text, "p.toml")
    assert all(problem.startswith("p.toml: ") for problem in error.value.problems)
    return "\n".join(error.value.problems)


def read(text: str) -> Playbook:
    return read_playbook(text, "p.toml")


def step(command: str, parameters: str = COUNT) -> str:
    return f"{HEAD}{parameters}[[step]]\ncommand = '{command}'\n"


def embedded() -> Vocabulary:
    return vocabulary_of(state_of(read_region(resources.text("regions/s3-us-east-1/region.toml"), "embedded")))


def bundled() -> list[str]:
    return sorted(path.stem for path in resources.path("playbooks").iterdir())


@pytest.mark.parametrize("name", bundled())
def test_that_every_bundled_playbook_reads_and_fits_the_embedded_region(name: str) -> None:
    playbook = read_playbook(resources.text(f"playbooks/{name}.toml"), name)
    assert playbook.name == name
    assert playbook.illustrative
    assert not misfits(playbook, embedded())


def test_that_only_the_playbook_of_2017_has_remarks() -> None:
    assert len(bundled()) == 6
    remarked = [name for name in bundled() if read_playbook(resources.text(f"playbooks/{name}.toml"), name).remarks]
    assert remarked == ["debug-slow-billing"]


def test_that_all_parts_of_a_playbook_are_read() -> None:
    playbook = read(
        HEAD
        + COUNT
        + "default = 4\nusual = [2, 5]\n"
        + '[[parameter]]\nname = "limit"\ntype = "count"\ndefault = "{count}"\nmost = 20\n'
        + '[[step]]\ncommand = "remove {count} servers from billing at {limit}/min"\nexplanation = """Two\nlines."""\n'
        + '[step.expects]\nservers_at_most = "{count}"\nonly_subsystems = ["billing"]\n'
        + 'headroom_at_least = { billing = "5%" }\ntakes_at_most = "90 s"\n'
        + "[before]\nheadroom_at_least = 3\n[after]\nservers_at_most = 9\n"
        + '[undo]\ncommand = "undo"\n'
    )
    one = playbook.steps[0]
    assert one.explanation == "Two lines."
    assert one.expects is not None
    assert one.expects.servers == Reference("count")
    assert one.expects.headroom_of == (("billing", Amount(5, percent=True)),)
    assert one.expects.minutes == 1.5
    assert playbook.parameter("count").usual == (Count(2), Count(5))
    assert playbook.parameter("limit").default == Reference("count")
    assert playbook.before is not None
    assert playbook.before.headroom == Amount(3)
    assert playbook.undo is not None
    assert playbook.remarks == ()


def test_that_every_problem_is_named_in_one_pass() -> None:
    text = problems_of(
        'format = 2\nextra = 1\n[playbook]\nname = "No Name"\n'
        '[[parameter]]\nname = "a"\ntype = "number"\n'
        '[[parameter]]\nname = "Count"\ntype = "count"\n'
        '[[parameter]]\nname = "b"\ntype = "zone"\nleast = 4\n'
        '[[step]]\ncommand = "remvoe 4 servers from billing"\n'
        "[[step]]\nexplanation = 4\n"
    )
    for wanted in (
        "format is 2",
        "extra is not known here",
        "playbook.name is 'No Name'",
        "playbook.title is missing",
        "playbook.purpose is missing",
        "parameter \"a\".type is 'number'; a type is one of count, percent",
        "parameter \"Count\".name is 'Count'",
        'parameter "b".least is stated for a zone; only a count or percent has it',
        "step 1.command (column 1): remvoe is no command; a step begins with remove,",
        "step 2.explanation is 4",
        "step 2.command is missing",
    ):
        assert wanted in text


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("least = 9\nmost = 2", "least is 9, above most = 2: the bounds are the wrong way round"),
        ("most = 9\ndefault = 10", "default is 10, above most = 9"),
        ("least = 3\ndefault = 2", "default is 2, below least = 3"),
        ("most = 9\nusual = [4, 12]", "usual is 12, above most = 9"),
        ("most = -4", "most is -4; write a whole number from 1"),
        ("most = true", "most is True; write a whole number from 1"),
        ('default = "4; remove all"', "default is '4; remove all'; write a whole number"),
        ("usual = 4", "usual is 4; write a list of at least one count"),
        ("usual = [4, 4]", "usual holds 4 twice"),
        ('most = "{other}"', "most is {other}, and there is no parameter 'other'"),
    ],
)
def test_that_wrong_bounds_and_defaults_are_named(keys: str, wanted: str) -> None:
    text = f'{HEAD}[[parameter]]\nname = "count"\ntype = "count"\n{keys}\n{STEP}'
    assert f'parameter "count".{wanted}' in problems_of(text)


def test_that_parameters_that_refer_to_one_another_in_a_circle_are_refused_with_the_circle() -> None:
    circle = "".join(
        f'[[parameter]]\nname = "{name}"\ntype = "count"\n{key} = "{{{other}}}"\n'
        for name, key, other in (("count", "default", "b"), ("b", "most", "c"), ("c", "least", "count"))
    )
    text = problems_of(HEAD + circle + STEP)
    assert "refer to one another in a circle" in text
    assert all(f"{one} needs {other}" in text for one, other in (("count", "b"), ("b", "c"), ("c", "count")))
    own = '[[parameter]]\nname = "count"\ntype = "count"\ndefault = "{count}"\n'
    assert "in a circle: count needs count" in problems_of(HEAD + own + STEP)


def test_that_a_reference_to_another_type_is_refused() -> None:
    share = '[[parameter]]\nname = "share"\ntype = "percent"\nmost = "{count}"\n'
    assert 'parameter "share".most is {count}, which is a count and not a percent' in problems_of(
        HEAD + COUNT + share + STEP
    )


def test_that_ten_thousand_steps_are_refused_at_once() -> None:
    text = problems_of(HEAD + COUNT + STEP * 10_000)
    assert f"step is there 10,000 times; a playbook has at most {MOST_STEPS} steps: split it" in text
    assert text.count("\n") == 0


def test_that_a_step_that_expects_nothing_is_allowed_and_remarked_on() -> None:
    assert read(HEAD + COUNT + STEP + "[undo]\ncommand = 'undo'\n").remarks == (
        "p.toml: step 1 expects nothing, so only the region's own guards hold it back",
    )
    assert "step 1 expects nothing" in read(HEAD + COUNT + STEP + "[step.expects]\n").remarks[0]


def test_that_what_is_unbounded_unused_or_not_undone_is_remarked_on() -> None:
    spare = '[[parameter]]\nname = "spare"\ntype = "percent"\n'
    remarks = "\n".join(read(HEAD + COUNT + spare + STEP + "expects = { servers_at_most = 9 }\n").remarks)
    assert 'parameter "spare" is not used by any step' in remarks
    assert 'parameter "spare" states no most, so up to 100% is accepted' in remarks
    assert "states no undo step" in remarks


ALL_TYPES = "".join(
    f'[[parameter]]\nname = "{kind}"\ntype = "{kind}"\n'
    for kind in ("count", "percent", "subsystem", "zone", "cell", "rack", "server", "text")
)


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("run p count=4", "runs a playbook; a step is one command, so write its steps here"),
        ("remove {cuont} servers from billing", "(column 8): {cuont} is no parameter: there are count, percent"),
        ("remove {zone} servers from billing", "(column 8): {zone} is a zone and cannot stand here"),
        (
            "remove {count}% from billing",
            "(column 8): {count}% cannot be: a parameter of type percent brings its own %",
        ),
        ("remove {percent}% from billing", "(column 8): {percent}% cannot be"),
        ("remove {count}0 servers from billing", "(column 8): {count} is only part of a word"),
        ("remove 4 servers from bill{subsystem}", "{subsystem} is only part of a word"),
        (
            "remove 4 servers from {zone}",
            "(column 23): {zone} is a zone and cannot stand here; here stands a subsystem",
        ),
        ("remove 4 servers from billing in {subsystem}", "{subsystem} is a subsystem and cannot stand here"),
        ("remove 4 servers from billing in {zone}/c1", "{zone} is only part of a word"),
        ("remove 4 servers from billing {text}", "(column 31): {text} is a text and cannot stand here"),
        ("remove 4 servers from billing where name = {count}", "{count} is a count and cannot stand here"),
        ("remove 4 servers from billing where rack = {zone}", "{zone} is a zone and cannot stand here"),
        ("remove servers {server}..0040", "{server} is only part of a word"),
        ("remove 4 servers from billing because {server}", "{server} is a server and cannot stand here"),
        ('remove 4 servers from billing because "{ticket"', "{ stands alone: a parameter is written {name}"),
        (
            "remove 4 servers from billing at {{count}}/min",
            "{{ is a brace in a reason, and cannot stand outside of quotes",
        ),
        ("remove {count} servers", "is unfinished: here could follow from"),
        ("remove {count} servers from billing in {zone} {count}", "{count} is a count and cannot stand here"),
        ("confirm", "confirm cannot be typed"),
        ("remove 4 servers from billing\u2028remove all from billing", "cannot be seen"),
    ],
)
def test_that_a_wrong_command_is_named_with_its_column(command: str, wanted: str) -> None:
    text = problems_of(step(command, ALL_TYPES))
    assert text.startswith("p.toml: step 1.command ")
    assert wanted in text


@pytest.mark.parametrize(
    ("expects", "wanted"),
    [
        ('servers_at_most = "{zone}"', "servers_at_most is {zone}, which is no parameter of type count"),
        ("servers_at_most = -1", "servers_at_most is -1"),
        ('only_subsystems = ["billing", "billing"]', "only_subsystems holds 'billing' twice"),
        ('only_subsystems = ["{count}"]', "only_subsystems holds {count}, which is no parameter of type subsystem"),
        ("only_subsystems = 4", "only_subsystems is 4"),
        ('headroom_at_least = "5 %"', "headroom_at_least is wrong"),
        ('headroom_at_least = { "in dex" = 4 }', "cannot be the name of a subsystem"),
        ('takes_at_most = "soon"', "takes_at_most is 'soon'; write a duration"),
        ("servers = 4", "servers is not known here"),
    ],
)
def test_that_wrong_expectations_are_named(expects: str, wanted: str) -> None:
    text = problems_of(f"{HEAD}{COUNT}{STEP}[step.expects]\n{expects}\n")
    assert "step 1.expects" in text
    assert wanted in text


def test_that_expectations_belong_where_there_is_a_plan() -> None:
    assert "step 1.expects is stated for headroom" in problems_of(
        f"{HEAD}[[step]]\ncommand = 'headroom billing'\nexpects = {{ servers_at_most = 1 }}\n"
    )
    assert "before.takes_at_most is stated for what has not begun" in problems_of(
        f"{HEAD}{COUNT}{STEP}[before]\ntakes_at_most = '1 min'\n"
    )


def test_that_what_a_region_does_not_have_is_named_with_its_place() -> None:
    playbook = read(
        HEAD
        + '[[parameter]]\nname = "zone"\ntype = "zone"\namong = ["az1", "az9"]\n'
        + '[[step]]\ncommand = "remove 4 servers from biling in {zone}"\n'
        + 'expects = { only_subsystems = ["lambda", "bill"] }\n'
    )
    found = "\n".join(misfits(playbook, embedded()))
    assert 'parameter "zone": there is no zone az9 here' in found
    assert "step 1 expects: there is no subsystem bill here" in found
    assert "step 1 expects: lambda is external" in found
    assert "step 1: remove 4 servers from biling in {zone}: no subsystem is called biling" in found


def test_that_a_playbook_is_told_from_a_region() -> None:
    assert is_playbook(HEAD)
    assert not is_playbook(resources.text("regions/s3-us-east-1/region.toml"))
    assert not is_playbook("not = [toml")


@given(st.text(max_size=60))
def test_that_any_command_text_is_a_template_or_a_problem(text: str) -> None:
    toml = "".join(
        f"\\u{ord(mark):04x}" if ord(mark) < 0xFFFF and not 0xD800 <= ord(mark) < 0xE000 else "x" for mark in text
    )
    try:
        playbook = read(f'{HEAD}{ALL_TYPES}[[step]]\ncommand = "{toml}"\n')
    except PlaybookError as error:
        assert all("step 1.command" in problem for problem in error.problems)
    else:
        assert len(playbook.steps) == 1


@given(st.text(max_size=200))
def test_that_any_text_is_a_playbook_or_problems(text: str) -> None:
    for whole in (text, HEAD + text):
        try:
            read(whole)
        except PlaybookError as error:
            assert error.problems


@pytest.mark.parametrize("text", ["", "   \n", "a = " + "[" * 5_000, "a = " + "9" * 10_000, "x" * 2_000_000])
def test_that_what_is_no_playbook_at_all_is_one_problem(text: str) -> None:
    with pytest.raises(PlaybookError) as error:
        read(text)
    assert len(error.value.problems) == 1
