"""What exports of tracing tools become: every span called from another service is a dependency of that one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.folders import DATA
from tests.profiles import examples
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError, UnreadableError
from topology.imports.traces.traces import import_traces
from topology.region.description import read_region
from topology.region.region import Region

Object = dict[str, Any]
Call = tuple[str, str, str, int]
"""Id, service, kind and position of the parent before it, -1 for none."""


def imported(value: object) -> Imported:
    return import_traces(value if isinstance(value, bytes) else json.dumps(value).encode(), "traces.json")


def read(made: Imported) -> Region:
    return read_region(made.text, "traces.toml")


def edges(value: object) -> set[tuple[str, str]]:
    return {(one.dependent, one.needs) for one in read(imported(value)).dependencies}


def has(made: Imported, *parts: str) -> bool:
    return any(all(part in str(note) for part in parts) for note in made.notes)


def jaeger(*spans: Object, **services: str) -> Object:
    processes = {name: {"serviceName": service} for name, service in services.items()}
    return {"traceID": "1f", "spans": list(spans), "processes": processes}


def span(number: str, process: str, parent: str = "", reference: str = "CHILD_OF", **tags: object) -> Object:
    found: Object = {"traceID": "1f", "spanID": number, "processID": process, "operationName": "get"}
    found["references"] = [{"refType": reference, "traceID": "1f", "spanID": parent}] if parent else []
    found["tags"] = [{"key": key.replace("_", "."), "type": "string", "value": value} for key, value in tags.items()]
    return found


def v2(number: str, service: str | None, parent: str = "", kind: str = "SERVER", **more: object) -> Object:
    found: Object = {"traceId": "1f", "id": number, "kind": kind, **more}
    if service is not None:
        found["localEndpoint"] = {"serviceName": service}
    return {**found, **({"parentId": parent} if parent else {})}


def v1(number: str, parent: str = "", binary: object = (), **said: str) -> Object:
    annotations = [
        {"timestamp": 1, "value": value, "endpoint": {"serviceName": service}} for value, service in said.items()
    ]
    return {"traceId": "1f", "id": number, "name": "get", "parentId": parent or None, "annotations": annotations,
            "binaryAnnotations": list(binary)}  # type: ignore[call-overload]  # fmt: skip


class TestDependencyLists:
    LIST = ({"parent": "web", "child": "db", "callCount": 7}, {"parent": "db", "child": "disk", "callCount": 1})

    @pytest.mark.parametrize("wrap", [list, lambda one: {"data": one}, lambda one: {"dependencies": one}])
    def test_that_a_list_is_read_also_in_an_envelope(self, wrap: Callable[[Any], object]) -> None:
        assert edges(wrap(list(self.LIST))) == {("web", "db"), ("db", "disk")}

    def test_that_one_entry_a_line_is_read(self) -> None:
        assert edges("\n".join(map(json.dumps, self.LIST)).encode()) == {("web", "db"), ("db", "disk")}

    def test_that_calls_are_counted_beside_the_dependency(self) -> None:
        assert "# 9 calls\n[[dependency]]" in imported([self.LIST[0], {**self.LIST[0], "callCount": 2}]).text

    def test_that_a_service_that_calls_itself_only_is_a_subsystem_without_a_dependency(self) -> None:
        made = imported([{"parent": "web", "child": "web", "callCount": 1}])
        assert ([one.name for one in read(made).subsystems], made.dependencies) == (["web"], 0)
        assert has(made, "1 with a link to itself, which is no dependency: web")


class TestJaeger:
    def test_that_a_span_called_from_another_service_is_a_dependency(self) -> None:
        trace = jaeger(span("a", "p1"), span("b", "p2", "a"), span("c", "p2", "b"), p1="web", p2="db")
        for value in ({"data": [trace]}, [trace], trace, {"data": [trace], "total": 0, "errors": None}):
            assert edges(value) == {("web", "db")}

    def test_that_what_is_not_waited_for_is_soft(self) -> None:
        made = imported([jaeger(span("a", "p1"), span("b", "p2", "a", "FOLLOWS_FROM"), p1="web", p2="mail")])
        assert [one.kind for one in read(made).dependencies] == ["soft"]

    def test_that_a_pair_that_is_waited_for_once_is_hard(self) -> None:
        spans = (span("a", "p1"), span("b", "p2", "a", "FOLLOWS_FROM"), span("c", "p2", "a"))
        assert [one.kind for one in read(imported([jaeger(*spans, p1="web", p2="mail")])).dependencies] == ["hard"]

    def test_that_a_service_that_only_its_callers_name_is_external(self) -> None:
        made = imported([jaeger(span("a", "p1", span_kind="client", peer_service="bank"), p1="web")])
        assert [one.name for one in read(made).subsystems if one.external] == ["bank"]
        assert has(made, "1 named by others, without a span of their own", "bank")

    def test_that_the_callers_name_is_not_used_where_the_other_side_answered(self) -> None:
        spans = (span("a", "p1", span_kind="client", peer_service="db:5432"), span("b", "p2", "a", span_kind="server"))
        assert edges([jaeger(*spans, p1="web", p2="db")]) == {("web", "db")}

    def test_that_spans_without_a_service_are_passed_through(self) -> None:
        made = imported([jaeger(span("a", "p1"), span("b", "p9", "a"), span("c", "p2", "b"), p1="web", p2="db")])
        assert {(one.dependent, one.needs) for one in read(made).dependencies} == {("web", "db")}
        assert has(made, "1 span without a service")

    def test_that_a_parent_that_is_not_in_the_file_is_noted(self) -> None:
        made = imported([jaeger(span("b", "p2", "gone"), span("c", "p2", "gone"), p2="db")])
        assert has(made, "2 spans with a parent that is not in the file (1 missing)")

    def test_that_spans_that_are_each_others_parents_end(self) -> None:
        trace = jaeger(span("a", "p9", "b"), span("b", "p9", "a"), span("c", "p1", "a"), p1="web")
        assert [one.name for one in read(imported([trace])).subsystems] == ["web"]

    def test_that_spans_of_different_traces_are_not_mixed(self) -> None:
        other = json.loads(json.dumps(jaeger(span("b", "p2", "a"), p2="db")).replace("1f", "2f"))
        assert edges([jaeger(span("a", "p1"), p1="web"), other]) == set()


class TestZipkin:
    def test_that_a_span_called_from_another_service_is_a_dependency(self) -> None:
        spans = [v2("a", "web"), v2("b", "db", "a")]
        for value in (spans, [spans]):
            assert edges(value) == {("web", "db")}

    def test_that_both_sides_may_share_an_id(self) -> None:
        spans = [v2("a", "web"), v2("b", "web", "a", "CLIENT"), v2("b", "db", "a", shared=True), v2("c", "disk", "b")]
        assert edges(spans) == {("web", "db"), ("db", "disk")}

    def test_that_a_consumer_is_a_soft_need_of_its_sender(self) -> None:
        made = imported([v2("a", "web", kind="PRODUCER"), v2("b", "mail", "a", "CONSUMER")])
        assert [(one.dependent, one.needs, one.kind) for one in read(made).dependencies] == [("web", "mail", "soft")]

    def test_that_the_other_side_counts_by_name_where_it_recorded_nothing(self) -> None:
        remote = {"serviceName": "bank"}
        assert edges([v2("a", "web", kind="CLIENT", remoteEndpoint=remote)]) == {("web", "bank")}
        assert edges([v2("a", "web", kind="SERVER", remoteEndpoint=remote)]) == {("bank", "web")}
        assert edges([v2("a", "web", kind="CONSUMER", remoteEndpoint=remote)]) == {("web", "bank")}

    def test_that_traces_with_128_bits_and_their_lower_64_are_one(self) -> None:
        spans = [v2("a", "web"), v2("b", "db", "a")]
        spans[0]["traceId"], spans[1]["traceId"] = "0f" * 16, "0f" * 8
        assert edges(spans) == {("web", "db")}

    def test_that_version_1_is_read_with_both_sides_in_one_span(self) -> None:
        assert edges([v1("a", cs="web", cr="web", sr="db", ss="db"), v1("b", "a", cs="db", sr="disk")]) == {
            ("web", "db"),
            ("db", "disk"),
        }

    def test_that_version_1_is_read_with_sides_apart(self) -> None:
        assert edges([v1("a", sr="web"), v1("b", "a", cs="web"), v1("b", "a", sr="db")]) == {("web", "db")}

    def test_that_version_1_names_the_other_side_by_its_address(self) -> None:
        address = {"key": "sa", "value": True, "endpoint": {"serviceName": "mysql"}}
        assert edges([v1("a", binary=[address], cs="web", cr="web")]) == {("web", "mysql")}


_TREES = st.lists(
    st.tuples(st.sampled_from(["web", "db", "disk", "mail", "bank"]), st.integers(-1, 30)), min_size=1, max_size=30
)


@settings(max_examples=examples(200), deadline=None)
@given(_TREES, st.randoms(use_true_random=False))
def test_that_every_format_gives_the_calls_between_services(tree: list[tuple[str, int]], chance: Any) -> None:
    parents = [min(parent, number - 1) for number, (_, parent) in enumerate(tree)]
    calls = {(tree[up][0], service) for (service, _), up in zip(tree, parents, strict=True) if up >= 0}
    expected = {pair for pair in calls if pair[0] != pair[1]}
    names = [f"{number + 1:x}" for number in range(len(tree))]
    above = [names[up] if up >= 0 else "" for up in parents]
    numbered = list(zip(names, tree, above, strict=True))
    chance.shuffle(numbered)  # a child may stand before its parent
    one = [span(number, service, parent) for number, (service, _), parent in numbered]
    assert edges([jaeger(*one, **{service: service for service, _ in tree})]) == expected
    assert edges([v2(number, service, parent) for number, (service, _), parent in numbered]) == expected
    assert edges([v1(number, parent, sr=service) for number, (service, _), parent in numbered]) == expected


class TestBadInput:
    @pytest.mark.parametrize(
        ("entry", "what"),
        [
            (3, "entry 2: "),
            (None, "entry 2: "),
            ({}, "entry 2: is neither a dependency (parent, child), nor a trace or span"),
            ({"parent": "web"}, "entry 2: child is missing"),
            ({"parent": "web", "child": 7}, "entry 2: child is a number, not text"),
            ({"parent": "", "child": "db"}, "entry 2: parent is empty"),
            (
                {"parent": "a", "child": "b", "callCount": "many"},
                "entry 2: callCount is text, not a number; the depend",
            ),
            ({"traceID": "1", "spans": 4}, "entry 2: spans is a number, not a list"),
            (jaeger({"spanID": 4}), "entry 2, span 1: spanID is a number, not text"),
            ({"spans": [], "processes": {"p": 3}}, "entry 2, process p: process is a number, not a mapping"),
            ({"traceId": "1"}, "entry 2: id is missing"),
            ({"traceId": "1", "id": "2", "localEndpoint": "x"}, "entry 2: localEndpoint is text, not a mapping"),
            ([[[]]], "entry 2, span 1: "),
        ],
    )
    def test_that_wrong_types_are_listed_with_their_place_and_the_rest_is_imported(
        self, entry: object, what: str
    ) -> None:
        made = imported([{"parent": "web", "child": "db", "callCount": 1}, entry])
        assert has(made, what)
        assert {"web", "db"} <= {one.name for one in read(made).subsystems}

    def test_that_a_million_wrong_entries_are_one_note(self) -> None:
        made = imported(b'[{"parent":"a","child":"b"}' + b",{}" * 1_000_000 + b"]")
        assert has(made, "entry 2: is neither", "(as in 999,999 more entries)")

    @pytest.mark.parametrize("end", [1, 2, 40, 200, -1])
    def test_that_a_file_cut_in_the_middle_is_refused_with_its_length(self, end: int) -> None:
        whole = json.dumps({"data": [jaeger(span("a", "p1"), span("b", "p2", "a"), p1="web", p2="db")]}).encode()
        cut = whole[:end]
        with pytest.raises(UnreadableError, match=rf"ends in the middle, after {len(cut)} bytes: it was cut"):
            imported(cut)

    @pytest.mark.parametrize(
        ("data", "what"),
        [
            (b"", "is empty"),
            (b"  \n", "is empty"),
            (b"<xml/>", "begins with neither"),
            (b'[{"parent": "a", "child": "b"},\n oops]', "is not JSON: "),
            (b'{"data": 3}', "holds no list of entries"),
            (b"[" * 300_000, "is nested too deeply|ends in the middle"),
        ],
    )
    def test_that_other_files_are_refused(self, data: bytes, what: str) -> None:
        with pytest.raises(UnreadableError, match=what):
            imported(data)

    def test_that_the_line_of_what_is_no_json_is_named(self) -> None:
        with pytest.raises(UnreadableError) as refused:
            imported(b'[{"parent": "a", "child": "b"},\n oops]')
        assert refused.value.place.startswith("line 2, byte ")

    def test_that_100_000_services_are_refused_with_their_number(self) -> None:
        spans = [v2(f"{number:x}", f"pod-{number}") for number in range(1, 100_001)]
        with pytest.raises(
            ImportRefusedError, match=r"names 100,000 nodes, more than the 10,000 .* pod-1, pod-2, pod-3"
        ):
            imported(spans)

    def test_that_nothing_to_import_is_refused_and_what_was_lost_is_counted(self) -> None:
        with pytest.raises(ImportRefusedError, match=r"nothing in it to import\. Of what was read, 2 could not"):
            imported([{}, 3])

    def test_that_many_spans_of_one_id_and_long_chains_without_a_service_end_soon(self) -> None:
        crowd = [v2("1", f"s{number % 7}", shared=bool(number % 2)) for number in range(50_000)]
        chain = [v2(f"{number:x}", None, f"{number - 1:x}" if number > 2 else "") for number in range(2, 20_000)]
        ends = [v2(f"{number:x}", "end", f"{19_999:x}") for number in range(20_000, 40_000)]
        made = imported([*crowd, *chain, *ends])
        assert has(made, "49,984 spans whose id 16 others of the trace have, too")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["1f", "a", "b", "CLIENT"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["traceID", "traceId", "spanID", "id", "parentId", "spans", "processes", "references", "tags", "key", "value",
             "localEndpoint", "serviceName", "kind", "parent", "child", "callCount", "annotations", "endpoint", "data"]
        ),
        inner,
    ),
    max_leaves=40,
)  # fmt: skip


@settings(max_examples=examples(300), deadline=None)
@given(_VALUES)
def test_that_whatever_is_in_it_becomes_a_readable_region_or_a_sentence(value: object) -> None:
    try:
        made = imported([value, {"parent": "web", "child": "db"}])
        assert len(read(made).subsystems) == made.subsystems
        imported(value)
    except (ImportRefusedError, UnreadableError):
        pass


def test_that_the_shop_traced_is_the_shop_as_its_settings_say() -> None:
    links = json.loads((DATA / "online-boutique" / "edges.json").read_text())["edges"]
    pairs = {(one["caller"], one["callee"]) for one in links}
    assert edges([{"parent": one, "child": other, "callCount": 1} for one, other in sorted(pairs)]) == pairs
