"""The scheme `prometheus:` of the registry: who was seen to call whom."""

from topology.links.graph_source import GraphReader
from topology.links.prometheus.address import EXAMPLE, parse_web_address
from topology.links.prometheus.fetching import Fetching
from topology.links.prometheus.presets import PRESETS, USUAL
from topology.links.prometheus.reader import PrometheusReader
from topology.links.registry import Opening, Scheme


async def open_graph(target: str, opening: Opening) -> GraphReader:
    """Make a reader; nothing is reached before it reads.

    Raises:
        LinkError: a certificate or a password cannot be read, or may not be sent.
    """
    return PrometheusReader(Fetching(parse_web_address(target), opening.tls), PRESETS[opening.graph_preset or USUAL])


SCHEME = Scheme(
    "prometheus",
    "Prometheus",
    EXAMPLE,
    lambda target: str(parse_web_address(target)),
    lambda target: f"asks Prometheus at {parse_web_address(target)} who calls whom",
    graph=open_graph,
)
