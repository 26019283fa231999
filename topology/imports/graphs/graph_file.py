"""Makes a graph of a file of nodes and edges: GraphML, DOT or node-link JSON, told apart by how the file begins."""

from topology.imports.graphs.dot import read_dot
from topology.imports.graphs.drawing import Drawing
from topology.imports.graphs.graph_model import ImportedGraph
from topology.imports.graphs.graph_region import region_of
from topology.imports.graphs.graphml import read_graphml
from topology.imports.graphs.node_link import read_node_link
from topology.imports.imported import Imported
from topology.imports.looks_like import unsupported
from topology.imports.notes import UnreadableError, plain
from topology.region.tables import Tell, silent

_BEGIN = 64 * 1024
"""Bytes of a file that are looked at to tell what it is."""
_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def import_graph(data: bytes, source: str, tell: Tell = silent) -> Imported:
    """Make a description of a graph.

    Args:
        data: the file.
        source: what the description calls it.
        tell: hears how far it is.

    Raises:
        UnreadableError: it is none of the formats, was cut, or states a document type.
        ImportRefusedError: there is nothing in it to import, or more than a region holds.
    """
    tell(f"Reading {len(data):,} bytes")
    drawing = _read(data)
    tell(f"Read {len(drawing.nodes):,} nodes and {len(drawing.edges):,} links")
    graph = ImportedGraph([f"Made from {plain(source, 200)}, read as {drawing.form}."], "graph", plain(source, 200))
    drawing.into(graph)
    return region_of(graph)


def _read(data: bytes) -> Drawing:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<" or data.startswith(_MARKS_OF_UTF_16):
        return read_graphml(data)
    if start not in (b"{", b"["):
        return read_dot(data)
    if known := unsupported("", data[:_BEGIN]):
        raise UnreadableError(f"is {known}")
    return read_node_link(data)
