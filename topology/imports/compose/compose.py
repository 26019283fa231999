"""Makes a description of a Compose file: services, how many of each, and what each waits for or addresses.

Documents come in decoded; reading YAML is the caller's business.
"""

from collections.abc import Iterable, Iterator, Mapping

from topology.imports.graphs.graph_model import Defects, ImportedGraph, Node
from topology.imports.graphs.graph_region import region_of
from topology.imports.imported import Imported
from topology.imports.kubernetes.addresses import addresses_in, holds_image, reads_as_address
from topology.imports.notes import ImportRefusedError, Note, Topic, plain
from topology.imports.shapes import MOST_STEPS, DefectError, Steps, described, items_of, mapping_of, text_of
from topology.region.listing import MOST_SERVERS
from topology.region.sentences.counting import first_of

_ZONE = "compose"
_UNREAD = ("include", "extends")


def import_compose(documents: Iterable[object], source: str, most_entries: int = MOST_STEPS) -> Imported:
    """Make a description of the documents of one Compose file; later ones add to those before, as Compose merges files.

    Raises:
        ImportRefusedError: there is no service in it, or more than can be read.
    """
    reader = _Reader(source, most_entries)
    for number, document in enumerate(documents, 1):
        if document is not None:
            reader.document(document, f"document {number:,}" if number > 1 else "the file")
    return region_of(reader.finished())


class _Reader:
    """Puts services into a graph."""

    def __init__(self, source: str, most_entries: int) -> None:
        made_from = [
            f"Made from {plain(source, 200)}, a Compose file.",
            "A service is a subsystem with as many servers as it has replicas; what it waits for (depends_on), links to or",
            "addresses in its environment is a dependency.",
        ]
        self._graph = ImportedGraph(made_from, "compose", plain(source, 200), zones=(_ZONE,))
        self._graph.how_it_links = (
            'Compose does not tell hard from soft: each is "hard"; soften those that one can do without.'
        )
        self._steps = Steps(most_entries)
        self._defects = Defects("entries")
        self._services: dict[str, Mapping[object, object]] = {}
        self._notes: list[Note] = []

    def document(self, raw: object, where: str) -> None:
        """Keep the services of a document."""
        try:
            top = mapping_of(raw, where, self._steps)
            services = mapping_of(top.get("services"), "services", self._steps)
        except DefectError as defect:
            self._defects.add(str(defect), where)
            return
        if top.get("include"):
            self._notes.append(Note(Topic.NOT_IMPORTED, "other files that it includes (include): name them one by one"))
        for name, fields in services.items():
            try:
                called = text_of(name, "the name of a service")
                self._services[called] = mapping_of(fields, f"service {plain(called, 60)}", self._steps)
            except DefectError as defect:
                self._defects.add(str(defect), where)

    def finished(self) -> ImportedGraph:
        """Give the graph.

        Raises:
            ImportRefusedError: there is no service in it.
        """
        if not self._services:
            raise ImportRefusedError("There is no service in it to import.", tuple(self._defects.notes()))
        graph = self._graph
        for name in self._services:
            graph.node(name)
        graph.refuse_if_too_many()
        for name, fields in self._services.items():
            self._service(graph.node(name), name, fields)
        graph.make_external("not a service of the file")
        graph.notes += self._notes
        graph.understood(self._defects)
        return graph

    def _service(self, node: Node, name: str, fields: Mapping[object, object]) -> None:
        where = f"service {plain(name, 60)}"
        extended = [key for key in _UNREAD if fields.get(key) is not None]
        if extended:
            text = f"{where} takes more from elsewhere ({', '.join(extended)}), which is not read: docker compose config gives all"
            self._notes.append(Note(Topic.NOT_UNDERSTOOD, text))
        for part in (self._replicas, self._waits, self._links, self._addresses):
            try:
                part(node, name, fields)
            except DefectError as defect:
                self._defects.add(str(defect), where)

    def _replicas(self, node: Node, name: str, fields: Mapping[object, object]) -> None:
        deploy = mapping_of(fields.get("deploy"), "deploy", self._steps)
        raw = deploy.get("replicas", fields.get("scale"))
        if deploy.get("mode") == "global":
            self._notes.append(
                Note(Topic.SERVERS, f"{plain(name)} runs on every node (mode: global); it counts with 1")
            )
            return
        if raw is None:
            return
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_SERVERS:
            node.floor_stated = True  # how many there are is not known, so no floor may be filled in
            raise DefectError(f"replicas is {described(raw)}, not a number of servers")
        node.servers = {_ZONE: raw}

    def _waits(self, node: Node, name: str, fields: Mapping[object, object]) -> None:
        raw = fields.get("depends_on")
        if isinstance(raw, dict):
            for needed, how in mapping_of(raw, "depends_on", self._steps).items():
                stated = mapping_of(how, "an entry of depends_on", self._steps)
                soft = stated.get("required") is False
                self._graph.link(name, text_of(needed, "an entry of depends_on"), soft=soft, remark="depends_on")
            return
        for needed in items_of(raw, "depends_on", self._steps):
            self._graph.link(name, text_of(needed, "an entry of depends_on"), remark="depends_on")

    def _links(self, node: Node, name: str, fields: Mapping[object, object]) -> None:
        for key in ("links", "external_links"):
            for raw in items_of(fields.get(key), key, self._steps):
                needed = text_of(raw, f"an entry of {key}").partition(":")[0]
                self._graph.link(name, text_of(needed, f"an entry of {key}"), remark=key)

    def _addresses(self, node: Node, name: str, fields: Mapping[object, object]) -> None:
        """Take addresses of services of the file out of the environment; others are named, not guessed."""
        unknown: dict[str, None] = {}
        for variable, value in self._environment(fields):
            for address in () if holds_image(variable) else addresses_in(value):
                bare_word = address.plain_word and not reads_as_address(variable)
                if address.host in self._services and not bare_word and address.host != name:
                    self._graph.link(name, address.host, remark=plain(variable, 60))
                elif not address.plain_word and "." not in address.host and address.host not in self._services:
                    unknown[str(address)] = None
        if unknown:
            text = f"{plain(name)} addresses {first_of([plain(one, 80) for one in unknown])}, which the file has no service for"
            self._notes.append(Note(Topic.DEPENDENCY, text))

    def _environment(self, fields: Mapping[object, object]) -> Iterator[tuple[str, str]]:
        raw = fields.get("environment")
        if isinstance(raw, dict):
            for key, value in mapping_of(raw, "environment", self._steps).items():
                if isinstance(key, str) and isinstance(value, str):
                    yield key, value
            return
        for entry in items_of(raw, "environment", self._steps):
            name, _, value = text_of(entry, "an entry of environment").partition("=")
            yield name, value
