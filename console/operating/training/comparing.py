"""Runs to put beside each other: those of files, the commands of a record, the same acts with another tool or policy. No window."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from topology.incident.model import Era, Incident
from topology.incident.reading import IncidentError
from topology.incident.session.acts import Acts, TypedAct, read_acts
from topology.region.region import Policy, Region, Subsystem

_OF_A_POLICY = (
    "floor", "zone_floor", "cell_floor", "zone_floors", "cell_floors", "ceiling", "pace_per_minute", "windows", "protected",
)  # fmt: skip
"""What of a subsystem is policy; everything else is how the region was."""


def acts_of_record(incident: Incident, era: Era) -> Acts:
    """Give the commands that the record itself says were given, as the acts of a run with a tool.

    Raises:
        IncidentError: it says of none.
    """
    acts = tuple(TypedAct(event.time, event.command) for event in incident.events if event.command)
    if not acts:
        raise IncidentError(
            (f"The record of {incident.name} says of no command: there is nothing to go through again.",)
        )
    return Acts(incident.starts, incident.ends, era, incident.seed, acts, "the record")


def acts_of_file(text: str, source: str, incident: Incident) -> Acts:
    """Read the acts of a run from a file of acts, or from a debrief that was saved as JSON.

    Raises:
        IncidentError: it is neither, or of another incident.
    """
    if not text.lstrip().startswith("{"):
        return read_acts(text, source, incident)
    try:
        return _acts_of_outcome(msgspec.json.decode(text), source, incident)
    except (msgspec.MsgspecError, RecursionError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise IncidentError(
            (f"{source}: is no debrief saved as JSON, and no file of acts; choose another.",)
        ) from error


def _acts_of_outcome(found: dict[str, Any], source: str, incident: Incident) -> Acts:
    eras = {era.name: era for era in incident.eras}
    if found["incident"] != incident.name or found["era"] not in eras:
        what = f"{found['incident']} with the tool {found['era']}"
        raise IncidentError(
            (f"{source}: is of {what}, and cannot stand beside a run of {incident.name}; choose another.",)
        )
    acts = tuple(
        TypedAct(_seconds(act["utc"]), str(act["do"]), bool(act["confirmed"]), str(act.get("by", "")))
        for act in found["acts"]
    )
    begins, ends = _seconds(found["branch"]), _seconds(found["until"])
    if not incident.starts <= begins <= ends <= incident.ends or any(not begins <= act.time <= ends for act in acts):
        raise IncidentError((f"{source}: has times outside of {incident.name}; choose another.",))
    return Acts(begins, ends, eras[found["era"]], int(found["seed"]), acts, str(found.get("trainee", "")))


def under_policy_of(incident: Incident, other: Region, source: str) -> Incident:
    """Give the incident as it would be judged by the policy and the floors of another region, described in *source*.

    Raises:
        IncidentError: it has not all of the subsystems.
    """
    known = {one.name: one for one in other.subsystems}
    missing = [one.name for one in incident.region.subsystems if one.name not in known]
    if missing:
        raise IncidentError(
            (
                f"{source}: describes no {', '.join(missing)}, so its policy cannot judge {incident.name}; choose another.",
            )
        )
    return replace(incident, region=_judged_by(incident.region, other.policy, known))


def _judged_by(region: Region, policy: Policy, known: dict[str, Subsystem]) -> Region:
    subsystems = tuple(
        replace(one, **{key: getattr(known[one.name], key) for key in _OF_A_POLICY}) for one in region.subsystems
    )
    return replace(region, policy=policy, subsystems=subsystems)


def _seconds(utc: str) -> float:
    return datetime.fromisoformat(utc).timestamp()
