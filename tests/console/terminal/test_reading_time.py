"""A law: however a file is made, reading it takes a time that grows with its size, not with its square.

Each kind of input file is read at three sizes, with what is wrong in it at the very end, where looking for it takes longest.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from console.terminal.imports.manifest_files import ManifestError, documents_of
from topology.imports.graphs.graph_file import import_graph
from topology.imports.graphs.vizceral import import_vizceral
from topology.imports.notes import ImportRefusedError, UnreadableError
from topology.imports.traces.traces import import_traces
from topology.incident.reading import IncidentError, decoded
from topology.playbook.reading import PlaybookError, read_playbook
from topology.region.description import RegionError, read_region

HEAD = 'format = 1\n[region]\nname = "r"\nzones = [%s]\n[policy]\npace = "60/min"\nlargest_command = "100%%"\n'
SUBSYSTEM = '[[subsystem]]\nname = "s%d"\nfloor = 0\n'
SIZES = (2_000, 8_000, 32_000)
MOST = 10.0
"""How much longer four times as much may take: n log n gives about five, a square sixteen."""
TOO_SHORT_S = 0.05
REFUSED = (RegionError, PlaybookError, IncidentError, ManifestError, UnreadableError, ImportRefusedError)


def quoted(count: int) -> str:
    """List so many names, and the last of them again."""
    return ",".join([f'"z{number}"' for number in range(count)] + [f'"z{count - 1}"'])


def keyed(count: int) -> str:
    """Write an object with so many keys, and the last of them again."""
    pairs = [f'"k{number}":1' for number in range(count)]
    return "{" + ",".join([*pairs, pairs[-1]]) + "}"


def region(count: int, *, dotted: bool = False) -> str:
    return "format = 1\n" + ".".join("a" * count) + " = 1\n" if dotted else HEAD % quoted(count)


def fleet(count: int) -> bytes:
    rows = [f"n{number},az1,c1,r1,in_service,s0" for number in range(count)]
    return "\n".join(["name,zone,cell,rack,state,supports", *rows, rows[-1], ""]).encode()


def playbook(count: int) -> str:
    head = 'format = 1\n[playbook]\nname = "p"\ntitle = "T"\npurpose = "P"\n[undo]\ncommand = "undo"\n'
    return f'{head}[[parameter]]\nname = "s"\ntype = "subsystem"\namong = [{quoted(count)}]\n'


def manifests(text: str, folder: Path, name: str) -> None:
    path = folder / name
    path.write_text(text)
    for _ in documents_of(path, name):
        pass


KINDS: dict[str, Callable[[int, Path], object]] = {
    "zones twice": lambda count, _: read_region(region(count), "r"),
    "dotted key": lambda count, _: read_region(region(count, dotted=True), "r"),
    "dotted key inside": lambda count, _: read_region("x = {" + ".".join("a" * count) + " = 1}\n", "r"),
    "many numbers": lambda count, _: read_region(f"x = [{','.join(['1.5'] * count)}]\n", "r"),
    "subsystems": lambda count, _: read_region(
        HEAD % '"az1"' + "".join(SUBSYSTEM % number for number in range(count // 10)) + SUBSYSTEM % 0, "r"
    ),
    "fleet table": lambda count, _: read_region(
        'fleet = "fleet.csv"\n' + HEAD % '"az1"' + SUBSYSTEM % 0, "r", fleet(count)
    ),
    "playbook": lambda count, _: read_playbook(playbook(count), "p"),
    "incident": lambda count, _: decoded(region(count, dotted=True), "i"),
    "manifest, JSON": lambda count, folder: manifests(keyed(count), folder, "m.json"),
    "manifest, YAML": lambda count, folder: manifests(
        "".join(f"k{number}: 1\n" for number in range(count // 4)) + "k0: 2\n", folder, "m.yaml"
    ),
    "graph, JSON": lambda count, _: import_graph(b'{"nodes":[],"links":' + keyed(count).encode() + b"}", "g"),
    "graph, nodes twice": lambda count, _: import_graph(
        json.dumps({"nodes": [{"id": f"n{at}"} for at in [*range(count), count - 1]], "links": []}).encode(), "g"
    ),
    "graph, DOT": lambda count, _: import_graph(
        b"digraph {" + b";".join(b"a%d -> a%d" % (at, at + 1) for at in range(count // 4)) + b"; ]", "g"
    ),
    "vizceral": lambda count, _: import_vizceral(
        b'{"renderer":"global","nodes":[' + keyed(count).encode() + b"]}", "v"
    ),
    "traces": lambda count, _: import_traces(
        b"[" + b",".join(b'{"parent":"a%d","child":"b","callCount":1}' % at for at in range(count)) + b",1]", "t"
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_that_reading_grows_with_the_size_of_what_is_read(kind: str, tmp_path: Path) -> None:
    took = [min(seconds(kind, count, tmp_path) for _ in range(2)) for count in SIZES]
    for less, more in pairwise(took):
        assert more <= MOST * max(less, TOO_SHORT_S), took


def seconds(kind: str, count: int, folder: Path) -> float:
    """Give the processor's time that reading takes: what else the machine does is not in it."""
    began = time.process_time()
    with suppress(*REFUSED):
        KINDS[kind](count, folder)
    return time.process_time() - began
