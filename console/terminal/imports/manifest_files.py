"""Reads the documents of manifest files, YAML or JSON; the only module that imports PyYAML, so import it late."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from topology.imports.kubernetes.kubernetes import Document, SourcePlace
from topology.imports.notes import plain
from topology.region.decoding.toml_text import first_twice

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a file that is read."""
_MOST_MERGED = 1_000_000
"""Entries that merge keys (`<<`) may bring into one file: a few lines could ask for billions."""

_TAG = "tag:yaml.org,2002:"
_INT = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(
    r"[-+]?(?:(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|\.inf)\Z"
)


_JSON_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_NOT_PLAIN = ("timestamp", "int", "float", "value")
"""Kinds of plain scalars that are read otherwise, or, as a single `=`, as text: YAML 1.2 has no such kinds, or other ones."""


class ManifestError(Exception):
    """A file cannot be read; the text is a sentence with the file and, where there is one, the line."""


class _Guarded(Composer, SafeConstructor, Resolver):
    """Composes and constructs plain values; remembers the keys that are stated twice.

    Composing in Python, over the events of libyaml, is slower than libyaml's own composer, but nesting without end is
    then an error of Python and not the end of the process.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 (as in the base class)
        first: [(tag, pattern) for tag, pattern in pairs if tag.removeprefix(_TAG) not in _NOT_PLAIN]
        for first, pairs in Resolver.yaml_implicit_resolvers.items()
    }

    def __init__(self) -> None:
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)
        self.twice: list[tuple[str, int]] = []
        """Keys, and the lines where they stand again, of the document read last."""
        self._merged = 0

    def compose_mapping_node(self, anchor: Any) -> MappingNode:
        """Compose a mapping; a key that it has twice is kept for whoever asks."""
        node = super().compose_mapping_node(anchor)
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if isinstance(key, ScalarNode) and key.tag != _TAG + "merge":
                if (key.tag, key.value) in seen:
                    self.twice.append((key.value, key.start_mark.line + 1))
                seen.add((key.tag, key.value))
        return node

    def flatten_mapping(self, node: MappingNode) -> None:
        """Follow merge keys, but not without end."""
        for key, value in node.value:
            if key.tag != _TAG + "merge":
                continue
            for part in value.value if isinstance(value, SequenceNode) else [value]:
                if isinstance(part, MappingNode):
                    self.flatten_mapping(part)
                    self._merged += len(part.value)
                if self._merged > _MOST_MERGED:
                    raise ConstructorError(None, None, f"merges more than {_MOST_MERGED:,} entries", node.start_mark)
        super().flatten_mapping(node)


# As Kubernetes reads them: no numbers to the base of 60 (12:30 is text), and moments stay text.
_Guarded.add_implicit_resolver(_TAG + "int", _INT, list("-+0123456789"))
_Guarded.add_implicit_resolver(_TAG + "float", _FLOAT, list("-+0123456789."))

if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _Loader(_Guarded, CParser):
        def __init__(self, stream: bytes) -> None:
            CParser.__init__(self, stream)
            _Guarded.__init__(self)

else:
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Loader(_Guarded, Reader, Scanner, Parser):  # type: ignore[no-redef]
        def __init__(self, stream: bytes) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            _Guarded.__init__(self)


def documents_of(path: Path, label: str) -> Iterator[Document]:
    """Give the documents of a file, one at a time; *label* is what places call the file.

    Raises:
        ManifestError: the file is not a regular file, too large, or neither YAML nor JSON.
    """
    file = plain(str(path), 300)
    data = _bytes_of(path, file)
    if path.suffix.lower() == ".json":
        yield from _json_documents(data, file, label)
        return
    try:
        yield from _yaml_documents(data, label)
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in (error.problem or ""):  # newer readers count, before the stack ends
            raise ManifestError(f"{file}: is nested too deeply to be manifests.") from error
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1:,}" if mark is not None else ""
        why = plain(error.problem or error.context or "cannot be read", 200)
        raise ManifestError(f"{file}{line}: is not YAML that can be read: {why}.") from error
    except yaml.reader.ReaderError as error:
        near = data.count(b"\n", 0, max(error.position, 0)) + 1  # the position may count characters: about
        raise ManifestError(f"{file}, about line {near:,}: is not text: {plain(str(error.reason), 200)}.") from error
    except RecursionError as error:
        raise ManifestError(f"{file}: is nested too deeply to be manifests.") from error
    except (ValueError, OverflowError) as error:
        raise ManifestError(f"{file}: holds a value that cannot be read: {plain(str(error), 200)}.") from error


def _bytes_of(path: Path, file: str) -> bytes:
    try:
        if not path.is_file():
            raise ManifestError(f"{file}: is not a regular file, so it is not read.")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ManifestError(f"{file}: cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST_FILE:
        raise ManifestError(f"{file}: is larger than {LARGEST_FILE:,} bytes; split it into several files.")
    return data


def _yaml_documents(data: bytes, label: str) -> Iterator[Document]:
    # Files that are joined bring their marks of UTF-8 along, which YAML allows where a document begins.
    loader = _Loader(data.replace(b"\n\xef\xbb\xbf", b"\n"))
    number = 0
    while loader.check_node():
        loader.twice.clear()
        node = loader.get_node()
        if node is None:
            return
        number += 1
        value = loader.construct_document(node)
        flaw = ""
        if loader.twice:
            key, line = loader.twice[0]
            flaw = f"line {line:,} states the key {plain(key)!r} again, so it is not clear which holds"
        yield Document(value, SourcePlace(label, number, node.start_mark.line + 1), flaw)


def _json_documents(data: bytes, file: str, label: str) -> Iterator[Document]:
    """Give every value of a file, one behind the other: tools write streams of them, too."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(f"{file}: is not text at byte {error.start:,}.") from error
    twice: list[str] = []

    def mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice.append(str(first_twice(key for key, _ in pairs)))
        return made

    decoder, at, number, line, counted = json.JSONDecoder(object_pairs_hook=mapping), 0, 0, 1, 0
    while True:
        begin = _JSON_SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        if begin == len(text) and number:
            return
        twice.clear()
        number, line, counted = number + 1, line + text.count("\n", counted, begin), begin
        try:
            value, at = decoder.raw_decode(text, begin)
        except json.JSONDecodeError as error:
            raise ManifestError(f"{file}, line {error.lineno:,}: is not JSON: {error.msg}.") from error
        except RecursionError as error:
            raise ManifestError(f"{file}: is nested too deeply to be manifests.") from error
        except ValueError as error:
            raise ManifestError(f"{file}: holds a value that cannot be read: {plain(str(error), 200)}.") from error
        flaw = (
            f"the key {plain(twice[0])!r} is stated twice in one place, so it is not clear which holds" if twice else ""
        )
        yield Document(value, SourcePlace(label, number, line), flaw)
