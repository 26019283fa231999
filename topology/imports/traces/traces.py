"""Makes a graph of what tracing tools know: lists of dependencies, traces of Jaeger, traces of Zipkin (v1 and v2).

A file may hold hundreds of megabytes, so it is never decoded as a whole: entries are cut out of it, and of each only what
says who took part is looked at.
"""

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from topology.imports.graphs.graph_model import Defects, ImportedGraph
from topology.imports.graphs.graph_region import region_of
from topology.imports.imported import Imported
from topology.imports.notes import plain
from topology.imports.traces import peers
from topology.imports.traces.peers import peer_of
from topology.imports.traces.spans import KINDS, TOLD_EVERY, OtherParent, Spans, TraceSpan
from topology.imports.traces.trace_json import ENTRIES, WrongTypeError, decoded, entries_of, is_list, top_of
from topology.imports.traces.zipkin import add_zipkin_span
from topology.region.sentences.counting import counted
from topology.region.tables import Tell, silent

_HOW = (
    'A call does not tell hard from soft: each is "hard" but for those that are not waited for; '
    "soften those that one can do without."
)


class _Link(Struct, gc=False):
    parent: str
    child: str
    calls: Raw | UnsetType = msgspec.field(default=UNSET, name="callCount")


class _Reference(Struct, gc=False):
    span: str = msgspec.field(name="spanID")
    trace: str | None = msgspec.field(default=None, name="traceID")
    kind: str | None = msgspec.field(default=None, name="refType")


class _Process(Struct, gc=False):
    service: str | None = msgspec.field(default=None, name="serviceName")


class _Tag(Struct, gc=False):
    key: str | None = None
    value: Raw | UnsetType = UNSET


class _JaegerSpan(Struct, gc=False):
    number: str = msgspec.field(name="spanID")
    trace: str | None = msgspec.field(default=None, name="traceID")
    parent: str | None = msgspec.field(default=None, name="parentSpanID")
    references: list[_Reference] | None = None
    process_id: str | None = msgspec.field(default=None, name="processID")
    process: _Process | None = None
    tags: list[_Tag] | None = None


class _JaegerTrace(Struct, gc=False):
    spans: list[Raw] | None
    trace: str | None = msgspec.field(default=None, name="traceID")
    processes: dict[str, Raw] | None = None


_TAGS = peers.KEYS | {"span.kind"}
_LINK = msgspec.json.Decoder(_Link)
_SPAN = msgspec.json.Decoder(_JaegerSpan)
_TRACE = msgspec.json.Decoder(_JaegerTrace)
_PROCESS = msgspec.json.Decoder(_Process)
_STRING = msgspec.json.Decoder(str)
_NUMBER = msgspec.json.Decoder(int)


def import_traces(data: bytes, source: str, tell: Tell = silent) -> Imported:
    """Make a description of what a tracing tool exported.

    Args:
        data: the file.
        source: what the description calls it.
        tell: hears how far it is.

    Raises:
        UnreadableError: it is not JSON, or was cut.
        ImportRefusedError: there is nothing in it to import, or more than a region holds.
    """
    return region_of(_Reader(source, tell).read(data))


class _Reader:
    """Sorts the entries of a file into links and spans."""

    def __init__(self, source: str, tell: Tell) -> None:
        self._graph = ImportedGraph(
            [f"Made from {plain(source, 200)}, written by a tracing tool."], "traces", "Traced services"
        )
        self._graph.how_it_links = _HOW
        self._spans = Spans()
        self._defects = Defects("entries")
        self._tell = tell
        self._links = 0
        self._read = 0

    def read(self, data: bytes) -> ImportedGraph:
        data = data.removeprefix(b"\xef\xbb\xbf")
        for number, entry in enumerate(entries_of(data), 1):
            self._entry(entry, f"entry {number:,}", 0)
        if self._links:
            self._graph.made_from.append(
                f"Read as a list of dependencies with {counted(self._links, 'entry', 'entries')}."
            )
        if self._spans.count:
            self._graph.made_from.append(f"Read as traces with {counted(self._spans.count, 'span')}.")
        self._spans.put_into(self._graph, self._tell)
        self._graph.make_external("without a span of their own")
        self._graph.understood(self._defects)
        return self._graph

    def _entry(self, raw: Raw, where: str, depth: int) -> None:
        """Read a dependency, a trace or a span; *where* it stands is for the notes."""
        self._read += 1
        if self._read % TOLD_EVERY == 0:
            self._tell(f"Read {self._read:,} entries")
        if is_list(raw) and not depth:
            for number, inside in enumerate(ENTRIES.decode(raw), 1):
                self._entry(inside, f"{where}, span {number:,}", depth + 1)
            return
        try:
            self._sort(raw, where)
        except WrongTypeError as error:
            self._defects.add(str(error), where)

    def _sort(self, raw: Raw, where: str) -> None:
        top = top_of(raw)
        if top.spans is not UNSET:
            self._jaeger_trace(decoded(raw, _TRACE), where)
        elif top.trace_zipkin is not UNSET:
            add_zipkin_span(raw, self._spans)
        elif top.trace_jaeger is not UNSET:
            self._jaeger(decoded(raw, _SPAN), "", {})
        elif top.parent is not UNSET or top.child is not UNSET:
            self._link(decoded(raw, _LINK), where)
        else:
            raise WrongTypeError("is neither a dependency (parent, child), nor a trace or span (traceId or traceID)")

    def _link(self, link: _Link, where: str) -> None:
        if not link.parent or not link.child:
            raise WrongTypeError(f"{'parent' if not link.parent else 'child'} is empty")
        calls = 0
        if link.calls is not UNSET:
            try:
                calls = decoded(link.calls, _NUMBER)
            except WrongTypeError as error:
                self._defects.add(f"callCount {error}; the dependency is taken", where)
        self._links += 1
        self._graph.node(link.parent)
        self._graph.node(link.child)
        self._graph.link(link.parent, link.child, calls=max(0, calls))

    def _jaeger_trace(self, trace: _JaegerTrace, where: str) -> None:
        services: dict[str, str] = {}
        for name, raw in (trace.processes or {}).items():
            try:
                services[name] = decoded(raw, _PROCESS).service or ""
            except WrongTypeError as error:
                self._defects.add(f"process {error}", f"{where}, process {plain(name)}")
        for number, raw in enumerate(trace.spans or (), 1):
            self._read += 1
            if self._read % TOLD_EVERY == 0:
                self._tell(f"Read {self._read:,} entries")
            try:
                self._jaeger(decoded(raw, _SPAN), trace.trace or "", services)
            except WrongTypeError as error:
                self._defects.add(str(error), f"{where}, span {number:,}")

    def _jaeger(self, span: _JaegerSpan, trace: str, services: dict[str, str]) -> None:
        service = (span.process.service if span.process else None) or services.get(span.process_id or "", "")
        references = span.references or []
        chosen = next((one for one in references if one.kind != "FOLLOWS_FROM"), references[0] if references else None)
        tags = {tag.key: _text(tag.value) for tag in span.tags or () if tag.key in _TAGS}
        kind = KINDS.get(tags.get("span.kind", "").lower(), "")
        own = span.trace or trace
        elsewhere = chosen is not None and bool(chosen.trace) and chosen.trace != own
        others = tuple(
            OtherParent(one.trace or own, one.span, one.kind == "FOLLOWS_FROM")
            for one in references
            if one is not chosen or elsewhere
        )
        self._spans.add(
            own,
            span.number,
            TraceSpan(
                service,
                ("" if elsewhere else chosen.span) if chosen else span.parent or "",
                kind,
                peer_of(tags, called=kind == "server"),
                follows=chosen is not None and chosen.kind == "FOLLOWS_FROM",
                others=others,
            ),
        )


def _text(raw: Raw | UnsetType | None) -> str:
    """Give a tag's value where it is text."""
    if raw is None or raw is UNSET:
        return ""
    try:
        return decoded(raw, _STRING)
    except WrongTypeError:
        return ""
