"""What the journal shows as usual: the counts of earlier removals, by this operator and from each subsystem, by anybody.

Undone or not, a removal counts as it was confirmed; undos do not count. What stands out from them is `fleet.usual`'s business.
"""

from collections.abc import Iterable

from topology.execution.journal_entries import Entry, Kind
from topology.fleet.usual import Past, UsualCounts


def usual_counts(entries: Iterable[Entry], operator: str) -> UsualCounts:
    """Gather the removals among *entries* for the removals that *operator* may type next."""
    own: list[int] = []
    of_subsystem: dict[str, list[int]] = {}
    of_playbook: dict[str, list[int]] = {}
    for entry in entries:
        if entry.kind is not Kind.INTENT or entry.details.get("action") != "remove" or entry.details.get("undoes"):
            continue
        count = len(entry.servers)
        if entry.operator == operator:
            own.append(count)
        for name in _texts(entry.details.get("named")):
            of_subsystem.setdefault(name, []).append(count)
        playbook = entry.details.get("playbook")
        if isinstance(playbook, str):
            of_playbook.setdefault(playbook, []).append(count)
    return UsualCounts(
        (Past(operator, tuple(own)),) if own else (),
        {name: Past(name, tuple(counts)) for name, counts in of_subsystem.items()},
        {name: Past(f"playbook {name}", tuple(counts)) for name, counts in of_playbook.items()},
    )


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []
