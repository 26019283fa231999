"""Reads a graph as DOT, the language of Graphviz: nodes, chains of edges, attributes, subgraphs and clusters."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from topology.imports.graphs.dot_tokens import DotToken, tokens_of
from topology.imports.graphs.drawing import MOST_EDGES, Drawing
from topology.imports.notes import ImportRefusedError, UnreadableError, plain

_DEEPEST = 100
_MOST_COPIED = 50_000_000
_KEYWORDS = ("graph", "digraph", "subgraph", "node", "edge", "strict")
_LINE_END = re.compile(r"\\[nlr]")

Texts = dict[str, object]
Members = dict[str, None]


@dataclass(slots=True)
class _Scope:
    """A graph or subgraph that is being read."""

    node: Texts = field(default_factory=dict)
    """What nodes made in it state."""
    edge: Texts = field(default_factory=dict)
    label: str = ""
    members: Members = field(default_factory=dict)


def read_dot(data: bytes) -> Drawing:
    """Read a file.

    Raises:
        UnreadableError: it is not DOT, or not to its end.
        ImportRefusedError: it holds more links than can be read.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 text at byte {error.start:,}") from error
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._source = text
        self._tokens = tokens_of(text)
        self._next = next(self._tokens)
        self._drawing = Drawing("DOT")
        self._subgraphs: dict[str, Members] = {}
        self._copied = 0

    def read(self) -> Drawing:
        if not self._has_more():
            raise UnreadableError("is empty")
        self._keyword("strict")
        if not self._keyword("digraph"):
            if not self._keyword("graph"):
                raise self._unexpected("graph or digraph")
            self._drawing.directed = False
        name = self._take().value if self._next.kind in ("word", "text") else ""
        scope = _Scope()
        self._body(scope, 0)
        self._drawing.title = scope.label or name
        if self._has_more():
            self._drawing.defects.add("something stands behind the end of the graph; it is not read", self._where())
        return self._drawing

    def _has_more(self) -> bool:
        return self._next.kind != "end"

    def _take(self) -> DotToken:
        taken = self._next
        if taken.kind != "end":
            self._next = next(self._tokens)
        return taken

    def _sign(self, *signs: str) -> str:
        """Take one of *signs* where it comes next; else give nothing."""
        return self._take().value if self._next.kind == "sign" and self._next.value in signs else ""

    def _keyword(self, word: str) -> bool:
        """Take a keyword, in any case of letters, where it comes next."""
        found = self._next.kind == "word" and self._next.value.lower() == word
        if found:
            self._take()
        return found

    def _name(self, what: str) -> str:
        """Take a name or value; texts may be joined with a plus sign."""
        if self._next.kind not in ("word", "text"):
            raise self._unexpected(what)
        if self._next.kind == "word" and self._next.value.lower() in _KEYWORDS:
            raise self._unexpected(what)
        parts = [self._take().value]
        while self._sign("+"):
            if self._next.kind != "text":
                raise self._unexpected("a text in quotes")
            parts.append(self._take().value)
        return "".join(parts)

    def _where(self) -> str:
        return f"line {self._next.line:,}"

    def _at(self, sign: str) -> bool:
        return self._next.kind == "sign" and self._next.value == sign

    def _steps(self, count: int) -> None:
        """Note that *count* more entries are copied, which a short text can ask for many times over."""
        self._copied += count
        if self._copied > _MOST_COPIED:
            raise ImportRefusedError(
                "Its subgraphs and attributes unfold to more than can be read; import less at a time."
            )

    def _unexpected(self, wanted: str) -> UnreadableError:
        if self._next.kind == "end":
            size = len(self._source.encode())
            return UnreadableError(f"ends in the middle, after {size:,} bytes: it was cut", self._where())
        return UnreadableError(
            f"is not DOT: {plain(self._next.value, 40)!r} stands where {wanted} should", self._where()
        )

    def _body(self, scope: _Scope, depth: int) -> None:
        if depth > _DEEPEST:
            raise UnreadableError(f"has subgraphs more than {_DEEPEST} deep", self._where())
        if not self._sign("{"):
            raise self._unexpected("{")
        while not self._sign("}"):
            if not self._sign(";", ","):
                self._statement(scope, depth)

    def _statement(self, scope: _Scope, depth: int) -> None:
        if self._keyword("graph"):
            scope.label = self._label(self._attributes()) or scope.label
            return
        for kind, defaults in (("node", scope.node), ("edge", scope.edge)):
            if self._keyword(kind):
                defaults.update(self._attributes())
                return
        where = self._where()
        ends, stated = self._end(scope, depth)
        if stated is None:
            return
        chain = [ends]
        while self._sign("->", "--"):
            chain.append(self._end(scope, depth, whole=False)[0])
        attributes = self._attributes()
        if len(chain) == 1:
            if stated:
                self._drawing.nodes[stated][0].update(attributes)
            return
        self._edges(chain, {**scope.edge, **attributes}, where)

    def _edges(self, chain: list[Members], attributes: Texts, where: str) -> None:
        for sources, targets in pairwise(chain):
            self._steps((len(attributes) + 1) * len(sources) * len(targets))
            if len(self._drawing.edges) + len(sources) * len(targets) > MOST_EDGES:
                raise ImportRefusedError(f"There are more than {MOST_EDGES:,} links in it; import less at a time.")
            for source in sources:
                for target in targets:
                    self._drawing.add_edge(source, target, attributes, where)

    def _end(self, scope: _Scope, depth: int, *, whole: bool = True) -> tuple[Members, str | None]:
        """Take what an edge may begin or end at: a node, or all nodes of a subgraph.

        Returns:
            The nodes, and the one that attributes behind it are of: "" for a subgraph, None where a *whole* statement
            was about neither, such as `label = x`.
        """
        if self._at("{") or (self._next.kind == "word" and self._next.value.lower() == "subgraph"):
            return self._subgraph(scope, depth), ""
        where = self._where()
        name = self._name("a node")
        if whole and self._sign("="):
            value = self._name("a value")
            if name.lower() == "label":
                scope.label = self._label({"label": value})
            return {}, None
        while self._sign(":"):
            self._name("a port")
            self._drawing.remarks["port"] += 1
        if name not in self._drawing.nodes:
            self._drawing.nodes[name] = (dict(scope.node), where)
            self._steps(len(scope.node))
        scope.members[name] = None
        return {name: None}, name

    def _subgraph(self, scope: _Scope, depth: int) -> Members:
        name = ""
        if self._keyword("subgraph") and self._next.kind in ("word", "text"):
            name = self._name("a name")
        members = self._subgraphs.setdefault(name, {}) if name else {}
        if self._at("{") or not name:
            inner = _Scope(dict(scope.node), dict(scope.edge), members=members)
            self._body(inner, depth + 1)
            service = inner.label or re.sub(r"^cluster_?", "", name) or name
            if service:
                for member in members:
                    self._drawing.nodes[member][0].setdefault("service", service)
        self._steps(2 * len(members) + len(scope.node) + len(scope.edge))
        scope.members.update(members)
        return members

    def _attributes(self) -> Texts:
        found: Texts = {}
        while self._sign("["):
            while not self._sign("]"):
                if self._sign(";", ","):
                    continue
                name = self._name("the name of an attribute")
                found[name] = self._name("a value") if self._sign("=") else "true"
        if "label" in found:
            found["label"] = self._label(found)
        return found

    def _label(self, attributes: Texts) -> str:
        """Give a label on one line; what stands for the node's own name says nothing new."""
        text = str(attributes.get("label", ""))
        return "" if "\\N" in text else " ".join(_LINE_END.sub(" ", text).split())
