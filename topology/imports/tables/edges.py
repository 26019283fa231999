"""Makes a description of a table of edges: who needs what, one row each."""

from collections.abc import Mapping

from topology.imports.graphs.graph_model import Defects, ImportedGraph
from topology.imports.graphs.graph_region import region_of
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError, Note, Topic, plain
from topology.imports.tables.rows import read_table
from topology.region.sentences.counting import first_of
from topology.region.tables import Tell, silent

KNOWN = {
    "from": ("from", "source", "caller", "client", "dependent", "parent", "consumer", "upstream service"),
    "to": ("to", "target", "called", "callee", "server", "needs", "dependency", "child", "provider", "destination"),
    "kind": ("kind",),
}
"""What a column can be for, and what it is usually called."""
LONGEST = 1_000
_TOLD_EVERY = 50_000


def import_edges(data: bytes, source: str, tell: Tell = silent, given: Mapping[str, str] | None = None) -> Imported:
    """Make a description of a table of edges, from the dependent to what it needs.

    Raises:
        UnreadableError: it is no table.
        ImportRefusedError: no columns are known to name the two ends, or there is nothing in it.
    """
    text = read_table(data)
    columns = text.columns(KNOWN, given or {})
    for what, need in (("from", "names who needs something"), ("to", "names what is needed")):
        if what not in columns:
            raise ImportRefusedError(
                f"No column is known to be the one that {need}; write --{what} COLUMN. The columns are {text.named()}."
            )
    graph = ImportedGraph([f"Made from {plain(source, 200)}, a table of edges."], "edges", plain(source, 200))
    defects = Defects("rows")
    for count, (line, cells) in enumerate(text.rows, 1):
        if count % _TOLD_EVERY == 0:
            tell(f"Read {count:,} rows")
        _take(graph, defects, f"line {line:,}", cells, len(text.titles), columns.of)
    if "kind" not in columns:
        graph.how_it_links = "No column says hard or soft, so each is hard; soften those that one can do without."
    if columns.unread:
        named = first_of([plain(title.strip(), 40) or "(empty)" for title in columns.unread], 50)
        graph.notes.append(Note(Topic.NOT_IMPORTED, f"columns without a meaning here: {named}"))
    graph.understood(defects)
    return region_of(graph)


def _take(
    graph: ImportedGraph, defects: Defects, where: str, cells: list[str], width: int, of: Mapping[str, int]
) -> None:
    if len(cells) != width:
        defects.add(f"has {len(cells)} columns instead of {width}", where)
        return
    ends = [cells[of[what]].strip() for what in ("from", "to")]
    if not all(ends) or max(map(len, ends)) > LONGEST:
        defects.add("names one end only" if not all(ends) else "has a name without end", where)
        return
    kind = cells[of["kind"]].strip().casefold() if "kind" in of else ""
    if kind not in ("", "hard", "soft"):
        defects.add(f"kind is {plain(kind, 40)!r}, neither hard nor soft; the edge is read as hard", where)
    for end in ends:
        graph.node(end)
    graph.link(ends[0], ends[1], soft=kind == "soft")
