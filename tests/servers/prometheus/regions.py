"""A live region whose servers are simulated and whose calls a real Prometheus saw."""

import io
from pathlib import Path

from console.terminal.trust_command import trust_command
from tests.servers.prometheus.rig import PrometheusRig

SERVERS = """format = 1
[region]
name = "shop-servers"
zones = ["az1"]
[policy]
pace = "600/min"
largest_command = "50%"
[[subsystem]]
name = "front-end"
floor = 0
[[subsystem]]
name = "index"
floor = 0
[[subsystem]]
name = "placement"
floor = 0
[[pool]]
name = "front-end"
count = 10
supports = ["front-end"]
[[pool]]
name = "index"
count = 10
supports = ["index"]
[[pool]]
name = "placement"
count = 10
supports = ["placement"]
"""
DESCRIBED = """format = 1
[region]
name = "shop-eu"
zones = ["az1"]
[source]
fleet = "simulated:{servers}"
graph = "prometheus:{url}"
read_only = false
[policy]
pace = "600/min"
largest_command = "50%"
tight = "0%"
[[subsystem]]
name = "front-end"
floor = 6
[[subsystem]]
name = "index"
floor = 6
[[subsystem]]
name = "placement"
floor = 6
observed_as = "placement-svc"
[[dependency]]
from = "front-end"
to = "index"
[[dependency]]
from = "placement"
to = "index"
"""


def described(folder: Path, rig: PrometheusRig, more: str = "") -> Path:
    """Write both descriptions, and trust the one that is opened."""
    servers, path = folder / "servers.toml", folder / "shop.toml"
    servers.write_text(SERVERS)
    path.write_text(DESCRIBED.format(servers=servers, url=rig.url) + more)
    assert trust_command(path, True, io.StringIO(), io.StringIO(), io.StringIO()) == 0
    return path
