"""What a real Prometheus saw, as the graph source reads it: rates, age, what lies back, and what goes wrong."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.prometheus.rig import PrometheusRig, needs_prometheus, otel
from topology.links.graph_source import ObservedGraph
from topology.links.prometheus.address import parse_web_address
from topology.links.prometheus.fetching import Fetching
from topology.links.prometheus.presets import PRESETS
from topology.links.prometheus.reader import PrometheusReader
from topology.links.registry import Opening, source_address
from topology.region.errors import LinkError
from topology.region.source import Tls

pytestmark = needs_prometheus()


def reader_of(rig: PrometheusRig, preset: str = "otel", window: str = "4s") -> PrometheusReader:
    return PrometheusReader(Fetching(parse_web_address(rig.url), Tls()), PRESETS[preset], window)


async def until(reader: PrometheusReader, is_so: Callable[[ObservedGraph], bool]) -> ObservedGraph:
    async with asyncio.timeout(30):
        while True:
            found = await reader.read()
            if is_so(found):
                return found
            await asyncio.sleep(0.2)


def seen(rig: PrometheusRig, is_so: Callable[[ObservedGraph], bool], preset: str = "otel") -> ObservedGraph:
    return asyncio.run(until(reader_of(rig, preset), is_so))


def test_that_rates_are_those_of_the_calls_and_the_age_is_that_of_the_newest_sample(prometheus: PrometheusRig) -> None:
    prometheus.exporter.calls({otel("front-end", "index"): 40.0, otel("index", "placement"): 3.0})

    graph = seen(prometheus, lambda one: (one.rates.get(("front-end", "index")) or 0) > 36)

    assert graph.rates["front-end", "index"] == pytest.approx(40.0, rel=0.2)
    assert graph.rates["index", "placement"] == pytest.approx(3.0, rel=0.2)
    assert graph.age_s is not None
    assert 0 <= graph.age_s < 5
    assert graph.unknown == ""
    assert graph.remarks == ()


def test_that_what_was_called_lately_is_found_when_one_looks_back(own_prometheus: PrometheusRig) -> None:
    own_prometheus.exporter.calls({otel("a", "b"): 5.0, otel("a", "never"): 0.0})
    seen(own_prometheus, lambda one: (one.rates.get(("a", "b")) or 0) > 4)

    windows = asyncio.run(reader_of(own_prometheus).look_back())

    assert [one.seconds for one in windows] == [3600.0, 86_400.0, 7 * 86_400.0]
    assert all(one.pairs == {("a", "b")} for one in windows)


def test_that_an_empty_answer_is_unknown_and_names_what_to_look_at(own_prometheus: PrometheusRig) -> None:
    graph = asyncio.run(reader_of(own_prometheus).read())

    assert graph.rates == {}
    assert "has no traces_service_graph_request_total now, so who calls whom is unknown" in graph.unknown


def test_that_a_metric_whose_target_died_is_unknown_and_not_free_of_calls(prometheus: PrometheusRig) -> None:
    prometheus.exporter.calls({otel("a", "b"): 5.0})
    reader = reader_of(prometheus, window="2s")
    asyncio.run(until(reader, lambda one: bool(one.rates)))

    prometheus.exporter.calls({})

    gone = asyncio.run(until(reader, lambda one: not one.rates))
    assert "who calls whom is unknown" in gone.unknown


def test_that_istio_and_hubble_tell_workloads_of_one_name_apart_by_their_namespaces(prometheus: PrometheusRig) -> None:
    labels = {"reporter": "destination", "source_workload": "web", "destination_workload": "db"}
    spaces = [("shop", "shop"), ("test", "test")]
    istio = {
        tuple({**labels, "source_workload_namespace": one, "destination_workload_namespace": other}.items()): 10.0
        for one, other in spaces
    }
    prometheus.exporter.calls(istio, "istio_requests_total")
    unknown = {tuple({**labels, "source_workload": "unknown", "destination_workload_namespace": "shop"}.items()): 1.0}
    prometheus.exporter.rates.update((("istio_requests_total", one), 1.0) for one in unknown)

    graph = seen(prometheus, lambda one: len(one.rates) == 2, "istio")

    assert set(graph.rates) == {("shop/web", "shop/db"), ("test/web", "test/db")}
    assert (
        graph.remarks == ("1 row of Prometheus do not name both ends, such as db.",) or "both ends" in graph.remarks[0]
    )

    flows = {"verdict": "FORWARDED", "source_workload": "web", "destination_workload": "db"}
    prometheus.exporter.calls(
        {tuple({**flows, "source_namespace": "shop", "destination_namespace": "shop"}.items()): 7.0},
        "hubble_flows_processed_total",
    )
    hubble = seen(prometheus, lambda one: bool(one.rates), "hubble")
    assert set(hubble.rates) == {("shop/web", "shop/db")}


def test_that_flows_without_workloads_say_how_hubble_would_tell_them(prometheus: PrometheusRig) -> None:
    prometheus.exporter.calls({(("verdict", "FORWARDED"),): 5.0}, "hubble_flows_processed_total")

    graph = seen(prometheus, lambda one: "no row of it" in one.unknown, "hubble")

    assert "labelsContext=source_workload,destination_workload" in graph.unknown


def test_that_a_rate_that_is_no_number_is_unknown_and_named(prometheus: PrometheusRig) -> None:
    prometheus.exporter.calls({otel("a", "b"): float("nan"), otel("a", "c"): 4.0})

    graph = seen(prometheus, lambda one: (one.rates.get(("a", "c")) or 0) > 3 and ("a", "b") in one.rates)

    assert graph.rates["a", "b"] is None
    assert "have a rate that is no number, such as a to b: NaN." in graph.remarks[0]


def test_that_huge_labels_are_left_out_and_counted(prometheus: PrometheusRig) -> None:
    prometheus.exporter.calls({otel("x" * 100_000, "b"): 5.0, otel("a", "b"): 4.0})

    graph = seen(prometheus, lambda one: set(one.rates) == {("a", "b")} and bool(one.remarks))

    assert set(graph.rates) == {("a", "b")}
    assert any("1 row of Prometheus name what is no name" in one and len(one) < 200 for one in graph.remarks)


def test_that_a_killed_and_a_frozen_server_are_one_sentence_each(own_prometheus: PrometheusRig) -> None:
    fetching = Fetching(parse_web_address(own_prometheus.url), Tls())
    own_prometheus.freeze()
    with pytest.raises(LinkError, match=r"did not answer within 0.5 s"):
        asyncio.run(fetching.get("/api/v1/query?query=1", 0.5))
    own_prometheus.thaw()
    own_prometheus.kill()
    with pytest.raises(LinkError, match=r"could not be reached: .*; see whether it runs"):
        asyncio.run(reader_of(own_prometheus).read())


def test_that_a_query_that_cannot_be_is_said_in_its_own_words(prometheus: PrometheusRig) -> None:
    async def ask() -> None:
        await reader_of(prometheus)._ask("sum(", 5.0)

    with pytest.raises(LinkError, match=r"could not answer: .*parse error"):
        asyncio.run(ask())


def test_that_the_registry_opens_it_by_its_address(prometheus: PrometheusRig, tmp_path: Path) -> None:
    prometheus.exporter.calls({otel("a", "b"): 5.0})
    address = source_address(f"prometheus:{prometheus.url}")

    async def read() -> ObservedGraph:
        reader = await address.graph(address.target, Opening("op", tmp_path, graph_preset="otel"))
        assert isinstance(reader, PrometheusReader)
        return await until(reader, lambda one: ("a", "b") in one.rates)

    assert ("a", "b") in asyncio.run(read()).rates
