"""What the readers read and what the schemas allow are the same keys; every file that is shipped fits."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import resources
from console.app.cli import main
from console.operating.incidents.incidents import read_incident_named
from console.terminal.schemas.reports import schemas
from tests.folders import ROOT
from topology.generation.region import generate
from topology.playbook.reading import read_playbook
from topology.region.description import RegionError, read_region
from topology.region.tables import Table

REGIONS = sorted(resources.path("regions").rglob("region.toml")) + sorted(
    resources.path("incidents").rglob("region*.toml")
)
PLAYBOOKS = sorted(resources.path("playbooks").glob("*.toml"))
INCIDENTS = sorted(resources.path("incidents").rglob("incident.toml"))
EVERYTHING = """
format = 1
illustrative = true
fleet = "fleet.csv"
[region]
name = "r"
zones = ["a"]
[source]
fleet = "exec:/bin/true"
[source.tls]
ca = "ca.pem"
[source.graph_tls]
ca = "ca.pem"
[source.ledger_tls]
ca = "ca.pem"
[[place]]
match = "*"
zone = "a"
[policy]
pace = "20/min"
[approval]
count = 1
[[approval.group]]
name = "g"
members = ["x"]
[alarms]
priority = { below-floor = "high" }
[status_page]
title = "t"
[[status_page.targets]]
name = "one"
to = "folder:/srv/www"
[[freeze]]
from = 2020-01-01T00:00:00Z
until = 2020-01-02T00:00:00Z
[[subsystem]]
name = "s"
restart = { checks_minutes = 1 }
[[dependency]]
from = "s"
to = "s"
[[pool]]
name = "p"
count = 1
supports = ["s"]
"""


def plain(value: Any) -> Any:
    """Give a value of TOML as JSON would have it, dates as texts."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def misfits(name: str, text: str) -> list[str]:
    checked = jsonschema.Draft202012Validator(schemas()[name])
    return [f"{list(one.absolute_path)}: {one.message}" for one in checked.iter_errors(plain(tomllib.loads(text)))]


def _tables(schema: Any) -> Iterator[frozenset[str]]:
    """Give the keys of every closed table inside a schema."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield frozenset(schema["properties"])
        for one in schema.values():
            yield from _tables(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _tables(one)


@pytest.fixture
def read_keys(monkeypatch: pytest.MonkeyPatch) -> set[frozenset[str]]:
    """Collect which keys the readers know, table by table."""
    known: set[frozenset[str]] = set()
    only = Table.only

    def noting(self: Table, keys: set[str]) -> None:
        known.add(frozenset(keys))
        only(self, keys)

    monkeypatch.setattr(Table, "only", noting)
    return known


def test_that_the_reader_of_regions_and_the_schema_know_the_same_keys(read_keys: set[frozenset[str]]) -> None:
    with pytest.raises(RegionError):
        read_region(EVERYTHING, "region.toml", b"")

    closed = set(_tables(schemas()["region"]))
    assert len(read_keys) > 12
    assert read_keys == closed


def test_that_the_reader_of_playbooks_and_the_schema_know_the_same_keys(read_keys: set[frozenset[str]]) -> None:
    for path in PLAYBOOKS:
        read_playbook(path.read_text("utf-8"), path.name)

    assert read_keys == set(_tables(schemas()["playbook"]))


def test_that_the_reader_of_incidents_and_the_schema_know_the_same_keys(read_keys: set[frozenset[str]]) -> None:
    for path in INCIDENTS:
        read_incident_named(str(path.parent))

    regions = set(_tables(schemas()["region"]))
    assert read_keys - regions == set(_tables(schemas()["incident"])) - regions


@pytest.mark.parametrize("path", REGIONS, ids=lambda path: path.parent.name)
def test_that_every_shipped_region_fits(path: Path) -> None:
    assert misfits("region", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_that_every_shipped_playbook_fits(path: Path) -> None:
    assert misfits("playbook", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", INCIDENTS, ids=lambda path: path.parent.name)
def test_that_every_shipped_incident_fits(path: Path) -> None:
    assert misfits("incident", path.read_text("utf-8")) == []


def test_that_a_generated_region_fits() -> None:
    assert misfits("region", generate(200, 20, 3).text) == []


FLEET = "name,zone,cell,rack,supports\na,z,c,r,web\nb,z,c,r,web\n"
GRAPH = "digraph g { web -> store }"
COMPOSE = "services:\n  web: { image: a, depends_on: [store] }\n  store: { image: b }\n"


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [("fleet", "f.csv", FLEET), ("graph", "g.dot", GRAPH), ("compose", "compose.yaml", COMPOSE)],
)
def test_that_an_imported_region_names_its_schema_and_fits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    assert main(["import", kind, str(tmp_path / name), "--out", str(tmp_path / "r.toml")]) == 0, capsys.readouterr().err

    written = (tmp_path / "r.toml").read_text("utf-8")
    assert "\n# Keys and kinds of this file: underkeel schema region\n" in written
    assert misfits("region", written) == []


def test_that_regions_of_the_manual_fit() -> None:
    manual = (ROOT / "resources" / "manual" / "regions.md").read_text("utf-8")
    whole = [text for text in manual.split("```toml\n")[1:] if text.lstrip().startswith("format = 1")]
    assert whole
    assert [misfits("region", text.partition("```")[0]) for text in whole] == [[]] * len(whole)


@pytest.mark.parametrize(
    ("old", "new"),
    [("zones", "zonse"), ('"20/min"', '"20 per minute"'), ("count = 1\nsupports", 'count = "1"\nsupports')],
)
def test_that_a_misspelt_key_or_value_is_found(old: str, new: str) -> None:
    assert misfits("region", EVERYTHING) == []
    assert misfits("region", EVERYTHING.replace(old, new, 1)) != []
