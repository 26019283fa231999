"""Reads what a description says of a live region's source, and of where its servers stand."""

import re

from topology.region.region import shown
from topology.region.source import PlaceRule, Source, Tls, network_of
from topology.region.tables import Table

_SCHEME = re.compile(r"([a-z][a-z0-9+-]{0,19}):(.+)", re.DOTALL)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_LABEL = re.compile(r"([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
GRAPH_PRESETS = ("otel", "istio", "hubble")


def read_source(top: Table) -> Source | None:
    """Read `[source]`; None where the region is a simulated one. Problems are noted with their places."""
    if top.get("source") is None:
        return None
    table = top.table("source")
    table.only({
        "fleet", "graph", "graph_preset", "ledger", "read_only", "environment", "others_hold_credentials", "tls",
        "ledger_tls", "graph_tls", "pool_label",
    })  # fmt: skip
    fleet = _address(table, "fleet", "haproxy:unix:/run/haproxy/admin.sock", required=True)
    preset = table.text("graph_preset")
    if preset and preset not in GRAPH_PRESETS:
        table.problem("graph_preset", f"is {shown(preset)}; write one of {', '.join(GRAPH_PRESETS)}")
    read_only = table.get("read_only")
    return Source(
        fleet,
        graph=_address(table, "graph", "prometheus:http://127.0.0.1:9090"),
        graph_preset=preset,
        ledger=_address(table, "ledger", "etcd://h1:2379/shop/ledger/"),
        # Whatever is not plainly false leaves the source alone.
        read_only=True if read_only is None else table.flag("read_only") or read_only is not False,
        environment=_variables(table),
        others_hold_credentials=table.flag("others_hold_credentials"),
        tls=_tls(table, "tls"),
        ledger_tls=_tls(table, "ledger_tls"),
        graph_tls=_tls(table, "graph_tls"),
        pool_label=_pool_label(table, fleet),
    )


def read_places(top: Table, zones: tuple[str, ...]) -> tuple[PlaceRule, ...]:
    """Read `[[place]]`, in order; the first that holds a server is where it stands."""
    return tuple(filter(None, (_place(table, zones) for table in top.tables("place"))))


def _place(table: Table, zones: tuple[str, ...]) -> PlaceRule | None:
    table.only({"match", "zone", "cell", "rack"})
    match, zone = table.text("match"), table.text("zone")
    if not match:
        table.problem(
            "match", 'is missing; write a range of addresses such as "10.1.0.0/16", or a glob such as "web-*"'
        )
    elif "/" in match and network_of(match) is None:
        table.problem("match", f'is {shown(match)}, which is no range of addresses; write one such as "10.1.0.0/16"')
    if zone not in zones:
        known = ", ".join(zones)
        table.problem("zone", f"is {shown(zone)}, which is not a zone of the region; write one of {known}")
        return None
    return PlaceRule(match, zone, table.text("cell"), table.text("rack")) if match else None


def _address(table: Table, key: str, example: str, required: bool = False) -> str:
    text = table.text(key)
    if text and _SCHEME.fullmatch(text) is None:
        table.problem(key, f'is {shown(text)}; write a scheme and what it opens, such as "{example}"')
        return ""
    if not text and required:
        table.problem(key, f'is missing; write where the servers are, such as "{example}"')
    return text


def _pool_label(table: Table, fleet: str) -> str:
    label = table.text("pool_label")
    if label and _LABEL.fullmatch(label) is None:
        table.problem(
            "pool_label", f'is {shown(label)}; write the key of a label of the nodes, such as "example.org/pool"'
        )
        return ""
    if label and not fleet.startswith("kubernetes:"):
        table.problem("pool_label", "is only for nodes of a Kubernetes, and the fleet is none; take it out")
    return label


def _variables(table: Table) -> tuple[str, ...]:
    found = table.texts("environment")
    for name in found:
        if not _VARIABLE.fullmatch(name):
            table.problem("environment", f"holds {shown(name)}; write names of variables, never their values")
    return tuple(name for name in found if _VARIABLE.fullmatch(name))


def _tls(table: Table, key: str) -> Tls:
    if table.get(key) is None:
        return Tls()
    paths = table.table(key)
    paths.only({"ca", "certificate", "key", "user", "password_file"})
    found = Tls(*map(paths.text, ("ca", "certificate", "key", "user", "password_file")))
    if bool(found.certificate) != bool(found.key):
        paths.problem(
            "key" if found.certificate else "certificate", "is missing; a certificate and its key go together"
        )
    if bool(found.user) != bool(found.password_file):
        missing = "password_file" if found.user else "user"
        paths.problem(missing, "is missing; a user and the file with the password go together")
    return found
