"""An importer is one entry: one that this file alone makes is named in the help, recognised, run and ended like the others."""

import io
from pathlib import Path

import pytest

from console.app.cli import main
from console.terminal.imports.driver import import_files
from console.terminal.imports.formats import IMPORTERS
from console.terminal.imports.importer import FromBytes, Importer, from_bytes
from tests.folders import DATA
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError, Note, Topic, UnreadableError
from topology.region.description import read_region
from topology.region.tables import Tell

REGION = """\
format = 1
[region]
name = "cards"
zones = ["az1"]
[[subsystem]]
name = "index"
floor = 2
[[pool]]
name = "index"
count = 4
supports = ["index"]
"""


def _punched(data: bytes, source: str, tell: Tell) -> Imported:
    if data.startswith(b"CARDS empty"):
        raise ImportRefusedError("There is no card to import.", (Note(Topic.LEFT_OUT, "a blank card"),))
    if not data.startswith(b"CARDS"):
        raise UnreadableError("is not a deck of cards", "line 1")
    tell("Read 1 card")
    note = Note(Topic.SERVERS, f"{source} states no zone")
    return Imported(REGION, (note,), 1, 4, 0, (), "a card")


def _load() -> FromBytes:
    return _punched


@pytest.fixture(autouse=True)
def cards(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Importer("cards", "punched cards", lambda name, begin: begin.startswith(b"CARDS"), from_bytes(_load, 1000))
    monkeypatch.setitem(IMPORTERS, "cards", entry)


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    deck = tmp_path / "deck"
    deck.write_bytes(b"CARDS 1")
    return deck


def test_that_the_help_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["import", "--help"])

    assert left.value.code == 0
    assert "cards       punched cards\n" in capsys.readouterr().out


@pytest.mark.parametrize("format_name", [["cards"], []])
def test_that_it_writes_a_region_that_is_read_again(
    format_name: list[str], deck: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "cards.toml"

    assert main(["import", *format_name, str(deck), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == f"Wrote {out}: 1 subsystem with 4 servers, 0 dependencies; all with a card.\n"
    assert said.err == "Servers:\n  deck states no zone\n"
    assert read_region(out.read_text(), "cards.toml").name == "cards"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"CARDS empty", "Left out:\n  a blank card\n{}: There is no card to import.\nNothing was written.\n"),
        (b"tape", "{}, line 1: is not a deck of cards.\nNothing was written.\n"),
        (b"CARDS" * 300, "{}: has 1,500 bytes, more than 1,000; import a part of it.\nNothing was written.\n"),
    ],
)
def test_that_what_it_refuses_ends_like_every_import(data: bytes, said: str, deck: Path, tmp_path: Path) -> None:
    deck.write_bytes(data)
    out, stderr = tmp_path / "cards.toml", io.StringIO()

    assert import_files("cards", [deck], out, io.StringIO(), stderr) == 2
    assert stderr.getvalue() == said.format(deck)
    assert not out.exists()


BEGINNINGS = {
    "kubernetes": [("shop.yaml", b""), ("deploy.json", b'{"apiVersion": "apps/v1", "kind": "Deployment"}')],
    "jaeger": [
        ("calls.json", b'[{"parent": "web", "child": "db", "callCount": 7}]'),
        ("traces.json", b'{"data": [{"traceID": "1f", "spans": []}]}'),
        ("zipkin.json", b'[[{"traceId": "1f", "id": "2"}]]'),
    ],
    "graph": [
        ("a.dot", b"digraph { a -> b }"),
        ("a", b"strict digraph { a -> b }"),
        ("a.xml", b'<?xml version="1.0"?><graphml>'),
        ("a.json", b'{"nodes": [{"id": "a"}], "links": []}'),
    ],
    "vizceral": [("traffic.json", (DATA / "vizceral" / "sample_data.json").read_bytes()[: 64 * 1024])],
}


@pytest.mark.parametrize(("name", "file"), [(name, one) for name, files in BEGINNINGS.items() for one in files])
def test_that_a_file_is_taken_for_its_own_format_alone(name: str, file: tuple[str, bytes]) -> None:
    assert [importer.name for importer in IMPORTERS.values() if importer.recognises(*file)] == [name]


def test_that_a_folder_is_taken_for_manifests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(DATA / "online-boutique")]) == 0
    assert "[[subsystem]]" in capsys.readouterr().out


def test_that_a_file_of_no_plain_format_asks_for_the_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strange = tmp_path / "strange.json"
    strange.write_text("{}")

    assert main(["import", str(strange)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(
        f"{strange}: neither a format nor a file whose format is plain; write a format before it, of "
    )
    assert "kubernetes" in said


def test_that_a_format_without_a_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["import", "graph"])

    assert left.value.code == 2
    assert "write what to import behind graph" in capsys.readouterr().err
