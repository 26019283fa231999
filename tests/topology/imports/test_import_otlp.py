"""Traces in OTLP, and what current attributes name: databases, several causes of a span, causes in other traces."""

import base64
import json

import pytest

from topology.imports.imported import Imported
from topology.imports.notes import UnreadableError
from topology.imports.traces.otlp import import_otlp
from topology.imports.traces.traces import import_traces
from topology.region.description import read_region

TRACE = "5b8efff798038103d269b633813fc60c"


def attributes(**texts: str) -> list[object]:
    return [{"key": name.replace("__", "."), "value": {"stringValue": text}} for name, text in texts.items()]


def span(
    number: int, parent: int | None = None, kind: object = 1, trace: str = TRACE, **more: object
) -> dict[str, object]:
    made: dict[str, object] = {"traceId": trace, "spanId": f"{number:016x}", "kind": kind, **more}
    return made if parent is None else {**made, "parentSpanId": f"{parent:016x}"}


def resource(service: str, *spans: object, scopes: str = "scopeSpans") -> dict[str, object]:
    return {"resource": {"attributes": attributes(service__name=service)}, scopes: [{"spans": list(spans)}]}


def imported(*resources: object, key: str = "resourceSpans") -> Imported:
    return import_otlp(json.dumps({key: list(resources)}).encode(), "traces.json")


def edges(made: Imported) -> set[tuple[str, str, str]]:
    return {(one.dependent, one.needs, one.kind) for one in read_region(made.text, "t.toml").dependencies}


CALL = (resource("web", span(1, kind=2), span(2, 1, 3)), resource("api", span(3, 2, 2)))


@pytest.mark.parametrize("key", ["resourceSpans", "batches"])
def test_that_a_span_below_one_of_another_service_is_a_call(key: str) -> None:
    assert edges(imported(*CALL, key=key)) == {("web", "api", "hard")}


def test_that_kinds_may_be_words_scopes_of_old_and_ids_base64() -> None:
    def packed(number: int) -> str:
        return base64.b64encode(number.to_bytes(8, "big")).decode()

    trace = base64.b64encode(bytes.fromhex(TRACE)).decode()
    old = {"traceId": trace, "spanId": packed(3), "parentSpanId": packed(2), "kind": "SPAN_KIND_SERVER"}
    made = imported(CALL[0], resource("api", old, scopes="instrumentationLibrarySpans"))
    assert edges(made) == {("web", "api", "hard")}


def test_that_one_object_a_line_is_read_as_collectors_write_it() -> None:
    lines = "\n".join(json.dumps({"resourceSpans": [one]}) for one in CALL)
    assert edges(import_otlp(lines.encode(), "traces.json")) == {("web", "api", "hard")}


@pytest.mark.parametrize(
    ("named", "needs"),
    [
        ({"peer__service": "ledger", "db__system__name": "mysql"}, "ledger"),
        ({"db__system__name": "postgresql", "server__address": "pg.shop"}, "pg.shop"),
        ({"db__system": "redis", "net__peer__name": "cache"}, "cache"),
        (
            {"db__system__name": "postgresql", "server__address": "10.0.0.7", "db__namespace": "orders"},
            "postgresql-orders",
        ),
        ({"db__system__name": "mongodb"}, "mongodb"),
        ({"messaging__system": "kafka"}, "kafka"),
    ],
)
def test_that_a_database_is_named_by_the_attributes_of_today_and_of_before(named: dict[str, str], needs: str) -> None:
    made = imported(resource("api", span(1, kind=2), span(2, 1, 3, attributes=attributes(**named))))
    assert edges(made) == {("api", needs, "hard")}
    assert read_region(made.text, "t.toml").subsystem(needs).external


def test_that_the_side_that_was_called_does_not_need_its_own_address() -> None:
    named = attributes(server__address="api.shop", http__route="/")
    assert edges(imported(resource("api", span(1, kind=2, attributes=named)))) == set()


def test_that_links_are_causes_that_nobody_waits_for() -> None:
    linked = span(9, kind=5, trace="a" * 32, links=[{"traceId": TRACE, "spanId": f"{1:016x}"}])
    made = imported(resource("web", span(1, kind=4)), resource("mailer", linked))
    assert edges(made) == {("web", "mailer", "soft")}


def jaeger(*spans: dict[str, object]) -> Imported:
    processes = {name: {"serviceName": name} for name in ("a", "b", "c", "d")}
    return import_traces(
        json.dumps({"data": [{"traceID": "t1", "spans": list(spans), "processes": processes}]}).encode(), "j"
    )


def test_that_every_parent_of_a_span_is_a_cause_also_in_another_trace() -> None:
    def refs(*ones: tuple[str, str, str]) -> list[object]:
        return [{"refType": kind, "traceID": trace, "spanID": number} for kind, trace, number in ones]

    made = jaeger(
        {"traceID": "t1", "spanID": "1", "processID": "a"},
        {"traceID": "t1", "spanID": "2", "processID": "b"},
        {"traceID": "t2", "spanID": "3", "processID": "c"},
        {
            "traceID": "t1",
            "spanID": "4",
            "processID": "d",
            "references": refs(("CHILD_OF", "t1", "1"), ("CHILD_OF", "t1", "2"), ("FOLLOWS_FROM", "t2", "3")),
        },
    )
    assert edges(made) == {("a", "d", "hard"), ("b", "d", "hard"), ("c", "d", "soft")}
    assert "not in the file" not in "".join(map(str, made.notes))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"nonsense", b'{"resourceSpans": [', b'{"nodes": []}'])
def test_that_what_is_not_otlp_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        import_otlp(data, "traces.json")


def test_that_malformed_parts_are_named_and_the_others_read() -> None:
    made = imported(3, {"scopeSpans": "x"}, resource("web", {"spanId": 3}, span(1)), *CALL)
    assert edges(made) == {("web", "api", "hard")}
    assert sum("entry 1, resource" in str(note) for note in made.notes) == 3
