"""Reads a graph as GraphML. A document type is refused before anything in it is looked at: it could name other files."""

from collections.abc import Mapping
from xml.parsers import expat

from topology.imports.graphs.drawing import Drawing
from topology.imports.notes import UnreadableError, plain

_CUT = (
    "no element found",
    "unclosed token",
    "partial character",
    "unclosed CDATA section",
)


def read_graphml(data: bytes) -> Drawing:
    """Read a file.

    Raises:
        UnreadableError: it is not XML, was cut, is no GraphML, or states a document type.
    """
    reader = _Reader()
    try:
        reader.parse(data)
    except expat.ExpatError as error:
        text = expat.ErrorString(error.code) or ""
        cut = text in _CUT
        why = f"ends in the middle, after {len(data):,} bytes: it was cut" if cut else f"is not XML: {plain(text)}"
        raise UnreadableError(why, f"line {error.lineno:,}") from error
    except (ValueError, LookupError) as error:  # an encoding that is not known
        raise UnreadableError(f"cannot be read as XML: {plain(str(error), 200)}") from error
    return reader.finished()


class _Reader:
    """Hears of elements as they begin and end, and keeps the way to where it is."""

    def __init__(self) -> None:
        self._drawing = Drawing("GraphML")
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._names: dict[str, str] = {}
        """What data is called, by the id of its key."""
        self._defaults: dict[str, dict[str, object]] = {"node": {}, "edge": {}}
        self._way: list[str] = []
        self._holders: list[dict[str, object]] = []
        """Attributes of the nodes and edges one is in."""
        self._open: list[str] = []
        """Keys of the nodes one is in; a node may hold a graph of its own."""
        self._groups: list[str] = []
        self._group_of: dict[str, str] = {}
        self._key: tuple[str, str] = ("", "")
        self._data: str | None = None
        self._heard: list[str] = []
        self._nested = False

    def parse(self, data: bytes) -> None:
        self._parser.Parse(data, True)

    def finished(self) -> Drawing:
        drawing = self._drawing
        linked = {end for edge in drawing.edges for end in (edge.source, edge.target)}
        for key, group in self._group_of.items():
            drawing.nodes[key][0].setdefault("service", drawing.nodes[group][0].get("label") or group)
        for group in set(self._group_of.values()) - linked:
            del drawing.nodes[group]
        for attributes, _ in drawing.nodes.values():
            attributes.update({name: value for name, value in self._defaults["node"].items() if name not in attributes})
        for edge in drawing.edges:
            edge.attributes = {**self._defaults["edge"], **edge.attributes}
        return drawing

    def _where(self) -> str:
        return f"line {self._parser.CurrentLineNumber:,}"

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise UnreadableError(
            "states a document type (<!DOCTYPE), which may lead to other files, so nothing of it is read; take it out",
            self._where(),
        )

    def _start(self, tag: str, fields: Mapping[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not self._way and name != "graphml":
            raise UnreadableError(f"is not GraphML: it begins with <{plain(name, 40)}>", self._where())
        self._way.append(name)
        if self._data is not None:
            self._nested = True
            if name == "NodeLabel":
                self._heard.clear()
        elif name == "key":
            self._key = (fields.get("for", "all"), fields.get("attr.name") or fields.get("id", ""))
            self._names[fields.get("id", "")] = self._key[1]
        elif name == "graph":
            self._drawing.directed = self._drawing.directed and fields.get("edgedefault", "directed") != "undirected"
            if self._way[-2:-1] == ["node"]:
                self._groups.append(self._open[-1])
        elif name == "node":
            self._node(fields)
        elif name == "edge":
            self._edge(fields)
        elif name in ("data", "default"):
            self._data = self._names.get(fields.get("key", "")) if name == "data" else self._key[1]
            if self._data is None:
                text = f"data has the key {plain(fields.get('key', ''))!r}, which is not declared"
                self._drawing.defects.add(text, self._where())
                self._data = ""
            self._heard.clear()
            self._nested = False
        elif name in ("port", "hyperedge", "locator"):
            self._drawing.remarks[name] += 1

    def _node(self, fields: Mapping[str, str]) -> None:
        key, found = fields.get("id", ""), self._drawing.nodes
        attributes: dict[str, object] = {}
        self._holders.append(attributes)
        self._open.append(key)
        if not key:
            self._drawing.defects.add("a node has no id", self._where())
        elif key in found:
            self._drawing.defects.add(f"node {plain(key)} is listed twice; the first is taken", self._where())
        else:
            found[key] = (attributes, self._where())
            if self._groups and self._groups[-1] in found:
                self._group_of[key] = self._groups[-1]

    def _edge(self, fields: Mapping[str, str]) -> None:
        attributes: dict[str, object] = {}
        self._holders.append(attributes)
        missing = [side for side in ("source", "target") if not fields.get(side)]
        if missing:
            self._drawing.defects.add(f"an edge has no {missing[0]}", self._where())
            return
        self._drawing.add_edge(fields["source"], fields["target"], attributes, self._where())

    def _text(self, text: str) -> None:
        if self._data is not None and (not self._nested or self._way[-1] == "NodeLabel"):
            self._heard.append(text)

    def _end(self, tag: str) -> None:
        name = self._way.pop()
        if name in ("node", "edge") and self._data is None:
            self._holders.pop()
            if name == "node":
                self._open.pop()
        elif name == "graph" and self._groups and self._way[-1] == "node":
            self._groups.pop()
        elif name == "NodeLabel" and self._nested and self._holders:
            self._holders[-1].setdefault("label", "".join(self._heard).strip())
        elif name == "data":
            if self._data and self._holders and not self._nested:
                self._holders[-1][self._data] = "".join(self._heard).strip()
            self._data = None
        elif name == "default":
            for kind in ("node", "edge") if self._key[0] == "all" else (self._key[0],):
                self._defaults.setdefault(kind, {})[self._key[1]] = "".join(self._heard).strip()
            self._data = None
