"""Guards of an organisation's own: those that installed distributions give under `underkeel.guards`.

An entry point's name is the guard's code, and what it names is a `Guard`. One that cannot be loaded is not left out: it
stands for a rule that somebody wanted, so that it blocks, by name, until it is mended or taken out.
"""

import re
from collections.abc import Iterable
from importlib import metadata

from topology.planning.guards.guard import Guard
from topology.planning.guards.outside import absent, held
from topology.planning.guards.table import GUARDS
from topology.playbook.unmet import GUARD as EXPECTS

GROUP = "underkeel.guards"
"""Entry points of this group are guards."""

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OURS = {guard.code for guard in (*GUARDS, EXPECTS)}


def own_guards() -> tuple[Guard, ...]:
    """Load the guards that are installed besides ours, in the order of their names."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    # The same distribution is listed twice where a folder stands on the path twice.
    return tuple(_loaded(point, points) for point in dict.fromkeys(points))


def _loaded(point: metadata.EntryPoint, points: Iterable[metadata.EntryPoint]) -> Guard:
    name = point.name
    if name in _OURS:
        return absent(
            name, "not-loaded", f"{name} is the code of a guard that comes with the program; name it otherwise"
        )
    if _CODE.fullmatch(name) is None:
        return absent(name, "not-loaded", f"{name!r} is no code; write lower case letters, digits and hyphens")
    if len({one.value for one in points if one.name == name}) > 1:
        return absent(name, "not-loaded", "several distributions give one of this name; take all but one out")
    try:
        found = point.load()
    except Exception as error:  # noqa: BLE001 - whatever its module does when it is imported, the guard is not there
        return absent(name, "not-loaded", f"{point.value}: {type(error).__name__}: {error}")
    if not isinstance(found, Guard) or found.code != name:
        return absent(name, "not-loaded", f"{point.value} is no guard of this name")
    return held(found)
