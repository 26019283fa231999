"""What restarting a whole subsystem takes, in words."""

from topology.planning.restart import RestartCost


def duration(minutes: float) -> str:
    """Write a length of time: `48 s`, `36 min`, `3 h 41 min`."""
    if minutes < 1:
        return f"{round(minutes * 60)} s"
    whole = round(minutes)
    return f"{whole} min" if whole < 60 else f"{whole // 60:,} h" + (f" {whole % 60} min" if whole % 60 else "")


def restart_sentence(cost: RestartCost) -> str:
    """Say what a full restart takes and when it was last done."""
    last = f"last done {cost.last}" if cost.last else "a full restart was never recorded"
    if cost.alone is None or cost.checks_minutes is None or cost.servers_per_minute is None:
        return f"what a full restart of {cost.subsystem} takes is not stated; {last}"
    parts = (
        f"{duration(cost.checks_minutes)} of checks, then {cost.servers:,} servers at {cost.servers_per_minute:,}/min"
    )
    text = f"a full restart of {cost.subsystem} takes about {duration(cost.alone)} ({parts})"
    if cost.total is None:
        text += ", besides what must be back before it and states no model or waits in a circle"
    elif len(cost.order) > 1:
        text += f", {duration(cost.total)} with {' and '.join(cost.order[:-1])} before it"
    if cost.cells > 1 and cost.largest_cell is not None:
        text += f"; its largest cell alone {duration(cost.largest_cell)}"
    return f"{text}; {last}"
