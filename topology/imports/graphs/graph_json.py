"""Decodes JSON that describes a graph, and gives the entries of its lists; a key that is stated twice is an error."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from topology.imports.graphs.graph_model import Defects
from topology.imports.notes import UnreadableError, plain
from topology.imports.shapes import described

_WORDS = ("true", "false", "null", "-")


def graph_json(data: bytes) -> object:
    """Decode a file.

    Raises:
        UnreadableError: it is not JSON, or states a key twice in one place, so that it is not clear which holds.
    """
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        left = error.doc[error.pos :].strip()
        cut = error.msg.startswith("Unterminated string") or any(word.startswith(left) for word in _WORDS)
        why = f"ends in the middle, after {len(data):,} bytes: it was cut" if cut else f"is not JSON: {error.msg}"
        raise UnreadableError(why if error.doc.strip() else "is empty", f"line {error.lineno:,}") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 text at byte {error.start:,}") from error
    except RecursionError as error:
        raise UnreadableError("is nested too deeply to be a graph") from error
    except ValueError as error:
        raise UnreadableError(f"holds a value that cannot be read: {plain(str(error), 200)}") from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise UnreadableError(f"states the key {plain(twice)!r} twice in one place, so it is not clear which holds")
    return made


def entries_of(fields: Mapping[str, object], key: str, where: str, defects: Defects) -> Iterator[tuple[str, object]]:
    """Give the entries of the list at *key*, each with its place; what is no list is noted."""
    raw = fields.get(key)
    within = f"{where}, " if where else ""
    if raw is None:
        return
    if not isinstance(raw, list):
        defects.add(f"{key} is {described(raw)}, not a list", where or "the file")
        return
    yield from ((f"{within}{key} {number:,}", entry) for number, entry in enumerate(raw, 1))
