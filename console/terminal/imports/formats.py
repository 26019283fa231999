"""Every format that can be imported, once: the words of the terminal, the driver and the manual read this table.

What reads a format is imported when it is asked for. A new format is one entry more.
"""

from collections.abc import Iterator

from console.terminal.imports.importer import FromBytes, Importer, SourceFile, from_bytes, holds
from topology.imports.imported import Imported
from topology.imports.kubernetes.manifests import Document
from topology.region.tables import Tell

_MB = 1024 * 1024


def _kubernetes(files: list[SourceFile], problems: list[str], tell: Tell) -> Imported:
    from topology.imports.kubernetes.kubernetes import import_documents

    return import_documents(_documents(files, problems, tell))


def _documents(files: list[SourceFile], problems: list[str], tell: Tell) -> Iterator[Document]:
    """Give every document; a file that cannot be read becomes a problem, and the others are still read."""
    # Importing PyYAML costs time that every other subcommand would pay for.
    from console.terminal.imports.manifest_files import ManifestError, documents_of

    read = 0
    for number, (path, label) in enumerate(files, 1):
        try:
            for document in documents_of(path, label):
                yield document
                read += 1
                tell(f"Read {read:,} documents, file {number:,} of {len(files):,}")
        except ManifestError as error:
            problems.append(str(error))


def _traces() -> FromBytes:
    from topology.imports.traces.traces import import_traces

    return import_traces


def _graph() -> FromBytes:
    from topology.imports.graphs.graph_file import import_graph

    return import_graph


def _vizceral() -> FromBytes:
    from topology.imports.graphs.vizceral import import_vizceral

    return import_vizceral


def _is_manifest(name: str, begin: bytes) -> bool:
    return name.endswith((".yaml", ".yml")) or holds(begin, ("apiVersion",))


def _is_trace(name: str, begin: bytes) -> bool:
    return holds(begin, ("traceID", "traceId", "callCount"))


def _is_graph(name: str, begin: bytes) -> bool:
    if name.endswith((".dot", ".gv", ".graphml")) or b"<graphml" in begin:
        return True
    return holds(begin, ("nodes",), ("links", "edges")) or begin.lstrip().startswith((b"digraph", b"graph", b"strict"))


def _is_vizceral(name: str, begin: bytes) -> bool:
    return holds(begin, ("renderer",))


_FORMATS = (
    Importer(
        "kubernetes",
        "manifests: workloads, their replicas, budgets and addresses",
        _is_manifest,
        _kubernetes,
        (".yaml", ".yml", ".json"),
    ),
    Importer(
        "jaeger",
        "what tracing tools export: lists of dependencies, traces of Jaeger, traces of Zipkin v1 and v2",
        _is_trace,
        from_bytes(_traces, 1024 * _MB),
    ),
    Importer("graph", "nodes and edges: GraphML, DOT or node-link JSON", _is_graph, from_bytes(_graph, 64 * _MB)),
    Importer(
        "vizceral",
        "a file for Vizceral: regions, services, their instances and traffic",
        _is_vizceral,
        from_bytes(_vizceral, 64 * _MB),
    ),
)

IMPORTERS: dict[str, Importer] = {one.name: one for one in _FORMATS}
"""Every importer by its name."""
