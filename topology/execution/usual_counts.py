"""What earlier removals make usual: their counts, by this operator, from each subsystem and in each playbook, by anybody.

Undone or not, a removal counts as it was confirmed; undos do not count. What stands out from them is `fleet.usual`'s business.
"""

from collections.abc import Iterable

from topology.execution.past_executions import PastExecution
from topology.fleet.usual import Past, UsualCounts


def usual_counts(executions: Iterable[PastExecution], operator: str) -> UsualCounts:
    """Gather the removals among *executions* for the removals that *operator* may type next."""
    own: list[int] = []
    of_subsystem: dict[str, list[int]] = {}
    of_playbook: dict[str, list[int]] = {}
    for past in executions:
        if past.action != "remove" or past.undoes is not None:
            continue
        count = len(past.servers)
        if past.operator == operator:
            own.append(count)
        for name in past.named:
            of_subsystem.setdefault(name, []).append(count)
        if past.playbook:
            of_playbook.setdefault(past.playbook, []).append(count)
    return UsualCounts(
        (Past(operator, tuple(own)),) if own else (),
        {name: Past(name, tuple(counts)) for name, counts in of_subsystem.items()},
        {name: Past(f"playbook {name}", tuple(counts)) for name, counts in of_playbook.items()},
    )
