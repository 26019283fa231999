"""Reads what Prometheus answers to an instant query: rows of labels with a number; whatever cannot be is said, not guessed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from topology.fleet.observed import Pair
from topology.links.prometheus.presets import GraphPreset
from topology.region.errors import LinkError
from topology.region.region import shown

LONGEST_LABEL = 253
MOST_ROWS = 50_000
"""Edges that are taken; what is beyond them is counted."""


class _Row(msgspec.Struct):
    metric: dict[str, str]
    value: tuple[float, str]


class _Data(msgspec.Struct):
    result_type: str = msgspec.field(name="resultType", default="")
    result: msgspec.Raw = msgspec.Raw(b"[]")


class _Answer(msgspec.Struct):
    status: str
    data: _Data | None = None
    error: str = ""
    warnings: list[str] = []


_ANSWER = msgspec.json.Decoder(_Answer)
_ROWS = msgspec.json.Decoder(list[_Row])


@dataclass(frozen=True, slots=True)
class Vector:
    """The rows of an answer, and the server's own time, None where it has no row."""

    rows: list[_Row]
    time: float | None
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class RowsLeftOut:
    """What of an answer was not taken, by why, with a count and an example."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def note(self, why: str, example: str = "") -> None:
        """Note one row."""
        self.counts[why] = self.counts.get(why, 0) + 1
        self.examples.setdefault(why, example)

    def sentences(self) -> tuple[str, ...]:
        """Say it."""
        return tuple(
            f"{count:,} {'row' if count == 1 else 'rows'} of Prometheus {why}"
            + (f", such as {self.examples[why]}" if self.examples[why] else "")
            + "."
            for why, count in self.counts.items()
        )


def vector_of(body: bytes, where: str) -> Vector:
    """Read an answer.

    Raises:
        LinkError: it is no answer of Prometheus, or says that it could not answer.
    """
    try:
        answer = _ANSWER.decode(body)
        if answer.status != "success":
            raise LinkError(f"Prometheus at {where} could not answer: {_cut(answer.error or answer.status)}")
        if answer.data is None or answer.data.result_type != "vector":
            raise LinkError(f"{where} answers no rows to an instant query; see whether this is a Prometheus")
        rows = _ROWS.decode(answer.data.result)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        began = body[:40].decode("utf-8", "replace")
        raise LinkError(
            f"{where} answers what is not Prometheus's JSON (it begins with {shown(began)}); see whether this is the address of "
            "a Prometheus"
        ) from error
    warnings = tuple(f"Prometheus warns: {_cut(one)}." for one in answer.warnings[:3])
    return Vector(rows, rows[0].value[0] if rows else None, warnings)


def rates_of(vector: Vector, preset: GraphPreset, left_out: RowsLeftOut) -> dict[Pair, float | None]:
    """Give the number of each row by who calls and who is called, in a fixed order; what cannot be is left out, and counted."""
    found: dict[Pair, float | None] = {}
    for row in vector.rows:
        pair = _pair(row.metric, preset, left_out)
        if pair is None or pair[0] == pair[1]:
            continue
        number = _number(row.value[1])
        if number is None:
            left_out.note("have a rate that is no number", f"{pair[0]} to {pair[1]}: {_cut(row.value[1], 20)}")
        if len(found) >= MOST_ROWS and pair not in found:
            left_out.note(f"are beyond the {MOST_ROWS:,} that are taken")
            continue
        before = found.get(pair)
        found[pair] = number if before is None else before if number is None else before + number
    return {pair: found[pair] for pair in sorted(found)}


def single(vector: Vector) -> float | None:
    """Give the number of an answer of one row; None where it has none."""
    return _number(vector.rows[0].value[1], least=-math.inf) if vector.rows else None


def _pair(labels: Mapping[str, str], preset: GraphPreset, left_out: RowsLeftOut) -> Pair | None:
    caller, called = labels.get(preset.caller, ""), labels.get(preset.called, "")
    if not caller or not called or caller in preset.nobody or called in preset.nobody:
        left_out.note("do not name both ends", caller or called)
        return None
    if preset.spaces is not None:
        caller, called = (
            f"{space}/{name}" if (space := labels.get(label, "")) and space != "unknown" else name
            for label, name in zip(preset.spaces, (caller, called), strict=True)
        )
    for name in (caller, called):
        if len(name) > LONGEST_LABEL or not name.isprintable():
            left_out.note("name what is no name", shown(_cut(name, 40)))
            return None
    return caller, called


def _number(text: str, least: float = 0.0) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= least else None


def _cut(text: str, most: int = 200) -> str:
    line = "".join(letter if letter.isprintable() else " " for letter in text[: most + 1])
    return line if len(line) <= most else f"{line[:most]}…"
