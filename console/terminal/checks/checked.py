"""What came of checking one file, and how that is written: as text, JSON, SARIF, or the commands of a GitHub action."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import msgspec

from topology.region.problems.problem import Problem

FORMAT = 1
Level = Literal["error", "note"]
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    "region": "a description of a region can be read, and every plan on it judged",
    "playbook": "a playbook can be run",
    "incident": "an incident can be replayed",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: what *kind* it is, its *problems*, *remarks* that are worth a look, and in a sentence what it holds."""

    path: Path
    kind: Literal["region", "playbook", "incident"]
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    summary: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.problems

    def found(self) -> Iterator[tuple[Level, str]]:
        """Give everything that is said of it, with how much that weighs."""
        yield from (("error", one) for one in self.problems)
        yield from (("note", one) for one in self.remarks)


def as_json(checked: Sequence[Checked]) -> str:
    """Write the stable format of the manual."""
    files = [
        {
            "path": str(one.path),
            "kind": one.kind,
            "good": one.is_good,
            "summary": one.summary,
            "found": [_found(level, said, one.path) for level, said in one.found()],
        }
        for one in checked
    ]
    body = {"format": FORMAT, "good": all(one.is_good for one in checked), "files": files}
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def as_sarif(checked: Sequence[Checked]) -> str:
    """Write SARIF 2.1.0, which code hosts show beside the lines."""
    results = [
        {
            "ruleId": one.kind,
            "level": level,
            "message": {"text": found["message"]},
            "locations": [{"physicalLocation": _location(found)}],
        }
        for one in checked
        for level, said in one.found()
        for found in (_found(level, said, one.path),)
    ]
    driver = {
        "name": "underkeel",
        "version": _version(),
        "rules": [{"id": name, "shortDescription": {"text": text}} for name, text in _RULES.items()],
    }
    body = {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def as_github(checked: Sequence[Checked]) -> str:
    """Write workflow commands, which an action shows beside the lines."""
    lines = []
    for one in checked:
        for level, said in one.found():
            found = _found(level, said, one.path)
            place = f",line={found['line']},col={found['column']}" if found["line"] else ""
            name = "notice" if level == "note" else level
            lines.append(f"::{name} file={_property(str(found['file']))}{place}::{_escaped(str(found['message']))}")
    return "\n".join(lines)


FORMATS: dict[str, Callable[[Sequence[Checked]], str]] = {"json": as_json, "sarif": as_sarif, "github": as_github}
"""Besides text, which is written as it is found."""


def _found(level: Level, said: str, path: Path) -> dict[str, object]:
    if not isinstance(said, Problem):
        return {"level": level, "file": str(path), "line": 0, "column": 0, "message": said}
    return {"level": level, "file": said.source, "line": said.line, "column": said.column, "message": said.what}


def _location(found: dict[str, object]) -> dict[str, object]:
    file: dict[str, object] = {"artifactLocation": {"uri": Path(str(found["file"])).as_posix()}}
    return {**file, "region": {"startLine": found["line"], "startColumn": found["column"]}} if found["line"] else file


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _version() -> str:
    try:
        return version("underkeel")
    except PackageNotFoundError:
        return "0"
