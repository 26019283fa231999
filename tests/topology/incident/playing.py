"""Plays a bundled incident to its end, for the tests of each: acts go in as text, and the figures come out."""

import io
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec

import resources
from console.operating.incidents.incidents import read_incident_named
from console.reports.debrief_page import debrief_page
from console.terminal.checks.check_command import check_command
from console.words.findings.table import sentence
from topology.incident.model import Incident
from topology.incident.session.acts import read_acts
from topology.incident.session.outcome import outcome_of
from topology.incident.session.session import run_acts
from topology.incident.timeline import Timeline
from topology.incident.times import utc_text

Act = tuple[str, str]


@cache
def bundled(name: str) -> Incident:
    """Read a bundled incident once."""
    return read_incident_named(name)


def play(name: str, era: str, acts: tuple[Act, ...], branch: str = "", seed: int = 1) -> dict[str, Any]:
    """Give the outcome of acts, each a local time and what is typed."""
    incident = bundled(name)
    lines = [f'format = 1\nincident = "{name}"\nera = "{era}"\nseed = {seed}']
    lines += [f'branch = "{branch}"'] if branch else []
    lines += [f"[[act]]\ntime = \"{time}\"\ndo = '{text}'" for time, text in acts]
    timeline = Timeline(incident)
    outcome = outcome_of(timeline, run_acts(timeline, read_acts("\n".join(lines), "acts.toml", incident), sentence))
    return cast("dict[str, Any]", outcome)


def figures(outcome: dict[str, Any]) -> dict[str, Any]:
    """Give the score of the trainee's own run."""
    return cast("dict[str, Any]", outcome["yours"]["score"])


def kinds(outcome: dict[str, Any]) -> list[str]:
    """Say what became of each act."""
    return [act["outcome"] for act in outcome["acts"]]


def says(outcome: dict[str, Any], number: int) -> str:
    """Give the sentences that answered one act."""
    return " ".join(outcome["acts"][number]["says"])


def facts(name: str) -> set[tuple[str, str, str]]:
    """Give moment, source and confidence of every event that is told as a fact."""
    return {(utc_text(one.time), one.source, one.confidence) for one in bundled(name).events if not one.illustrative}


def check_that_it_is_sound(name: str, acts: tuple[Act, ...], branch: str = "") -> None:
    """Check what holds for each: `check` passes, both tools play to the end, the same acts give the same bytes."""
    out, err = io.StringIO(), io.StringIO()
    assert check_command([Path(resources.path(f"incidents/{name}"))], out, err) == 0, err.getvalue()
    incident = bundled(name)
    assert len(incident.decisions) >= 2
    assert incident.region.illustrative
    told = (*incident.events, *incident.decisions, *incident.proposals, *incident.copies)
    assert not [one for one in told if one.confidence == "M" and not one.illustrative], "from memory is no fact"
    for era in ("as-it-was", "underkeel"):
        one, other = (play(name, era, acts, branch, seed=3) for _ in range(2))
        assert len(one["acts"]) == len(acts)
        assert one["until"] == utc_text(incident.ends)
        assert msgspec.json.encode(one) == msgspec.json.encode(other)
        assert debrief_page(one, incident) == debrief_page(other, incident)
