"""What is said of a command that goes in stages: what is in each, what is left on the way, and where it cannot go on."""

from console.words import writing as words
from topology.planning.selection.stages import Stage, StageNeed, StageRoom, Staging

MOST_SHOWN = 6
"""Stages that are told one by one; of more the first ones and the last."""


def stage_lines(staging: Staging | None) -> list[str]:
    """Say how the whole goes; nothing for a command that does not go in stages."""
    if staging is None:
        return []
    count = len(staging.stages)
    if not count:
        end = _end(staging)
        return [f"In stages, by {staging.by}: nothing more can leave now", *end] if end else []
    which = "this is the only stage" if count == 1 else f"this is the first of {words.plural(count, 'stage')}"
    lines = [f"In stages, by {staging.by}: {which}"]
    shown = range(count) if count <= MOST_SHOWN else (*range(MOST_SHOWN - 1), count - 1)
    for number in shown:
        if number == count - 1 and count > MOST_SHOWN:
            lines.append(f"· and {words.plural(count - MOST_SHOWN, 'stage')} more, then")
        lines.append(f"· {number + 1}: {_stage(staging.stages[number], staging.by)}")
    lines.append(_whole(staging))
    if len(staging.order) > 1:
        lines.append(f"Dependents first: {', then '.join(staging.order)}")
    return [*lines, *_end(staging), "Each stage is planned anew, and confirmed by itself"]


def _stage(stage: Stage, by: str) -> str:
    whole = words.plural(stage.lots, by) if stage.lots else ""
    parts = f"part of {words.plural(stage.parts, by)}" if stage.parts else ""
    lots = " and ".join(part for part in (whole, parts) if part)
    room = f"; then {_room(stage.worst)}" if stage.worst is not None else ""
    return f"{words.plural(stage.servers, 'server')} ({lots}) in {words.duration(stage.minutes * 60)}{room}"


def _whole(staging: Staging) -> str:
    total = staging.servers + staging.stays + staging.kept
    stages = words.plural(len(staging.stages), "stage")
    time = words.duration(staging.minutes * 60)
    said = f"{words.number(staging.servers)} of {words.plural(total, 'server')} in {stages}, {time} at least"
    return said if staging.worst is None else f"{said}; lowest on the way: {_room(staging.worst)}"


def _end(staging: Staging) -> list[str]:
    lines = []
    if staging.stays:
        needs = [f"{words.number(need.missing)} more of {_place(need)}" for need in staging.needs]
        would = f": they need {words.listed(needs, 4)} in service elsewhere first" if needs else ""
        lines.append(
            f"Then {words.plural(staging.stays, 'server')} {words.verb(staging.stays, 'stays', 'stay')}{would}"
        )
    if staging.kept:
        said = (
            "is protected, or has no floor stated, and never leaves"
            if staging.kept == 1
            else ("are protected, or have no floor stated, and never leave")
        )
        lines.append(f"{words.plural(staging.kept, 'server')} {said}")
    return lines


def _room(room: StageRoom) -> str:
    return f"{_place(room)} {words.number(room.headroom)} above its floor"


def _place(of: StageRoom | StageNeed) -> str:
    return of.subsystem if not of.scope.place else f"{of.subsystem} in {of.scope.place}"
