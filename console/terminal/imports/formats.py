"""Every format that can be imported, once: the words of the terminal, the driver and the manual read this table.

What reads a format is imported when it is asked for. A new format is one entry more.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from console.terminal.imports.importer import FromBytes, Importer, Read, SourceFile, from_bytes, holds, refuse_unknown
from topology.imports.imported import Imported
from topology.imports.kubernetes.manifests import Document
from topology.imports.looks_like import is_autoscaling, is_ceph_tree, is_compose, is_otlp
from topology.imports.notes import UnreadableError
from topology.region.errors import LinkError
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


def _otlp() -> FromBytes:
    from topology.imports.traces.otlp import import_otlp

    return import_otlp


def _autoscaling() -> FromBytes:
    from topology.imports.tables.autoscaling import import_autoscaling

    return import_autoscaling


def _fleet(columns: Mapping[str, str]) -> Read:
    def load() -> FromBytes:
        from topology.imports.tables.fleet import KNOWN, import_fleet

        refuse_unknown("fleet", columns, KNOWN)
        return partial(import_fleet, given=columns)

    return from_bytes(load, 512 * _MB)


def _edges(columns: Mapping[str, str]) -> Read:
    def load() -> FromBytes:
        from topology.imports.tables.edges import KNOWN, import_edges

        refuse_unknown("edges", columns, KNOWN)
        return partial(import_edges, given=columns)

    return from_bytes(load, 256 * _MB)


def _compose(files: list[SourceFile], problems: list[str], tell: Tell) -> Imported:
    # Importing PyYAML costs time that every other subcommand would pay for.
    from console.terminal.imports.manifest_files import ManifestError, documents_of
    from topology.imports.compose.compose import import_compose

    path, label = files[0]
    try:
        documents = list(documents_of(path, label))
    except ManifestError as error:
        raise LinkError(str(error)) from error
    flaw = next((one.flaw for one in documents if one.flaw), "")
    if flaw:
        raise UnreadableError(flaw)
    return import_compose((one.value for one in documents), label)


def _is_manifest(name: str, begin: bytes) -> bool:
    if is_compose(name, begin):
        return False
    return name.endswith((".yaml", ".yml")) or holds(begin, ("apiVersion",))


def _is_trace(name: str, begin: bytes) -> bool:
    return holds(begin, ("traceID", "traceId", "callCount")) and not is_otlp(name, begin)


def _is_edges(name: str, begin: bytes) -> bool:
    return _has_titles(
        name, begin, ("from", "source", "caller", "client", "parent"), ("to", "target", "called", "callee", "child")
    )


def _is_fleet(name: str, begin: bytes) -> bool:
    hosts, groups = (
        ("name", "host", "hostname", "server", "node"),
        ("supports", "services", "service", "pools", "roles", "role"),
    )
    return _has_titles(name, begin, hosts, groups) and not _is_edges(name, begin)


def _has_titles(name: str, begin: bytes, *several: tuple[str, ...]) -> bool:
    """Whether the first line of a table has one title of each of *several*."""
    if not name.endswith((".csv", ".tsv")):
        return False
    line = begin.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode("utf-8", "replace").casefold()
    titles = {title.strip().strip('"') for title in re.split(r"[,;\t|]", line)}
    return all(titles & set(words) for words in several)


def _is_graph(name: str, begin: bytes) -> bool:
    if name.endswith((".dot", ".gv", ".graphml")) or b"<graphml" in begin:
        return True
    if is_ceph_tree(begin):
        return False
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
    Importer(
        "otlp",
        "traces in OpenTelemetry's JSON, as collectors and Tempo write them",
        is_otlp,
        from_bytes(_otlp, 1024 * _MB),
    ),
    Importer("compose", "a Compose file: services, replicas, and what each depends on", is_compose, _compose),
    Importer(
        "fleet", "a table of servers (CSV), whatever its columns are called", _is_fleet, _fleet({}), of_columns=_fleet
    ),
    Importer("edges", "a table of who needs what (CSV)", _is_edges, _edges({}), of_columns=_edges),
    Importer(
        "autoscaling",
        "what aws autoscaling describe-auto-scaling-groups writes: groups, instances, MinSize as floor",
        is_autoscaling,
        from_bytes(_autoscaling, 256 * _MB),
    ),
)

IMPORTERS: dict[str, Importer] = {one.name: one for one in _FORMATS}
"""Every importer by its name."""
