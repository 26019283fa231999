"""Makes the description of a live region from that of a simulated one: without its servers, with a source."""

import json
import re
import tomllib
from dataclasses import asdict
from pathlib import Path

from topology.region.source import Tls

_PATHS = ("ca", "certificate", "key")
_HEADER = re.compile(r"^\s*\[")
_POOL = re.compile(r"^\s*\[\[\s*pool\s*\]\]")
_FLEET = re.compile(r"^fleet\s*=")


def live_description(text: str, fleet: str, ledger: str, tls: Tls) -> str:
    """Give the text of a region file with a source in the place of its servers; everything else stays as it is written.

    Raises:
        ValueError: it states a source already, or would not be whole without its servers.
    """
    if "source" in tomllib.loads(text):
        raise ValueError("it has a [source] already; name a region whose servers stand in its file")
    kept: list[str] = []
    skips = before_tables = False
    for number, line in enumerate(text.splitlines()):
        before_tables = before_tables if number else True
        if _HEADER.match(line):
            before_tables, skips = False, bool(_POOL.match(line))
        if not skips and not (before_tables and _FLEET.match(line)):
            kept.append(line)
    made = "\n".join((*kept, "", *_source(fleet, ledger, tls))) + "\n"
    if "pool" in tomllib.loads(made):
        raise ValueError("its servers are written in another way than as [[pool]] tables; name another region")
    return made


def _source(fleet: str, ledger: str, tls: Tls) -> list[str]:
    lines = ["[source]", f"fleet = {json.dumps(fleet)}", f"ledger = {json.dumps(ledger)}", "read_only = false"]
    stated = [(key, str(Path(path).absolute())) for key, path in asdict(tls).items() if path and key in _PATHS]
    for table in ("tls", "ledger_tls") if stated else ():
        lines += ["", f"[source.{table}]", *(f"{key} = {json.dumps(value)}" for key, value in stated)]
    return lines
