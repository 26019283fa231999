"""Finds who calls whom in spans, whichever tool recorded them.

A span whose nearest ancestor with a service belongs to another service is a call from that one to this one. Where one
side recorded nothing, the name that the other gives it counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from topology.imports.graphs.graph_model import ImportedGraph
from topology.imports.notes import Note, Topic
from topology.region.sentences.counting import counted
from topology.region.tables import Tell

Kind = Literal["", "client", "server", "producer", "consumer"]
KINDS: dict[str, Kind] = {"client": "client", "server": "server", "producer": "producer", "consumer": "consumer"}
TOLD_EVERY = 20_000
_MOST_SHARING = 16
"""Spans of one id; a call has two sides, and some tools write a side in parts."""
_KEPT_OF_TRACE = 16
"""Some record traces with 128 bits and some with the lower 64 of them."""


@dataclass(frozen=True, slots=True)
class OtherParent:
    """One more span that caused one, by its trace and id; *follows* says that it did not wait."""

    trace: str
    span: str
    follows: bool


@dataclass(slots=True, eq=False)
class TraceSpan:
    """One span, as far as it says who took part."""

    service: str
    parent: str = ""
    """The id of the span that caused it; empty where there is none."""
    kind: Kind = ""
    remote: str = ""
    """What this side calls the other one."""
    shared: bool = False
    """The same id stands for both sides, and this is the one called."""
    follows: bool = False
    """The parent does not wait for it."""
    others: tuple[OtherParent, ...] = ()
    """What caused it besides its parent, or in another trace."""
    answered: bool = False
    """Another service recorded the other side."""


@dataclass(slots=True)
class Spans:
    """Every span of a file, by trace and id; both sides of a call may share one id."""

    found: dict[tuple[str, str], list[TraceSpan]] = field(default_factory=dict)
    count: int = 0
    crowded: int = 0
    """Spans left out, as too many share their id."""
    _texts: dict[str, str] = field(default_factory=dict)
    _above: dict[int, TraceSpan | None] = field(default_factory=dict)
    """By the identity of a span without a service: the nearest ancestor that has one."""

    def add(self, trace: str, number: str, span: TraceSpan) -> None:
        """Keep a span; *number* is its id."""
        span.parent = _id(span.parent)
        span.service = self._texts.setdefault(span.service, span.service)
        trace = _id(trace)
        sharing = self.found.setdefault((self._texts.setdefault(trace, trace), _id(number)), [])
        if len(sharing) < _MOST_SHARING:
            sharing.append(span)
            self.count += 1
        else:
            self.crowded += 1

    def put_into(self, graph: ImportedGraph, tell: Tell) -> None:
        """Add the services and their calls to *graph*."""
        for service in dict.fromkeys(span.service for _, _, span in self._all() if span.service):
            graph.node(service)
        graph.refuse_if_too_many()
        missing: set[tuple[str, str]] = set()
        nameless = orphans = 0
        for number, (trace, own, span) in enumerate(self._all()):
            if number % TOLD_EVERY == 0:
                tell(f"Followed {number:,} of {self.count:,} spans")
            causes = [(trace, span.parent)] if span.parent else []
            causes += [(_id(one.trace), _id(one.span)) for one in span.others]
            lost = [cause for cause in causes if cause not in self.found]
            missing.update(lost)
            orphans += bool(lost)
            if not span.service:
                nameless += 1
                continue
            caller = self._caller(trace, own, span)
            for other in span.others:
                self._called_by(graph, other, span)
            if caller is not None:
                _call(graph, caller, span)
            elif not span.others and span.remote and span.kind in ("server", "consumer"):
                _named_by_the_called(graph, span)
        for _, _, span in self._all():
            if span.kind in ("client", "producer") and span.service and span.remote and not span.answered:
                remark = "as the caller names it" if span.kind == "client" else "as the sender names it"
                graph.link(span.service, span.remote, calls=1, remark=remark)
        graph.notes += _notes(nameless, orphans, len(missing), self.crowded)

    def _all(self) -> Iterator[tuple[str, str, TraceSpan]]:
        for (trace, own), both in self.found.items():
            for span in both:
                yield trace, own, span

    def _caller(self, trace: str, own: str, span: TraceSpan) -> TraceSpan | None:
        """Find the nearest ancestor with a service; what was found for those without one is kept."""
        passed: dict[int, None] = {}
        here, number, answer = span, own, None
        while id(here) not in passed:
            if id(here) in self._above:
                answer = self._above[id(here)]
                break
            passed[id(here)] = None
            above = self._other_side(trace, number, here)
            if above is None:
                number = here.parent
                above = self._called(trace, number) if number else None
            if above is None or above.service:
                answer = above
                break
            here = above
        passed.pop(id(span), None)
        self._above.update(dict.fromkeys(passed, answer))
        return answer

    def _called_by(self, graph: ImportedGraph, cause: OtherParent, span: TraceSpan) -> None:
        """Add the call that another cause of a span is: the nearest service above, as for its parent."""
        trace, number = _id(cause.trace), _id(cause.span)
        above = self._called(trace, number)
        if above is not None and not above.service:
            above = self._caller(trace, number, above)
        if above is not None:
            _call(graph, above, span, follows=cause.follows)

    def _other_side(self, trace: str, number: str, span: TraceSpan) -> TraceSpan | None:
        """Give the caller's side of a call whose sides share an id."""
        if not span.shared and span.kind not in ("server", "consumer"):
            return None
        for other in self.found[trace, number]:
            if other is not span and not other.shared and other.kind not in ("server", "consumer"):
                return other
        return None

    def _called(self, trace: str, number: str) -> TraceSpan | None:
        """Give the span of an id that others are children of: the side that was called, where both share it."""
        both = self.found.get((trace, number))
        if both is None:
            return None
        return next((span for span in both if span.shared or span.kind == "server"), both[0])


def _id(text: str) -> str:
    """Give an id so that the ways to write it are one: zeros in front may be left out."""
    return text.lower()[-_KEPT_OF_TRACE:].lstrip("0") or ("0" if text else "")


def _call(graph: ImportedGraph, caller: TraceSpan, span: TraceSpan, *, follows: bool | None = None) -> None:
    if not span.service or caller.service == span.service:
        return
    caller.answered = True
    later = (span.follows if follows is None else follows) or span.kind == "consumer"
    graph.link(caller.service, span.service, soft=later, calls=1, remark="not waited for" if later else "")


def _named_by_the_called(graph: ImportedGraph, span: TraceSpan) -> None:
    """Add the call that only the side called has recorded; a consumer needs the broker it takes from."""
    if span.kind == "server":
        graph.link(span.remote, span.service, calls=1, remark="as the called names it")
    else:
        graph.link(span.service, span.remote, calls=1, remark="as the receiver names it")


def _notes(nameless: int, orphans: int, missing: int, crowded: int) -> Iterator[Note]:
    if crowded:
        text = f"{counted(crowded, 'span')} whose id {_MOST_SHARING} others of the trace have, too"
        yield Note(Topic.LEFT_OUT, text)
    if nameless:
        yield Note(Topic.LEFT_OUT, f"{counted(nameless, 'span')} without a service; calls through them are followed")
    if orphans:
        text = f"{counted(orphans, 'span')} with a parent that is not in the file ({missing:,} missing): no link from there"
        yield Note(Topic.DEPENDENCY, text)
