"""Reads a graph as node-link JSON: lists of nodes and of edges (or links), as networkx and D3 write them."""

from collections.abc import Mapping

from topology.imports.graphs.drawing import Drawing
from topology.imports.graphs.graph_json import entries_of, graph_json
from topology.imports.notes import UnreadableError, plain
from topology.imports.shapes import DefectError, described


def read_node_link(data: bytes) -> Drawing:
    """Read a file.

    Raises:
        UnreadableError: it is not JSON, or has no list of nodes.
    """
    top = graph_json(data)
    if not isinstance(top, dict) or not isinstance(top.get("nodes"), list):
        raise UnreadableError("is not node-link JSON: it has no list of nodes")
    drawing = Drawing("node-link JSON", directed=top.get("directed", True) is not False)
    positions: dict[str, str] = {}
    for number, (where, raw) in enumerate(entries_of(top, "nodes", "", drawing.defects)):
        try:
            fields = _mapping(raw)
            key = _key(fields, "id" if fields.get("id") is not None else "name")
        except DefectError as defect:
            drawing.defects.add(str(defect), where)
            continue
        if key in drawing.nodes:
            drawing.defects.add(f"node {plain(key)} is listed twice; the first is taken", where)
            continue
        drawing.nodes[key] = ({"label": fields.get("name"), **fields}, where)
        if "id" not in fields:
            positions[str(number)] = key  # D3 wrote positions into links, when nodes had names alone
    for where, raw in entries_of(top, "edges" if "edges" in top else "links", "", drawing.defects):
        try:
            fields = _mapping(raw)
            ends = [_key(fields, side) for side in ("source", "target")]
        except DefectError as defect:
            drawing.defects.add(str(defect), where)
            continue
        source, target = (end if end in drawing.nodes else positions.get(end, end) for end in ends)
        drawing.add_edge(source, target, fields, where)
    return drawing


def _mapping(raw: object) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise DefectError(f"is {described(raw)}, not a mapping")
    return raw


def _key(fields: Mapping[str, object], name: str) -> str:
    raw = fields.get(name)
    if isinstance(raw, bool) or not isinstance(raw, str | int | float) or raw == "":
        raise DefectError(f"{name} is {described(raw)}" + ("" if raw in (None, "") else ", not a name or number"))
    return str(raw)
