"""Writes a graph as a region's description: each node a subsystem with a pool, or an external; each link a dependency."""

from collections import Counter
from collections.abc import Iterable, Iterator

from topology.imports.graphs.graph_model import GraphLink, ImportedGraph, Node
from topology.imports.imported import Imported, by_topic, floor_text, head, policy, refuse_if_too_long
from topology.imports.names import mapped, name_texts, unused
from topology.imports.notes import ImportRefusedError, Note, Topic, plain
from topology.imports.region_text import list_of, quoted, table
from topology.region.listing import MOST_SERVERS
from topology.region.sentences.counting import counted, first_of

_LONGEST_TITLE = 253
_MOST_NAMED = 50
_MOST_REMARKS = 5
_OF_NAME, _OF_ZONE = 180, 60
"""Letters of a subsystem's and a zone's name in that of a pool."""


def region_of(graph: ImportedGraph) -> Imported:
    """Write *graph*; the same graph always gives the same text.

    Raises:
        ImportRefusedError: there is nothing in it, or more than a region holds.
    """
    _refuse(graph)
    keys, name_notes = name_texts({key: node.name for key, node in graph.nodes.items()}, "node")
    groups = {node.service: node.service for node in graph.nodes.values() if node.service}
    services, service_notes = name_texts(groups, "service")
    inside = [key for key, node in graph.nodes.items() if not node.external]
    bare = tuple(sorted(keys[key] for key in inside if not graph.nodes[key].floor_stated))
    notes = by_topic([*graph.notes, *name_notes, *service_notes, *_notes(graph, keys, bare)])
    servers = sum(sum(_servers(graph, graph.nodes[key]).values()) for key in inside)
    ordered = sorted(graph.nodes, key=keys.__getitem__)
    parts = [
        head(_head(graph), notes),
        "format = 1\n# Keys and kinds of this file: underkeel schema region\n",
        table(
            "[region]",
            (
                ("name", quoted(mapped(graph.region))),
                ("title", quoted(plain(graph.title, _LONGEST_TITLE))),
                ("time_zone", quoted("UTC")),
                ("zones", list_of(graph.zones)),
            ),
        ),
        policy(),
        *(_subsystem(graph.nodes[key], keys[key], services) for key in ordered),
        *_pools(graph, {keys[key]: graph.nodes[key] for key in ordered}),
        *_dependencies(graph, keys),
    ]
    text = "\n".join(parts)
    refuse_if_too_long(text)
    return Imported(text, notes, len(graph.nodes), servers, len(graph.links), bare, "a floor")


def _refuse(graph: ImportedGraph) -> None:
    lost = f" Of what was read, {graph.defects:,} could not be understood." if graph.defects else ""
    if not graph.nodes:
        raise ImportRefusedError(f"There is nothing in it to import.{lost}", by_topic(graph.notes))
    graph.refuse_if_too_many()
    asked = sum(sum(_servers(graph, node).values()) for node in graph.nodes.values() if not node.external)
    if asked > MOST_SERVERS:
        raise ImportRefusedError(f"It asks for {asked:,} servers in all; a region holds at most {MOST_SERVERS:,}.")


def _servers(graph: ImportedGraph, node: Node) -> dict[str, int]:
    return node.servers or {graph.zones[0]: 1}


def _head(graph: ImportedGraph) -> list[str]:
    return [
        *graph.made_from,
        f"Taken from it: {counted(len(graph.nodes), 'node')}, {counted(len(graph.links), 'link')}.",
        "A node is a subsystem, with 1 server where no number is stated.",
        *([graph.how_it_links] if graph.how_it_links else []),
        "The policy is a start, not taken from the file.",
    ]


def _notes(graph: ImportedGraph, keys: dict[str, str], bare: tuple[str, ...]) -> Iterable[Note]:
    def named(found: Iterable[str]) -> str:
        return first_of(sorted(keys[key] for key in found), _MOST_NAMED)

    if graph.to_itself:
        known = [key for key in graph.to_itself if key in keys]
        yield Note(Topic.DEPENDENCY, f"{len(known):,} with a link to itself, which is no dependency: {named(known)}")
    if graph.links and graph.how_it_links:
        yield Note(Topic.DEPENDENCY, f"{len(graph.links):,} found. {graph.how_it_links}")
    elif not graph.links:
        yield Note(Topic.DEPENDENCY, "none found: no subsystem is said to need another")
    alone = [key for key, node in graph.nodes.items() if not node.servers and not node.external]
    if alone:
        text = f"{len(alone):,} without a number of servers, so with 1 each"
        yield Note(Topic.SERVERS, f"{text}: {named(alone)}")
    if bare:
        text = f"{len(bare):,} without a floor, so none is written and removals from them are refused until one is"
        yield Note(Topic.NO_FLOOR, f"{text}: {first_of(list(bare), _MOST_NAMED)}")


def _subsystem(node: Node, name: str, services: dict[str, str]) -> str:
    fields = [("name", quoted(name))]
    title = plain(node.title or node.name, _LONGEST_TITLE)
    if title != name:
        fields.append(("title", quoted(title)))
    if node.service:
        fields.append(("service", quoted(services[node.service])))
    if node.external:
        return table("[[subsystem]]", [*fields, ("external", "true")])
    if node.floor is not None:
        fields.append(("floor", floor_text(node.floor)))
    unknown = "its floor or its number of servers was not understood, so no floor is written and removals are refused"
    return table("[[subsystem]]", fields, unknown if node.floor_stated and node.floor is None else "")


def _pools(graph: ImportedGraph, nodes: dict[str, Node]) -> Iterator[str]:
    """Write a pool for each node and zone; a node in one zone only gives the pool its own name."""
    inside = {name: _servers(graph, node) for name, node in nodes.items() if not node.external}
    taken = {name for name, servers in inside.items() if len(servers) == 1}
    turns = Counter[str]()
    for name, servers in inside.items():
        for zone, count in servers.items():
            alone = len(servers) == 1
            fields = (
                ("name", quoted(name if alone else unused(f"{name[:_OF_NAME]}-{zone[:_OF_ZONE]}", taken, turns))),
                ("count", str(count)),
                ("supports", list_of([name])),
                ("zones", quoted(zone)),
            )
            yield table("[[pool]]", fields)


def _dependencies(graph: ImportedGraph, keys: dict[str, str]) -> list[str]:
    named = sorted(((keys[dependent], keys[needs]), link) for (dependent, needs), link in graph.links.items())
    return [
        table(
            "[[dependency]]",
            (("from", quoted(one)), ("to", quoted(other)), ("kind", '"soft"' if link.soft else '"hard"')),
            _remark(link),
        )
        for (one, other), link in named
    ]


def _remark(link: GraphLink) -> str:
    calls = [f"{link.calls:,} calls"] if link.calls else []
    return first_of([*calls, *list(link.remarks)[:_MOST_REMARKS]])
