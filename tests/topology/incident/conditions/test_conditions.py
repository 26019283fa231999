"""What an incident says of the world around its servers: what is misspelt is found, with its line, and causes keep their time."""

import re

import pytest

import resources
from console.operating.incidents.incidents import bundled_incidents
from console.terminal.schemas.incident import INCIDENT
from tests.topology.incident.incident_files import HEAD, LOSS, REGION, RETURN, incident_of
from tests.topology.incident.playing import bundled
from topology.incident.reading import IncidentError, read_incident
from topology.region.decoding.toml_text import decoded_toml
from topology.region.description import read_region
from topology.region.problems.problem import Problem

SAYS = 'source = "report"\nconfidence = "P"\nillustrative = true\n'
DECIDED = f'objectives = ["Act"]\nwhat_happened = "Threads."\n{SAYS}'
STORY = HEAD + LOSS + RETURN
CAUSE = f'[[cause]]\nname = "why"\ntext = "A thread too many."\nknown_at = "10:30"\ngiven_away_by = ["thread"]\n{SAYS}'
WRONG = {
    f'[[reach]]\nname = "door"\ntitle = "A door"\nneeds = ["webb"]\n{SAYS}': "needs names 'webb'",
    f'[[reach]]\nname = "door"\ntitle = "A door"\nlonger = "5 min"\n{SAYS}': "longer_while is missing",
    f'[[cascade]]\nname = "c"\ntext = "It follows."\nsubsystem = "web"\nbelow = "40%"\n{SAYS}': "changes no servers",
    f'[[return_limit]]\nsubsystem = "web"\nmost = 3\nwithin = "1 min"\nto = "gone"\ntext = "O."\n{SAYS}': "write joining",
    f'[[return_limit]]\nsubsystem = "web"\nmoost = 3\nwithin = "1 min"\ntext = "Out."\n{SAYS}': "moost is not known here",
    f'[[shared_rate]]\nname = "s"\nsubsystems = ["web", "database"]\nservers_per_minute = 1\n{SAYS}': "states no restart",
    f'[[shared_rate]]\nname = "s"\nsubsystems = ["database"]\nservers_per_minute = 1\n{SAYS}': "needs two or more",
    f'[[channel]]\nname = "radio"\ntitle = "Radio"\nneeds = ["nobody"]\n{SAYS}': "needs names 'nobody'",
    f'[[pair]]\nplaces = ["z1", "z9"]\n{SAYS}': "names 'z9', which is no zone",
    CAUSE.replace('["thread"]', '["threat"]'): "holds no word of its own text",
    CAUSE.replace("10:30", "13:30"): "outside of the incident",
    '[[era]]\nname = "two"\ntitle = "Two"\nguards = ["floor"]\n'
    + SAYS
    + '[[era.bug]]\nguard = "florr"\npasses = ["x"]\nfound = "y"\n': "not among the guards",
    f'[[proposal]]\nname = "p"\ntitle = "P"\ntext = "It reads."\nreads = true\n{SAYS}'
    '[[proposal.change]]\nto = "failed"\npool = "web"\n': "is true, but a change of it is not hidden",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: " ".join(text.split()[:5]))
def test_that_what_is_wrong_is_named_with_its_line(text: str) -> None:
    with pytest.raises(IncidentError) as found:
        incident_of(STORY + text)
    problem = next((one for one in found.value.problems if WRONG[text] in one), None)
    assert problem is not None, found.value.problems
    assert isinstance(problem, Problem)
    assert problem.line > STORY.count("\n")


@pytest.mark.parametrize("place", ["summary", "event", "decision", "proposal", "era"])
def test_that_a_cause_that_is_told_before_it_was_known_is_an_error(place: str) -> None:
    spoiled = {
        "summary": STORY.replace('title = "A small one"', 'title = "A small one"\nsummary = "Too many threads."'),
        "event": STORY.replace("Servers are removed.", "Threads run out."),
        "decision": STORY + f'[[decision]]\nname = "d"\ntime = "10:05"\nsituation = "See the threads."\n{DECIDED}',
        "proposal": STORY + f'[[proposal]]\nname = "p"\ntitle = "P"\ntext = "It adds a thread."\n{SAYS}',
        "era": STORY.replace('title = "No guard"', 'title = "Threads are not counted"'),
    }[place]
    with pytest.raises(IncidentError, match="gives the cause why away before it was known") as found:
        incident_of(spoiled + CAUSE)
    assert all(isinstance(one, Problem) and one.line for one in found.value.problems)
    assert incident_of(STORY.replace("They come back.", "The threads are fewer.") + CAUSE).causes


def test_that_a_cause_is_told_when_it_was_known_and_one_of_afterwards_never_in_the_run() -> None:
    found = incident_of(STORY + CAUSE)
    assert [event.text for event in found.events] == ["Servers are removed.", "A thread too many.", "They come back."]
    late = incident_of(STORY + CAUSE.replace('"10:30"', '"afterwards"'))
    assert len(late.events) == 2
    with pytest.raises(IncidentError, match="gives the cause"):
        incident_of(
            STORY.replace("They come back.", "The threads are fewer.") + CAUSE.replace('"10:30"', '"afterwards"')
        )


@pytest.mark.parametrize("name", sorted(bundled_incidents()))
def test_that_every_incident_states_its_causes_and_none_is_told_before_its_time(name: str) -> None:
    incident = bundled(name)
    assert incident.causes
    for cause in incident.causes:
        early = [one.text for one in incident.events if cause.known_at is None or one.time < cause.known_at]
        early += [
            one.situation + " ".join(one.known_then)
            for one in incident.decisions
            if cause.known_at is None or one.time < cause.known_at
        ]
        assert not [text for text in early if cause.given_away_in(text)], cause.name
    # The same words in the summary are found: the check is not blind.
    text = resources.text(f"incidents/{name}/incident.toml")
    spoiled = re.sub(r'(?m)^summary = "', f'summary = "{incident.causes[0].given_away_by[0]} ', text, count=1)
    with pytest.raises(IncidentError, match="away before it was known"):
        read_incident(spoiled, name, incident.region)


def test_that_every_table_and_key_of_the_format_is_used_by_an_incident() -> None:
    used: set[str] = set()
    for name in bundled_incidents():
        used |= set(_keys(decoded_toml(resources.text(f"incidents/{name}/incident.toml")), ""))
    known = set(_known(INCIDENT, ""))
    assert known - used == UNUSED


UNUSED = {
    # What a change can say is the same everywhere, and each key of it is used by one kind of change or another.
    *(f"cascade.change.{key}" for key in ("after", "count", "illustrative", "in", "pool", "servers")),
    *(f"proposal.change.{key}" for key in ("illustrative", "in", "servers")),
    "event.change.in",
    # Of these no account gives an example; the small incidents of other tests do.
    *(f"published.{key}" for key in ("confidence", "illustrative", "minutes", "source")),
    "channel.needs",
    "event.always",
    "objective.acts_least",
    "record",
}
"""What no incident that comes with the program uses."""


def _keys(value: object, path: str) -> list[str]:
    if isinstance(value, dict):
        return [one for key, inner in value.items() for one in (f"{path}{key}", *_keys(inner, f"{path}{key}."))]
    if isinstance(value, list):
        return [one for inner in value for one in _keys(inner, path)]
    return []


def _known(schema: object, path: str) -> list[str]:
    if not isinstance(schema, dict):
        return []
    found = [one for part in ("then", "else", "items") for one in _known(schema.get(part), path)]
    for key, inner in schema.get("properties", {}).items():
        found += [f"{path}{key}", *_known(inner, f"{path}{key}.")]
    return found


def test_that_the_small_region_of_these_tests_is_good() -> None:
    assert read_region(REGION, "region.toml").name == "small"
