"""What the subcommands answer with --json fits the schema of the same name, whatever they answer."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from console.app.cli import main
from console.operating.regions import address_of, folder_of
from console.terminal.schemas.outcomes import OUTCOMES
from console.terminal.schemas.reports import REPORTS, schemas
from console.terminal.schemas.schema_command import NAMES
from topology.execution.journal_entries import Kind
from topology.records.journal import Journal

ANSWERS = [
    ("preview", ["preview", "remove 400 servers from billing", "--json"]),
    ("preview", ["preview", "remove 4 servers from billing", "--json"]),
    ("preview", ["preview", "restore 3 to index", "--json"]),
    ("preview", ["preview", "remove 4 servers from biling", "--json"]),
    ("headroom", ["headroom", "--json"]),
    ("explain", ["explain", "index", "--json"]),
    ("explain", ["explain", "lambda", "--json"]),
    ("restart", ["restart", "--json"]),
    ("audit", ["audit", "drain-rack", "--json"]),
    ("check", ["check", "pyproject.toml", "--format", "json"]),
    ("replay", ["replay", "s3-2017", "--json"]),
]


@pytest.mark.parametrize(("name", "words"), ANSWERS, ids=lambda one: one if isinstance(one, str) else " ".join(one))
def test_that_an_answer_fits(name: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(words)

    jsonschema.validate(json.loads(capsys.readouterr().out), schemas()[name], jsonschema.Draft202012Validator)


def test_that_a_line_of_the_journal_fits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with closing(Journal.open(folder_of(address_of(None)))) as journal:
        journal.append(Kind.NOTED, "op", command="remove 1 server from billing", servers=("billing-0001",))
    assert main(["journal", "list", "--json"]) == 0

    jsonschema.validate(json.loads(capsys.readouterr().out), schemas()["journal"], jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        (["generate", "OUT", "--servers", "40", "--subsystems", "5"], "region", "region.toml"),
        (["import", "tests/data/online-boutique", "--out", "OUT.toml"], "region", ""),
        (["record", "OUT", "--seconds", "1"], "incident", ""),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_that_what_was_made_is_told_and_fits(
    words: list[str],
    kind: str,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    words = [word.replace("OUT", str(tmp_path / "made")) for word in words]
    assert main([*words, "--json"]) == 0

    answer = _fitting(capsys.readouterr().out)
    assert answer["made"] == kind
    assert Path(answer["path"]).exists()
    assert Path(answer["path"]).name.endswith(name)


def test_that_a_picture_is_told_and_fits(tmp_path: Path) -> None:
    # By a program of its own: there is one application object in each.
    command = [
        sys.executable,
        "-P",
        "-m",
        "console.app.cli",
        "picture",
        str(tmp_path / "made.png"),
        "--size",
        "960x600",
    ]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [*command, "--json"], capture_output=True, text=True, env=environment, check=False, timeout=120
    )

    assert ended.returncode == 0, ended.stderr
    answer = _fitting(ended.stdout)
    assert (answer["made"], answer["path"]) == ("picture", str(tmp_path / "made.png"))
    assert (tmp_path / "made.png").read_bytes().startswith(b"\x89PNG")


def _fitting(out: str) -> dict[str, str]:
    answer = json.loads(out)
    jsonschema.validate(answer, schemas()["made"], jsonschema.Draft202012Validator)
    return answer


def test_that_an_import_that_writes_no_file_tells_of_none_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", "tests/data/online-boutique", "--json"])

    assert ended.value.code == 2
    assert "name it with --out FILE" in capsys.readouterr().err


def test_that_every_report_is_tried_and_every_schema_can_be_asked_for() -> None:
    outcomes = {name for name, _, _ in OUTCOMES}
    assert {name for name, _ in ANSWERS} | {"journal", "made", "plan"} | outcomes == set(REPORTS)
    assert list(NAMES) == list(schemas())


@pytest.mark.parametrize("name", NAMES)
def test_that_each_is_a_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0

    jsonschema.Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))
