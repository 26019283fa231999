"""Every importer, on inputs that nobody means: it refuses in a sentence, or what it writes reads back as a region.

100,000 inputs in every run; as many as `UNDERKEEL_FUZZ` says where that is set, such as 10000000. A failure names the format and
the number of its input, and the same number gives the same input again.
"""

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from topology.imports.compose.compose import import_compose
from topology.imports.graphs.graph_file import import_graph
from topology.imports.graphs.vizceral import import_vizceral
from topology.imports.imported import Imported
from topology.imports.kubernetes.kubernetes import import_documents
from topology.imports.kubernetes.manifests import Document
from topology.imports.notes import ImportRefusedError, SourcePlace, UnreadableError
from topology.imports.tables.autoscaling import import_autoscaling
from topology.imports.tables.edges import import_edges
from topology.imports.tables.fleet import import_fleet
from topology.imports.traces.otlp import import_otlp
from topology.imports.traces.traces import import_traces
from topology.region.description import read_region

INPUTS = int(os.environ.get("UNDERKEEL_FUZZ", "100000"))
PARTS = 20
"""The inputs of each run are given out in so many tests, so that several processes share them."""
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    10**400,
    -0.0,
    1e308,
    "",
    " ",
    "a",
    "A",
    "a" * 300,
    "..",
    "-",
    "\ud800",
    "\u202e",
    "\x1b[2J",
    '"',
    "\\",
    "a/b",
    "a:3",
    "90%",
    "101%",
    [],
    {},
    [[]],
    {"a": {}},
    ["a"],
    "default",
    "web",
    "\x00",
    "\n",
    "=",
    "é",
    "\uff11",
    "a..b",
    ".a",
)
BYTES = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b'"',
    b"'",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r",
    b";",
    b"<",
    b">",
    b"&",
    b"=",
    b"->",
    b"--",
    b"#",
    b"//",
    b"/*",
    b"null",
    b"1e999",
    b"-1",
    b"99999999999999999999",
    b"\\ud800",
    b"\\u0000",
    b"[" * 200,
    b"<a>" * 50,
    b"subgraph",
    b"floor=",
    b"declared=",
    b"<!DOCTYPE x>",
    b"\xf0\x9f\x92\xa9",
    b"NaN",
    b"true",
    b" " * 50,
)


@dataclass(frozen=True)
class Format:
    """An importer of bytes, and inputs that it takes; or, with *objects*, an importer of what JSON or YAML decode to."""

    run: Callable[[Any], Imported]
    samples: tuple[Any, ...]
    objects: bool = False


def _documents(value: object) -> Imported:
    found = value if isinstance(value, list) else [value]
    return import_documents((Document(one, SourcePlace("x", at)) for at, one in enumerate(found, 1)), 20_000)


def _compose(value: object) -> Imported:
    return import_compose([value], "x", 20_000)


SPAN = {
    "traceID": "t",
    "spanID": "2",
    "processID": "p",
    "references": [{"refType": "CHILD_OF", "traceID": "t", "spanID": "1"}],
}
JAEGER = [
    {"data": [{"parent": "a", "child": "b", "callCount": 3}]},
    {
        "data": [
            {"traceID": "t", "processes": {"p": {"serviceName": "a"}}, "spans": [{"traceID": "t", "spanID": "1"}, SPAN]}
        ]
    },
    [
        [
            {
                "traceId": "1",
                "id": "2",
                "parentId": "1",
                "kind": "CLIENT",
                "localEndpoint": {"serviceName": "a"},
                "tags": {"db.system": "x"},
            }
        ]
    ],
]
OTLP = {
    "resourceSpans": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": name}}]},
            "scopeSpans": [
                {"spans": [{"traceId": "ab", "spanId": own, "parentSpanId": up, "kind": kind, "links": []}]}
            ],
        }
        for name, own, up, kind in (("a", "01", "", 3), ("b", "02", "01", 2))
    ]
}
VIZCERAL = {
    "renderer": "global",
    "name": "edge",
    "nodes": [
        {
            "renderer": "region",
            "name": "r",
            "nodes": [{"name": "a", "nodes": [{"name": "i"}]}, {"name": "b"}],
            "connections": [{"source": "a", "target": "b", "metrics": {"normal": 3}}],
        }
    ],
}
NODE_LINK = {
    "nodes": [{"id": "a", "declared": 3, "floor": "50%", "label": "A"}, {"id": "b"}],
    "links": [{"source": "a", "target": "b"}],
}
AWS = {
    "AutoScalingGroups": [
        {
            "AutoScalingGroupName": "web",
            "MinSize": 1,
            "MaxSize": 3,
            "DesiredCapacity": 2,
            "Instances": [
                {"InstanceId": "i-1", "AvailabilityZone": "z", "LifecycleState": "InService", "HealthStatus": "Healthy"}
            ],
        }
    ]
}
KUBERNETES = [
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {
            "replicas": 3,
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "containers": [
                        {"name": "c", "env": [{"name": "DB_HOST", "value": "db:5432"}], "args": ["--api=api:80"]}
                    ]
                },
            },
        },
        "status": {"replicas": 3, "readyReplicas": 2},
    },
    {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "db"},
        "spec": {"template": {"metadata": {"labels": {"app": "db"}}}},
    },
    {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "g"},
        "spec": {"minAvailable": "50%", "selector": {"matchLabels": {"app": "web"}}},
        "status": {"disruptionsAllowed": 0},
    },
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}, "spec": {"selector": {"app": "db"}}},
    {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "h"},
        "spec": {"scaleTargetRef": {"kind": "StatefulSet", "name": "db"}, "minReplicas": 2},
    },
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "db-0", "ownerReferences": [{"kind": "StatefulSet", "name": "db"}]},
        "spec": {"nodeName": "n"},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    },
    {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n", "labels": {"topology.kubernetes.io/zone": "z"}}},
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "n"},
        "spec": {
            "podSelector": {"matchLabels": {"app": "db"}},
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]}],
        },
    },
]
COMPOSE = {
    "services": {
        "web": {"deploy": {"replicas": 3}, "depends_on": ["api"], "environment": {"DB": "db:5432"}},
        "api": {"scale": 2, "depends_on": {"db": {"required": False}}, "links": ["db:x"]},
        "db": None,
    }
}
DOT = b'digraph g { node [floor=1]; a [label="A", declared=3]; subgraph cluster_x { label=x; b } a -> b [kind=soft]; b -> a }'
GRAPHML = (
    b'<graphml><key id="d" for="node" attr.name="floor"/><graph edgedefault="directed"><node id="a"><data key="d">2</data></node>'
    b'<node id="b"/><edge source="a" target="b"/></graph></graphml>'
)
HOSTS = b"host;site;rack;pools;status\nh1;z;r1;web,api;active\nh2;z;r2;web:2;down\nh3;y;;db;weird\n"
EDGES = b'from,to,kind\na,b,hard\n"b",c,soft\n'


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


FORMATS: dict[str, Format] = {
    "jaeger": Format(lambda data: import_traces(data, "x"), tuple(map(_json, JAEGER))),
    "otlp": Format(lambda data: import_otlp(data, "x"), (_json(OTLP),)),
    "graph": Format(lambda data: import_graph(data, "x"), (DOT, GRAPHML, _json(NODE_LINK))),
    "vizceral": Format(lambda data: import_vizceral(data, "x"), (_json(VIZCERAL),)),
    "autoscaling": Format(lambda data: import_autoscaling(data, "x"), (_json(AWS),)),
    "fleet": Format(lambda data: import_fleet(data, "x"), (HOSTS,)),
    "edges": Format(lambda data: import_edges(data, "x"), (EDGES,)),
    "kubernetes": Format(_documents, (KUBERNETES,), objects=True),
    "compose": Format(_compose, (COMPOSE,), objects=True),
}


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Change a few places of a text: cut, double, exchange, put in."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((0, 1, 1, 2, 5, 20)))
        how = rng.randrange(5)
        if how == 0:
            data = data[:at] + data[end:]
        elif how == 1:
            data = data[:end] + data[at:end] * rng.randrange(1, 4) + data[end:]
        elif how == 2:
            data = data[:at] + bytes((rng.randrange(256),)) + data[at + 1 :]
        elif how == 3:
            data = data[:at] + rng.choice(BYTES) + data[end:]
        else:
            data = data[:at] if rng.randrange(4) == 0 else data[:at] + rng.choice(BYTES) + data[at:]
    return data


def twisted(value: Any, rng: random.Random) -> Any:
    """Change one place in a decoded value: replace, take out, double, or go further inside."""
    if rng.randrange(6) == 0 or not isinstance(value, dict | list) or not value:
        return rng.choice(ODD)
    if isinstance(value, list):
        at = rng.randrange(len(value))
        how = rng.randrange(5)
        inner = [twisted(value[at], rng)] if how < 3 else [] if how == 3 else [value[at]] * 2
        return [*value[:at], *inner, *value[at + 1 :]]
    key = rng.choice(list(value))
    how = rng.randrange(7)
    rest = {name: part for name, part in value.items() if name != key or how < 5}
    if how < 5:
        rest[key] = twisted(value[key], rng)
    elif how == 5:
        other = rng.choice(ODD)
        rest[other if rng.randrange(2) and not isinstance(other, dict | list) else str(other)] = value[key]
    return rest


def made(kind: Format, rng: random.Random) -> Any:
    """Make one input."""
    sample = rng.choice(kind.samples)
    if kind.objects:
        for _ in range(rng.choice((1, 1, 2, 4))):
            sample = twisted(sample, rng)
        return sample
    if sample[:1] in b"{[" and rng.randrange(2):
        value = json.loads(sample)
        for _ in range(rng.choice((1, 1, 2, 4))):
            value = twisted(value, rng)
        try:
            return json.dumps(value).encode()
        except TypeError:  # a key that JSON has not
            return mutated(sample, rng)
    return mutated(sample, rng)


def tried(kind: Format, value: Any, known: set[int]) -> str:
    """Import one input; gives what became of it."""
    try:
        found = kind.run(value)
    except (ImportRefusedError, UnreadableError) as refused:
        assert str(refused).isprintable() or "\n" not in str(refused)
        return "refused"
    mark = hash((found.text, found.table))
    if mark not in known:
        known.add(mark)
        region = read_region(found.text, "x.toml", found.table.encode() if found.table else None)
        assert (len(region.subsystems), region.roster.count) == (found.subsystems, found.servers)
        assert len(region.dependencies) == found.dependencies
    return "taken"


@pytest.mark.parametrize("part", range(PARTS))
def test_that_every_input_is_refused_in_a_sentence_or_reads_back_as_a_region(part: int) -> None:
    outcomes = {"refused": 0, "taken": 0}
    known: set[int] = set()
    for name, kind in FORMATS.items():
        for number in range(part, INPUTS // len(FORMATS), PARTS):
            value = made(kind, random.Random(f"{name} {number}"))
            try:
                outcomes[tried(kind, value, known)] += 1
            except Exception as error:
                error.add_note(f"{name}, input {number}: {value!r:.2000}")
                raise
    # Both must be tried: inputs that are all refused would show nothing.
    assert min(outcomes.values()) > INPUTS // PARTS // 50
