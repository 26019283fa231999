"""Makes a graph of Vizceral's traffic: regions become zones, services subsystems, instances servers, traffic needs."""

from collections.abc import Iterator, Mapping

from topology.imports.graphs.graph_json import entries_of, graph_json
from topology.imports.graphs.graph_model import Defects, ImportedGraph
from topology.imports.graphs.graph_region import region_of
from topology.imports.imported import Imported
from topology.imports.names import name_texts
from topology.imports.notes import ImportRefusedError, Note, Topic, UnreadableError, plain
from topology.imports.shapes import DefectError, described
from topology.region.sentences.counting import counted, first_of
from topology.region.tables import Tell, silent

OUTSIDE = "INTERNET"
"""What Vizceral calls everything that calls a region from outside."""
_MOST_NAMED = 50
_HOW = 'Traffic does not tell hard from soft: each link is "hard"; soften those that one can do without.'

Fields = Mapping[str, object]


def import_vizceral(data: bytes, source: str, tell: Tell = silent) -> Imported:
    """Make a description of a file for Vizceral.

    Args:
        data: the file.
        source: what the description calls it.
        tell: hears how far it is.

    Raises:
        UnreadableError: it is not JSON, or has no nodes.
        ImportRefusedError: there is nothing in it to import, or more than a region holds.
    """
    top = graph_json(data)
    if not isinstance(top, dict) or not isinstance(top.get("nodes"), list):
        raise UnreadableError("is not a file for Vizceral: it has no list of nodes")
    return region_of(_Reader(source, tell).read(top))


class _Reader:
    def __init__(self, source: str, tell: Tell) -> None:
        self._graph = ImportedGraph(
            [f"Made from {plain(source, 200)}, written for Vizceral."], "vizceral", "Traffic as Vizceral shows it"
        )
        self._graph.how_it_links = _HOW
        self._defects = Defects("entries")
        self._tell = tell
        self._zones: dict[str, str] = {}
        self._outside = {OUTSIDE}
        self._undeclared: dict[str, dict[str, None]] = {}
        """Names linked to in regions that do not list them."""
        self._without_instances: dict[str, None] = {}

    def read(self, top: Fields) -> ImportedGraph:
        graph = self._graph
        regions = list(self._regions(top))
        full = [region for region in regions if region.get("nodes")]
        self._outside |= {_name(region) for region in regions if not region.get("nodes")}
        if not full:
            raise ImportRefusedError("There is no region with services in it to import.", tuple(self._defects.notes()))
        names = [_name(region) for region in full]
        self._zones, notes = name_texts({name: name for name in names}, "region")
        graph.zones = tuple(sorted(self._zones.values()))
        graph.notes += notes
        graph.region = _name(top) if isinstance(top.get("name"), str) and top.get("name") else graph.region
        for region in full:
            self._region(region)
        self._note_links_of_regions(top)
        self._note_undeclared()
        graph.made_from.append(f"Its regions are the zones: {first_of([plain(name) for name in names], _MOST_NAMED)}.")
        graph.understood(self._defects)
        return graph

    def _regions(self, top: Fields) -> Iterator[Fields]:
        """Give the regions; a file may also be of one region alone."""
        if top.get("renderer") == "region":
            yield {"name": "region", **top}
            return
        seen: set[str] = set()
        for place, raw in entries_of(top, "nodes", "", self._defects):
            try:
                _listed_once("region", _name(_mapping(raw)), seen)
                yield _mapping(raw)
            except DefectError as defect:
                self._defects.add(str(defect), place)

    def _region(self, region: Fields) -> None:
        name = _name(region)
        zone = self._zones[name]
        where = f"region {plain(name)}"
        self._tell(f"Reading {where}")
        entry = region.get("entryNode")
        if isinstance(entry, str):
            self._outside.add(entry)
        listed: set[str] = set()
        for place, raw in entries_of(region, "nodes", where, self._defects):
            try:
                service = _mapping(raw)
                key = _listed_once("service", _name(service), listed)
                self._service(service, zone, f"{where}, service {plain(key)}")
            except DefectError as defect:
                self._defects.add(str(defect), place)
        for place, raw in entries_of(region, "connections", where, self._defects):
            try:
                self._connection(_mapping(raw), name, listed)
            except DefectError as defect:
                self._defects.add(str(defect), place)

    def _service(self, service: Fields, zone: str, where: str) -> None:
        key = _name(service)
        node = self._graph.node(key)
        title = service.get("displayName")
        if isinstance(title, str) and title and not node.title:
            node.title = title
        if key in self._outside:
            node.external = True
            return
        instances: set[str] = set()
        for place, raw in entries_of(service, "nodes", where, self._defects):
            try:
                _listed_once("instance", _name(_mapping(raw)), instances)
            except DefectError as defect:
                self._defects.add(str(defect), place)
        if not instances:
            self._without_instances[key] = None
        node.servers[zone] = max(1, len(instances))

    def _connection(self, link: Fields, region: str, listed: set[str]) -> None:
        ends = []
        for side in ("source", "target"):
            raw = link.get(side)
            if not isinstance(raw, str) or not raw:
                raise DefectError(f"{side} is {described(raw)}, not the name of a service")
            ends.append(raw)
        for end in ends:
            if end not in listed:
                self._undeclared.setdefault(end, {})[region] = None
        self._graph.link(*ends, remark=f"in {plain(region)}")

    def _note_links_of_regions(self, top: Fields) -> None:
        between = len(list(entries_of(top, "connections", "", self._defects))) if top.get("renderer") != "region" else 0
        if between:
            text = f"{counted(between, 'link')} between regions: which services are linked is not said"
            self._graph.notes.append(Note(Topic.NOT_IMPORTED, text))

    def _note_undeclared(self) -> None:
        graph = self._graph
        for key, regions in sorted(self._undeclared.items()):
            where = first_of([plain(region) for region in regions], _MOST_NAMED)
            if key in graph.nodes:
                text = f"{plain(key)} is linked in {where}, which does not list it; it has servers elsewhere"
                graph.notes.append(Note(Topic.DEPENDENCY, text))
            else:
                graph.node(key).external = True
                text = (
                    f"{plain(key)} is linked in {where} and listed nowhere, so it is an external, without servers here"
                )
                graph.notes.append(Note(Topic.EXTERNAL, text))
        outside = sorted(key for key, node in graph.nodes.items() if node.external and key in self._outside)
        if outside:
            text = f"outside of every region, so without servers here: {first_of([plain(key) for key in outside], _MOST_NAMED)}"
            graph.notes.append(Note(Topic.EXTERNAL, text))
        if self._without_instances:
            named = first_of([plain(key) for key in sorted(self._without_instances)], _MOST_NAMED)
            text = f"{len(self._without_instances):,} without an instance in a region, so with 1 server there: {named}"
            graph.notes.append(Note(Topic.SERVERS, text))


def _mapping(raw: object) -> Fields:
    if not isinstance(raw, dict):
        raise DefectError(f"is {described(raw)}, not a mapping")
    return raw


def _name(fields: Fields) -> str:
    raw = fields.get("name")
    if not isinstance(raw, str) or not raw:
        raise DefectError(f"name is {described(raw)}" + (", not text" if raw not in (None, "") else ""))
    return raw


def _listed_once(what: str, name: str, seen: set[str]) -> str:
    """Give *name*, now *seen*; what is listed again is not taken."""
    if name in seen:
        raise DefectError(f"{what} {plain(name)} is listed twice; the first is taken")
    seen.add(name)
    return name
