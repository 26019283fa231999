"""Reads traces in OpenTelemetry's own JSON (OTLP): as the collector writes them, one object a line, and as Tempo gives them."""

import base64
import binascii
import re

import msgspec
from msgspec import Raw, Struct

from topology.imports.graphs.graph_model import Defects, ImportedGraph
from topology.imports.graphs.graph_region import region_of
from topology.imports.imported import Imported
from topology.imports.notes import UnreadableError, plain
from topology.imports.traces.peers import KEYS, peer_of
from topology.imports.traces.spans import KINDS, TOLD_EVERY, Kind, OtherParent, Spans, TraceSpan
from topology.imports.traces.trace_json import WrongTypeError, decoded, objects_of
from topology.region.sentences.counting import counted
from topology.region.tables import Tell, silent

_HOW = (
    'A call does not tell hard from soft: each is "hard" but for those that are not waited for; '
    "soften those that one can do without."
)
_BY_NUMBER: tuple[Kind, ...] = ("", "", "server", "client", "producer", "consumer")
"""The kinds of spans by their numbers in OTLP."""
_HEX = re.compile(r"[0-9a-fA-F]+")


class _Value(Struct, gc=False):
    string: str | None = msgspec.field(default=None, name="stringValue")


class _Attribute(Struct, gc=False):
    key: str | None = None
    value: _Value | None = None


class _SpanLink(Struct, gc=False):
    trace: str | None = msgspec.field(default=None, name="traceId")
    span: str | None = msgspec.field(default=None, name="spanId")


class _OtlpSpan(Struct, gc=False):
    number: str = msgspec.field(name="spanId")
    trace: str = msgspec.field(name="traceId")
    parent: str | None = msgspec.field(default=None, name="parentSpanId")
    kind: int | str | None = None
    attributes: list[_Attribute] | None = None
    links: list[_SpanLink] | None = None


class _Scope(Struct, gc=False):
    spans: list[Raw] | None = None


class _Resource(Struct, gc=False):
    attributes: list[_Attribute] | None = None


class _ResourceSpans(Struct, gc=False):
    resource: _Resource | None = None
    scopes: list[_Scope] | None = msgspec.field(default=None, name="scopeSpans")
    older: list[_Scope] | None = msgspec.field(default=None, name="instrumentationLibrarySpans")


class _Request(Struct, gc=False):
    spans: list[Raw] | None = msgspec.field(default=None, name="resourceSpans")
    batches: list[Raw] | None = None
    trace: Raw | None = None
    """Newer versions of Tempo wrap a trace once more."""


_REQUEST = msgspec.json.Decoder(_Request)
_PART = msgspec.json.Decoder(_ResourceSpans)
_SPAN = msgspec.json.Decoder(_OtlpSpan)


def import_otlp(data: bytes, source: str, tell: Tell = silent) -> Imported:
    """Make a description of traces in OTLP JSON.

    Raises:
        UnreadableError: it is not JSON, was cut, or holds no resourceSpans.
        ImportRefusedError: there is nothing in it to import, or more than a region holds.
    """
    return region_of(_Reader(source, tell).read(data))


class _Reader:
    """Sorts the spans of every request into services and calls."""

    def __init__(self, source: str, tell: Tell) -> None:
        self._graph = ImportedGraph([f"Made from {plain(source, 200)}, traces in OTLP."], "traces", "Traced services")
        self._graph.how_it_links = _HOW
        self._spans = Spans()
        self._defects = Defects("entries")
        self._tell = tell
        self._read = 0
        self._parts = 0

    def read(self, data: bytes) -> ImportedGraph:
        for number, raw in enumerate(objects_of(data.removeprefix(b"\xef\xbb\xbf")), 1):
            try:
                self._request(raw, f"entry {number:,}")
            except WrongTypeError as error:
                self._defects.add(str(error), f"entry {number:,}")
        if not self._parts and not self._defects.total:
            raise UnreadableError("holds no traces in OTLP: it has neither resourceSpans nor batches")
        self._graph.made_from.append(f"Read as traces with {counted(self._spans.count, 'span')}.")
        self._spans.put_into(self._graph, self._tell)
        self._graph.make_external("without a span of their own")
        self._graph.understood(self._defects)
        return self._graph

    def _request(self, raw: Raw, where: str, depth: int = 0) -> None:
        request = decoded(raw, _REQUEST)
        if request.trace is not None and not depth:
            self._request(request.trace, where, depth + 1)
        for number, part in enumerate((*(request.spans or ()), *(request.batches or ())), 1):
            self._parts += 1
            try:
                self._part(decoded(part, _PART), f"{where}, resource {number:,}")
            except WrongTypeError as error:
                self._defects.add(str(error), f"{where}, resource {number:,}")

    def _part(self, part: _ResourceSpans, where: str) -> None:
        attributes = part.resource.attributes if part.resource is not None else None
        service = _texts(attributes, frozenset({"service.name"})).get("service.name", "")
        service = "" if service.startswith("unknown_service") else service
        for scope in (*(part.scopes or ()), *(part.older or ())):
            for number, raw in enumerate(scope.spans or (), 1):
                self._read += 1
                if self._read % TOLD_EVERY == 0:
                    self._tell(f"Read {self._read:,} entries")
                try:
                    self._span(decoded(raw, _SPAN), service)
                except WrongTypeError as error:
                    self._defects.add(str(error), f"{where}, span {number:,}")

    def _span(self, span: _OtlpSpan, service: str) -> None:
        others = tuple(
            OtherParent(_hex(link.trace or span.trace), _hex(link.span), follows=True)
            for link in span.links or ()
            if link.span
        )
        kind = _kind(span.kind)
        remote = peer_of(_texts(span.attributes, KEYS), called=kind == "server")
        found = TraceSpan(service, _hex(span.parent or ""), kind, remote, others=others)
        self._spans.add(_hex(span.trace), _hex(span.number), found)


def _kind(raw: int | str | None) -> Kind:
    if isinstance(raw, int):
        return _BY_NUMBER[raw] if 0 <= raw < len(_BY_NUMBER) else ""
    return KINDS.get((raw or "").removeprefix("SPAN_KIND_").lower(), "")


def _texts(attributes: list[_Attribute] | None, wanted: frozenset[str]) -> dict[str, str]:
    return {
        one.key: one.value.string
        for one in attributes or ()
        if one.key in wanted and one.value is not None and one.value.string
    }


def _hex(text: str) -> str:
    """Give an id in hexadecimal: OTLP writes it so, plain protobuf JSON in base64, where eight bytes end in a sign of equality."""
    if not text.endswith("=") and (_HEX.fullmatch(text) or len(text) not in (22, 24)):
        return text
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).hex()
    except (binascii.Error, ValueError):
        return text
