"""A small region with a service in front of others, a status page, and what stands behind its targets."""

from topology.fleet.fleet import Fleet
from topology.fleet.state import Freshness, State
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.server_states import ServerState

TEXT = """
format = 1
[region]
name = "shop"
zones = ["az1"]
[policy]
pace = "20/min"
largest_command = "50%"
[[subsystem]]
name = "front"
service = "store"
floor = 8
[[subsystem]]
name = "index"
service = "store"
floor = 8
[[subsystem]]
name = "room"
service = "store"
floor = 8
[[subsystem]]
name = "mail"
service = "post"
floor = 4
[[subsystem]]
name = "lambda"
external = true
[[subsystem]]
name = "elsewhere"
external = true
[[dependency]]
from = "lambda"
to = "front"
[[dependency]]
from = "front"
to = "index"
[[dependency]]
from = "front"
to = "room"
for = ["PUT"]
[[pool]]
name = "front"
count = 10
supports = ["front"]
[[pool]]
name = "index"
count = 10
supports = ["index"]
[[pool]]
name = "room"
count = 10
supports = ["room"]
[[pool]]
name = "mail"
count = 10
supports = ["mail"]
[status_page]
title = "Status of the shop"
address = "https://status.example.org"
hold = "1 min"
[status_page.titles]
store = "The store"
[[status_page.targets]]
name = "here"
to = "folder:/srv/www/status"
ground = "house"
[[status_page.targets]]
name = "there"
to = "s3:https://s3.eu.example.net/bucket/page"
needs = ["elsewhere"]
environment = "STATUS_THERE"
"""


def region_of(text: str = TEXT) -> Region:
    """Read a region."""
    return read_region(text, "shop.toml")


def state_of(region: Region, *, failed: dict[str, int] | None = None, age_s: float = 0.0) -> State:
    """Give the region with so many servers of each pool failed."""
    fleet = Fleet(region)
    for number, name in enumerate(region.roster.names):
        pool, _, count = name.rpartition("-")
        if int(count) <= (failed or {}).get(pool, 0):
            fleet.state[number] = ServerState.FAILED
    fleet.recount()
    return State(region, fleet, freshness=Freshness(age_s))
