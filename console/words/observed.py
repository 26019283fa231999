"""What is said of calls that were seen: how often, when last, and how they stand beside what is stated."""

from collections.abc import Iterator, Sequence

from console.words.writing import number
from topology.fleet.observed import Observed, Pair, SeenCall, never_seen, undeclared
from topology.region.region import Region

MOST = 20
"""So many edges are named one by one; the others are counted."""


def rate(call: SeenCall | None) -> str:
    """Say how often, in the mean of the last minutes."""
    if call is None or call.per_s is None:
        return "unknown"
    if call.per_s == 0:
        return "none now"
    if call.per_s >= 10:
        return f"{number(round(call.per_s))}/s"
    return f"{call.per_s:.1f}/s" if call.per_s >= 0.1 else f"{call.per_s * 60:.1g}/min"


def sight(call: SeenCall | None) -> str:
    """Say when the last one was seen, as far as it is known."""
    if call is None:
        return "never"
    if call.seen_s is None:
        return "not lately"
    for seconds, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if call.seen_s > 2 * seconds:
            return f"within {-(-call.seen_s // seconds):.0f} {unit}"
    return "now"


def on_edge(call: SeenCall | None) -> str:
    """Say both in few letters, for a word beside a line; empty where nothing is known."""
    if call is None:
        return ""
    if call.per_s:
        return rate(call)
    return "" if call.seen_s is None and call.per_s is None else sight(call)


def age_line(observed: Observed, now: float) -> str:
    """Say how old what is known of calls is."""
    asked = (
        f"Calls as they were {max(0.0, now - observed.time):.0f} s ago" if observed.time else "Calls were not read yet"
    )
    newest = "" if observed.age_s is None else f"; the newest sample was {max(0.0, observed.age_s):.0f} s old"
    return f"{asked}{newest}."


def differences(region: Region, observed: Observed) -> Iterator[str]:
    """Say which edges were seen and are not stated, which are stated and were not seen, and what is not known."""
    edges = observed.edges(region)
    if observed.unknown:
        yield f"it is not known who calls whom: {observed.unknown}"
    fresh = undeclared(region)
    for dependent, needs in fresh[:MOST]:
        call = edges.get((dependent, needs))
        yield (
            f"{dependent} was seen calling {needs} ({rate(call)}, last {sight(call)}), which is not stated: adopt {dependent} "
            f"needs {needs}"
        )
    yield from _more(fresh, "that were seen and are not stated")
    silent = never_seen(region, observed)
    for dependent, needs in silent[:MOST]:
        yield f"{dependent} is stated to need {needs}, and no call was seen within {_days(observed)}"
    yield from _more(silent, "that are stated and were not seen")
    yield from (remark.rstrip(".") for remark in observed.remarks)


def _days(observed: Observed) -> str:
    return "a day" if observed.days == 1 else f"{observed.days} days"


def _more(edges: Sequence[Pair], what: str) -> Iterator[str]:
    if len(edges) > MOST:
        yield f"there are {len(edges) - MOST:,} more edges {what}"
