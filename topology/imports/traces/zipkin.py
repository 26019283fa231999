"""Reads spans of Zipkin, version 1 and 2, as far as they say who took part."""

import msgspec
from msgspec import Raw, Struct

from topology.imports.traces.peers import KEYS, peer_of
from topology.imports.traces.spans import KINDS, Kind, Spans, TraceSpan
from topology.imports.traces.trace_json import WrongTypeError, decoded

_SIDES: dict[str, Kind] = {
    "cs": "client", "cr": "client", "sr": "server", "ss": "server", "ms": "producer", "mr": "consumer",
}  # fmt: skip
"""What annotations of Zipkin v1 say of the side that wrote them."""
_REMOTE = {"sa": ("client",), "ca": ("server",), "ma": ("producer", "consumer")}
"""Keys of Zipkin v1 for the address of the other side, and which side writes them."""


class _Endpoint(Struct, gc=False):
    service: str | None = msgspec.field(default=None, name="serviceName")


class _Annotation(Struct, gc=False):
    value: str | None = None
    endpoint: _Endpoint | None = None


class _BinaryAnnotation(Struct, gc=False):
    key: str | None = None
    endpoint: _Endpoint | None = None


class _ZipkinSpan(Struct, gc=False):
    trace: str = msgspec.field(name="traceId")
    number: str = msgspec.field(name="id")
    parent: str | None = msgspec.field(default=None, name="parentId")
    kind: str | None = None
    shared: bool | None = None
    local: _Endpoint | None = msgspec.field(default=None, name="localEndpoint")
    remote: _Endpoint | None = msgspec.field(default=None, name="remoteEndpoint")
    annotations: list[_Annotation] | None = None
    binary: list[_BinaryAnnotation] | None = msgspec.field(default=None, name="binaryAnnotations")
    tags: dict[str, Raw] | None = None


_SPAN = msgspec.json.Decoder(_ZipkinSpan)
_STRING = msgspec.json.Decoder(str)


def add_zipkin_span(raw: Raw, spans: Spans) -> None:
    """Read a span into *spans*.

    Raises:
        WrongTypeError: it is none.
    """
    span = decoded(raw, _SPAN)
    parent = span.parent or ""
    if span.binary is None and not any(one.endpoint for one in span.annotations or ()):
        kind = KINDS.get((span.kind or "").lower(), "")
        tags = {name: text for name in KEYS & (span.tags or {}).keys() if (text := _text((span.tags or {})[name]))}
        remote = _service(span.remote) or peer_of(tags, called=kind == "server")
        found = TraceSpan(_service(span.local), parent, kind, remote, shared=bool(span.shared))
        spans.add(span.trace, span.number, found)
        return
    for side in _sides_of(span, _service(span.local)):
        spans.add(span.trace, span.number, side)


def _sides_of(span: _ZipkinSpan, local: str) -> list[TraceSpan]:
    """Give the spans that one of Zipkin v1 stands for: the caller and the called may both have written into it."""
    parent = span.parent or ""
    sides: dict[Kind, str] = {}
    for annotation in span.annotations or ():
        side = _SIDES.get(annotation.value or "")
        if side is not None and not sides.get(side):
            sides[side] = _service(annotation.endpoint)
    others = {one.key or "": _service(one.endpoint) for one in span.binary or () if one.key in _REMOTE}
    if not sides:
        endpoints = [one.endpoint for one in span.annotations or ()]
        endpoints += [one.endpoint for one in span.binary or () if one.key not in _REMOTE]
        found = local or next(filter(None, map(_service, endpoints)), "")
        kind: Kind = "client" if "sa" in others else "server" if "ca" in others else ""
        sides = {kind: found}
    both = "client" in sides and "server" in sides
    return [
        TraceSpan(
            service or local,
            parent,
            kind,
            next((name for key, name in others.items() if kind in _REMOTE[key]), ""),
            shared=both and kind == "server",
        )
        for kind, service in sides.items()
    ]


def _text(raw: Raw) -> str:
    try:
        return decoded(raw, _STRING)
    except WrongTypeError:
        return ""


def _service(endpoint: _Endpoint | None) -> str:
    return (endpoint.service if endpoint else None) or ""
