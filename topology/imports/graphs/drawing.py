"""What a file of nodes, edges and attributes states, whatever its format, and what its attributes mean for a region."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from topology.imports.graphs.graph_model import Defects, ImportedGraph, Node
from topology.imports.names import mapped
from topology.imports.notes import ImportRefusedError, Note, Topic, plain
from topology.imports.shapes import DefectError, described
from topology.region.listing import MOST_SERVERS
from topology.region.region import Amount
from topology.region.sentences.counting import counted, first_of

MOST_EDGES = 1_000_000
LONGEST_LABEL = 63
"""A label that is longer is a text about a node, and not its name."""
_MOST_NAMED = 50
_SAID = {"title", "label", "service", "declared", "floor", "external", "kind", "id", "name", "key", "source", "target"}
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")

Attributes = Mapping[str, object]


@dataclass(slots=True)
class DrawnEdge:
    """From one key to another, as the file has it."""

    source: str
    target: str
    attributes: Attributes
    where: str


@dataclass(slots=True)
class Drawing:
    """Nodes by key with their attributes and place, and edges in order."""

    form: str
    """The format, as a sentence calls it."""
    directed: bool = True
    nodes: dict[str, tuple[dict[str, object], str]] = field(default_factory=dict)
    edges: list[DrawnEdge] = field(default_factory=list)
    defects: Defects = field(default_factory=lambda: Defects("entries"))
    title: str = ""
    remarks: Counter[str] = field(default_factory=Counter)
    """What is drawn and not imported, such as "port", and how often."""

    def add_edge(self, source: str, target: str, attributes: Attributes, where: str) -> None:
        """Add one.

        Raises:
            ImportRefusedError: there are more than can be read.
        """
        if len(self.edges) >= MOST_EDGES:
            raise ImportRefusedError(f"There are more than {MOST_EDGES:,} links in it; import less at a time.")
        self.edges.append(DrawnEdge(source, target, attributes, where))

    def into(self, graph: ImportedGraph) -> None:
        """Put everything that was understood into *graph*, and notes about the rest."""
        unread = Counter[str]()
        for key, (attributes, where) in self.nodes.items():
            unread.update(name for name in attributes if name not in _SAID)
            self._node(graph.node(key), attributes, where, graph.zones[0])
        self._name_by_labels(graph)
        soft_or_hard = False
        for edge in self.edges:
            unread.update(name for name in edge.attributes if name not in _SAID)
            soft_or_hard = soft_or_hard or "kind" in edge.attributes
            graph.link(edge.source, edge.target, soft=self._is_soft(edge))
        graph.how_it_links = "Where no kind is stated, a link is hard; soften those that one can do without."
        graph.title = self.title or graph.title
        graph.notes += self._notes(unread)
        graph.make_external("not listed as a node")
        graph.understood(self.defects)

    def _name_by_labels(self, graph: ImportedGraph) -> None:
        """Call a node by its label, which is what people see of it, where no other has that label or is called so."""
        labels = {key: mapped(graph.nodes[key].title) for key in self.nodes if graph.nodes[key].title}
        counts = Counter((*labels.values(), *(mapped(key) for key in self.nodes if key not in labels)))
        linked = {mapped(end) for edge in self.edges for end in (edge.source, edge.target) if end not in self.nodes}
        for key, label in labels.items():
            if counts[label] == 1 and label not in linked and len(graph.nodes[key].title) <= LONGEST_LABEL:
                graph.nodes[key].name = graph.nodes[key].title

    def _notes(self, unread: Counter[str]) -> Iterator[Note]:
        if not self.directed and self.edges:
            text = "the file gives its links no direction; each is read as the first node needing the second"
            yield Note(Topic.DEPENDENCY, text)
        for what, count in sorted(self.remarks.items()):
            yield Note(Topic.NOT_IMPORTED, counted(count, what))
        if unread:
            named = [f"{plain(name)} ({count:,})" for name, count in sorted(unread.items())]
            yield Note(Topic.NOT_IMPORTED, f"attributes without a meaning here: {first_of(named, _MOST_NAMED)}")

    def _node(self, node: Node, attributes: Attributes, where: str, zone: str) -> None:
        node.title = _text(attributes.get("title")) or _text(attributes.get("label"))
        service = attributes.get("service")
        node.service = _text(service)
        if service is not None and not isinstance(service, str | int | float):
            self.defects.add(f"service is {described(service)}", where)
        node.external = self._read(attributes, "external", _flag, where) is True
        declared = self._read(attributes, "declared", _whole, where)
        floor = self._read(attributes, "floor", _amount, where)
        if isinstance(declared, int):
            node.servers = {zone: declared}
        node.floor_stated = "floor" in attributes or ("declared" in attributes and declared is None)
        if isinstance(floor, Amount) and ("declared" not in attributes or declared is not None):
            node.floor = floor

    def _read(self, attributes: Attributes, name: str, reader: Callable[[object], object], where: str) -> object:
        if name not in attributes:
            return None
        try:
            return reader(attributes[name])
        except ValueError as error:
            self.defects.add(f"{name} {error}", where)
            return None

    def _is_soft(self, edge: DrawnEdge) -> bool:
        kind = edge.attributes.get("kind")
        if kind not in (None, "hard", "soft"):
            self.defects.add(f"kind is {described(kind)}, neither hard nor soft; the link is read as hard", edge.where)
        return kind == "soft"


def _text(raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return ""
    return str(raw).strip()


def _flag(raw: object) -> bool:
    text = str(raw).strip().lower() if isinstance(raw, bool | int | str) else None
    if text not in (*_TRUE, *_FALSE):
        raise DefectError(f"is {described(raw)}, neither true nor false")
    return text in _TRUE


def _whole(raw: object) -> int:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, str) and re.fullmatch(r"\s*[0-9]{1,12}(?:\.0{1,12})?\s*", raw, re.ASCII):
        raw = int(raw.partition(".")[0])
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_SERVERS:
        raise DefectError(f"is {described(raw)}, not a number of servers from 0 to {MOST_SERVERS:,}")
    return raw


def _amount(raw: object) -> Amount:
    if isinstance(raw, str) and raw.strip().endswith("%"):
        return Amount.parse(raw.replace(" ", ""))
    try:
        return Amount.parse(_whole(raw))
    except ValueError as error:
        raise DefectError(f"is {described(raw)}, neither a number of servers nor a percentage") from error
