"""Says what a file is that an importer does not take for its own: which importer reads it, or what it is that none does."""

import re
from collections.abc import Callable

Test = Callable[[str, bytes], bool]


def _has(*words: str) -> Test:
    quoted = [f'"{word}"'.encode() for word in words]
    return lambda name, begin: all(one in begin for one in quoted)


def _line(pattern: str) -> Test:
    found = re.compile(pattern.encode(), re.MULTILINE)
    return lambda name, begin: found.search(begin) is not None


def _named(*endings: str) -> Test:
    return lambda name, begin: name.endswith(endings)


def is_compose(name: str, begin: bytes) -> bool:
    """Whether a file may be one of Compose."""
    called = re.fullmatch(r"(?:docker-)?compose(?:\.[a-z0-9_-]+)*\.ya?ml", name) is not None
    has_services = re.search(rb"^services:\s*$", begin, re.MULTILINE) is not None
    return called or (has_services and re.search(rb"^apiVersion:", begin, re.MULTILINE) is None)


def is_otlp(name: str, begin: bytes) -> bool:
    """Whether a file may be traces in OTLP."""
    return b'"resourceSpans"' in begin or (b'"batches"' in begin and b'"scopeSpans"' in begin)


def is_autoscaling(name: str, begin: bytes) -> bool:
    """Whether a file may be what AWS says of Auto Scaling groups."""
    return b'"AutoScalingGroups"' in begin


def is_ceph_tree(begin: bytes) -> bool:
    """Whether a file is a tree of Ceph's OSDs."""
    return b'"nodes"' in begin and b'"crush_weight"' in begin


UNSUPPORTED: tuple[tuple[Test, str], ...] = (
    (_has("nodes", "crush_weight"), "a tree of Ceph's OSDs (ceph osd tree), which is not supported: it has no links"),
    (_has("format_version", "terraform_version"), "what terraform show -json writes, which is not supported"),
    (_has("TaskGroups"), "a job of Nomad, which is not supported"),
    (_line(r'^job\s+"'), "a job of Nomad, which is not supported"),
    (_line(r"^kind:\s*Kustomization\b"), "a source of Kustomize; render it first: kubectl kustomize FOLDER > all.yaml"),
    (_line(r"^apiVersion:\s*backstage\.io/"), "a catalogue of Backstage, which is not supported"),
    (_line(r"^apiVersion:\s*v[12]\s*$(?s:.)*^(?:appVersion|dependencies):"), "a chart of Helm; render it first: helm template"),
    (_line(r"\{\{[-\s]"), "a template, as Helm's are; render it first: helm template"),
    (_line(r"^\[region\]"), "a region already: open it, or check it"),
    (_named(".tf", ".tfstate"), "a file of Terraform, which is not supported"),
    (lambda name, begin: begin[:2] == b"PK", "a zipped file; unpack it first"),
    (lambda name, begin: begin[:2] == b"\x1f\x8b", "a packed file (gzip); unpack it first"),
)  # fmt: skip
"""What is known of files that no importer reads."""


def unsupported(name: str, begin: bytes) -> str:
    """Say what a file is that none reads; empty where that is not known."""
    return next((what for test, what in UNSUPPORTED if test(name, begin)), "")
