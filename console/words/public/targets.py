"""What operators are told of the places that a status page is published to: what they stand on, and how it goes."""

from collections.abc import Iterator
from typing import Protocol

from console.words import writing as words
from console.words.public.status_page import moment
from topology.graph.graph import graph_of
from topology.graph.grounds import CONSOLE, apart, stands_on_region
from topology.region.region import Region


class HowItGoes(Protocol):
    """How it stands with one target."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def last(self) -> float | None:
        """When it held the page last."""

    @property
    def trouble(self) -> str:
        """Why the last try failed."""


def late_sentence(target: HowItGoes, promised_s: float) -> str:
    """Say that a target holds an old page, and why as far as is known."""
    held = "no page of this console" if target.last is None else f"the page of {moment(target.last)}"
    why = f": {words.literal(target.trouble)}" if target.trouble else ""
    return f"the status page's target {target.name} holds {held}; none older than {words.duration(promised_s)} is promised{why}"


def ground_sentences(region: Region) -> Iterator[str]:
    """Say what is wrong with what the targets of a region's status page stand on; nothing where all is well."""
    policy = region.status_page
    if policy is None:
        return
    graph = graph_of(region)
    for found in stands_on_region(region, graph):
        first, *rest = found.path
        way = f"{first}, which needs {', which needs '.join(rest)}" if rest else first
        if found.target == CONSOLE:
            yield f"this console needs {way}, a part of {region.name}: it fails together with what the status page reports on"
        else:
            yield (
                f"the status page's target {found.target} needs {way}, a part of {region.name}: "
                "it fails together with what it reports on; publish to a place that does not"
            )
    if not policy.targets:
        yield "the status page is published nowhere; state [[status_page.targets]], at least two that stand apart"
    elif len(policy.targets) == 1:
        yield f"the status page has one target, {policy.targets[0].name}; state a second one that stands elsewhere"
    elif apart(policy, graph) is None:
        yield (
            "all targets of the status page stand on the same ground: each two share a ground, a host or a need; "
            "state one that shares none of these"
        )
