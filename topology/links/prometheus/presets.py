"""Where each kind of telemetry keeps who called whom, and the questions that are asked of it: one pattern with other labels.

Sources: the metrics of Tempo's and the OpenTelemetry collector's service graphs, of Istio's proxies, and of Cilium's Hubble.
"""

from collections.abc import Callable
from dataclasses import dataclass

HISTORY = (("1h", 3600.0), ("1d", 86_400.0), ("7d", 7 * 86_400.0))
"""How far is looked back, shortest first."""


@dataclass(frozen=True, slots=True)
class GraphPreset:
    """One kind of telemetry. *selectors* choose its counters, *caller* and *called* are the labels that name the two ends.

    *spaces* are labels that tell two of one name apart, before the name itself: a namespace. *hint* says what to look at where
    nothing is there.
    """

    name: str
    selectors: tuple[str, ...]
    caller: str
    called: str
    spaces: tuple[str, str] | None
    hint: str
    nobody: frozenset[str] = frozenset()
    """What it writes where it does not know one end."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels by which is summed up."""
        return (self.caller, self.called, *(self.spaces or ()))

    def rates(self, window: str) -> str:
        """Ask how often, in the mean of a window. It needs two samples within it, and has no row where there are fewer."""
        return self._each(lambda selector: f"sum by ({', '.join(self.labels)}) (rate({selector}[{window}]))")

    def within(self, window: str) -> str:
        """Ask who called whom at all within a window."""
        return self._each(lambda selector: f"sum by ({', '.join(self.labels)}) (increase({selector}[{window}])) > 0")

    def age(self) -> str:
        """Ask how old the newest sample is, in seconds; it has no row once none is left."""
        newest = " or ".join(f"timestamp({selector})" for selector in self.selectors)
        return f"time() - max({newest})"

    def _each(self, ask: Callable[[str], str]) -> str:
        return " or ".join(ask(selector) for selector in self.selectors)


PRESETS = {
    "otel": GraphPreset(
        "otel",
        ("traces_service_graph_request_total",),
        "client",
        "server",
        None,
        "see that the service graph connector or Tempo's metrics generator is on, and that Prometheus scrapes it",
    ),
    "istio": GraphPreset(
        "istio",
        ('istio_requests_total{reporter="destination"}', 'istio_tcp_connections_opened_total{reporter="destination"}'),
        "source_workload",
        "destination_workload",
        ("source_workload_namespace", "destination_workload_namespace"),
        "see that Istio's telemetry is on, and that Prometheus scrapes the proxies",
        frozenset({"unknown"}),
    ),
    "hubble": GraphPreset(
        "hubble",
        ('hubble_flows_processed_total{verdict="FORWARDED"}',),
        "source_workload",
        "destination_workload",
        ("source_namespace", "destination_namespace"),
        "see that Hubble's metric flow has labelsContext=source_workload,destination_workload,source_namespace,"
        "destination_namespace, and that Prometheus scrapes it",
    ),
}
"""By the name that a description has for it in `graph_preset`."""
USUAL = "otel"
