"""The `underkeel` command in the terminal: what it answers, what it exits with, and what it leaves alone."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import resources
from console.app.cli import main
from console.operating.regions import acts_of, address_of, folder_of
from console.terminal import progress_line
from console.terminal.program import own_command
from tests.folders import ROOT
from topology.execution.journal_entries import Kind
from topology.links.acts import ActsFile
from topology.records.journal import Journal

EMBEDDED = str(resources.path("regions/s3-us-east-1/region.toml"))
CLEAR = "remove 4 servers from billing"
CAUTION = "remove 40 servers from billing"
BLOCKED = "remove 400 servers from billing"


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def underkeel(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command line in this process."""

    def run(*words: str) -> Said:
        try:
            code = main(words)
        except SystemExit as left:
            code = int(left.code or 0)
        return Said(code, *capsys.readouterr())

    return run


def in_a_program(*words: str, folder: Path, **variables: str) -> Said:
    """Run a command line in a process of its own, in *folder*; the last line of its output says whether Qt was loaded."""
    program = (
        "import sys; from console.app.cli import main; code = main(sys.argv[1:])\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('PySide6', 'shiboken6')))\n"
        "sys.exit(code)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def everything_below(*folders: Path) -> list[tuple[Path, int]]:
    return sorted((path, path.stat().st_mtime_ns) for folder in folders for path in folder.rglob("*"))


class TestPreview:
    @pytest.mark.parametrize(
        ("command", "code", "verdict"), [(CLEAR, 0, "clear"), (CAUTION, 3, "caution"), (BLOCKED, 1, "blocked")]
    )
    def test_that_the_exit_status_is_the_verdict(
        self, underkeel: Callable[..., Said], command: str, code: int, verdict: str
    ) -> None:
        table, plan = underkeel("preview", command), underkeel("preview", command, "--json")
        assert (table.code, plan.code) == (code, code)
        assert plan.json["verdict"] == verdict
        assert table.out.startswith(f"{verdict.upper()}: {command}\n")
        assert (table.err, plan.err) == ("", "")

    def test_that_nothing_to_do_is_no_success(self, underkeel: Callable[..., Said]) -> None:
        said = underkeel("preview", "restore 3 to index", "--json")
        assert (said.code, said.json["verdict"], said.json["servers"]) == (1, "nothing", [])
        assert [finding["code"] for finding in said.json["findings"]][:1] == ["nothing-matches"]

    @pytest.mark.parametrize("command", ["stop", "pause", "show index", "undo", "undo 3", "help", "headroom billing"])
    def test_that_a_verb_without_a_plan_is_2(self, underkeel: Callable[..., Said], command: str) -> None:
        said = underkeel("preview", command)
        assert said.code == 2
        assert said.err.startswith(f"'{command.split()[0]}' makes no plan; preview takes remove and restore")
        assert said.out == ""

    @pytest.mark.parametrize(
        ("command", "message"),
        [
            ("", "The command is empty: write one such as "),
            ("remove", "The command is not finished"),
            ("remove 4 servers from", "The command is not finished"),
            ("remve 4 from billing", "remve is no command"),
            ("confirm", "confirm cannot be typed"),
        ],
    )
    def test_that_what_is_no_command_is_2_with_a_sentence(
        self, underkeel: Callable[..., Said], command: str, message: str
    ) -> None:
        said = underkeel("preview", command)
        assert (said.code, said.out) == (2, "")
        assert message in said.err

    def test_that_words_need_no_quotes(self, underkeel: Callable[..., Said]) -> None:
        assert underkeel("preview", *CLEAR.split()) == underkeel("preview", CLEAR)

    def test_that_an_unreadable_region_beats_every_other_status(self, underkeel: Callable[..., Said]) -> None:
        said = underkeel("preview", BLOCKED, "--region", "atlantis", "--json")
        assert said.code == 2
        assert "There is no region 'atlantis'. Bundled are " in said.err
        assert said.json["error"]["column"] is None

    def test_that_the_table_says_the_verdict_first_and_the_worst_subsystem_next(
        self, underkeel: Callable[..., Said]
    ) -> None:
        lines = underkeel("preview", BLOCKED).out.splitlines()
        assert lines[0] == f"BLOCKED: {BLOCKED}"
        rows = [line for line in lines if line.startswith(("▼", "◆", "holds"))]
        signs = [row.split()[0] for row in rows]
        assert signs == sorted(signs, key=("▼", "◆", "holds").index)
        assert any(
            re.match(r"▼ breaks +index \(shared\) +region +2,600 +-382 +2,218 +2,400 +-182", row) for row in rows
        )

    def test_that_the_largest_safe_command_is_not_blocked_and_one_more_is(self, underkeel: Callable[..., Said]) -> None:
        safe = underkeel("preview", BLOCKED, "--json").json["largest_safe"]
        assert underkeel("preview", safe["command"]).code in (0, 3)
        more = safe["command"].replace(str(safe["count"]), str(safe["count"] + 1))
        assert underkeel("preview", more).code == 1

    def test_that_the_same_question_has_the_same_answer(self, tmp_path: Path) -> None:
        first = in_a_program("preview", CAUTION, "--json", folder=tmp_path, PYTHONHASHSEED="1")
        second = in_a_program("preview", CAUTION, "--json", folder=tmp_path, PYTHONHASHSEED="2")
        assert first == second
        assert first.code == 3


class TestFormatOfPreview:
    """The stable format 1, as the manual documents it."""

    KEYS = (
        "in_part lacks format command action revision verdict servers effects impacted findings largest_safe not_evaluated digest "
        "pace_per_minute minutes shared supports undoes left_out pace restart slips not_evaluated_facts makes_room staging"
    )
    EFFECT = "subsystem scope in_service leaving pending after declared floor headroom verdict named"
    IMPACT = "subsystem because already operations"
    FINDING = "code severity subsystem scope message facts protects satisfied_by lifted_by"

    @pytest.fixture
    def plan(self, underkeel: Callable[..., Said]) -> Any:
        return underkeel("preview", BLOCKED, "--json").json

    def test_that_every_field_is_there(self, plan: Any) -> None:
        assert set(plan) == set(self.KEYS.split())
        assert plan["format"] == 1
        assert {frozenset(effect) for effect in plan["effects"]} == {frozenset(self.EFFECT.split())}
        assert {frozenset(impact) for impact in plan["impacted"]} == {frozenset(self.IMPACT.split())}
        assert {frozenset(finding) for finding in plan["findings"]} == {frozenset(self.FINDING.split())}
        assert set(plan["largest_safe"]) == {"count", "command"}

    def test_that_the_manual_names_every_field(self, plan: Any) -> None:
        manual = resources.text("manual/preview-json.md")
        wanted = {*plan, *plan["effects"][0], *plan["impacted"][0], *plan["findings"][0], *plan["largest_safe"]}
        assert [name for name in sorted(wanted) if f"`{name}`" not in manual] == []

    def test_that_an_effect_adds_up(self, plan: Any) -> None:
        for effect in plan["effects"]:
            assert effect["after"] == effect["in_service"] - effect["leaving"] - effect["pending"]
            if effect["floor"] is not None:
                assert effect["headroom"] == effect["after"] - effect["floor"]
                breaks = effect["headroom"] < 0 and effect["leaving"] > 0
                assert (effect["verdict"] == "breaks") == breaks

    def test_that_scopes_are_written_as_documented(self, plan: Any) -> None:
        pattern = re.compile(r"region|zone:[a-z0-9.-]+|cell:[a-z0-9.-]+/[a-z0-9.-]+")
        assert all(pattern.fullmatch(effect["scope"]) for effect in plan["effects"])
        assert {effect["scope"].partition(":")[0] for effect in plan["effects"]} == {"region", "zone"}

    def test_that_the_named_subsystem_and_the_shared_ones_are_told_apart(self, plan: Any) -> None:
        rows = {effect["subsystem"]: effect["named"] for effect in plan["effects"] if effect["scope"] == "region"}
        assert rows == {"billing": True, "index": False, "placement": False, "metering": False}

    def test_that_exactly_the_servers_are_listed(self, plan: Any) -> None:
        assert len(plan["servers"]) == len(set(plan["servers"])) == 400
        assert all(name.startswith("billing") for name in plan["servers"])
        assert plan["shared"] == 386

    def test_that_an_impact_has_its_path(self, plan: Any) -> None:
        paths = {impact["subsystem"]: impact["because"] for impact in plan["impacted"]}
        assert paths["lambda"] == ["lambda", "front-end", "index"]
        assert not any(impact["already"] for impact in plan["impacted"])

    def test_that_no_safe_count_is_null(self, underkeel: Callable[..., Said]) -> None:
        assert underkeel("preview", "remove servers billing-0001", "--json").json["largest_safe"] is None

    @pytest.mark.parametrize(
        ("command", "column", "suggestion"),
        [
            ("remove 4 from biling", 15, "remove 4 from billing"),
            ("remve 4 from billing", 1, "remove 4 from billing"),
            ("remove 4 from billing xyz", 23, None),
            ("remove 4", 9, None),
            ("stop", 1, None),
            ("", 1, None),
        ],
    )
    def test_that_an_error_names_its_column(
        self, underkeel: Callable[..., Said], command: str, column: int, suggestion: str | None
    ) -> None:
        said = underkeel("preview", command, "--json")
        assert said.code == 2
        assert set(said.json) == {"format", "error"}
        error = said.json["error"]
        assert set(error) == {"message", "column", "expected", "suggestion"}
        assert (error["column"], error["suggestion"]) == (column, suggestion)
        assert error["message"] in said.err

    def test_that_for_a_verb_without_a_plan_those_with_one_were_expected(self, underkeel: Callable[..., Said]) -> None:
        for command in ("stop", "show index", "undo 3"):
            assert underkeel("preview", command, "--json").json["error"]["expected"] == ["remove", "restore"]

    def test_that_an_error_says_what_was_expected_there(self, underkeel: Callable[..., Said]) -> None:
        assert underkeel("preview", "remove 4 billing", "--json").json["error"]["expected"]


class TestLeavingThingsAlone:
    @pytest.mark.parametrize(
        "words",
        [
            ["preview", CAUTION],
            ["preview", CAUTION, "--json"],
            ["check", EMBEDDED],
            ["journal", "list"],
            ["journal", "verify"],
            ["--version"],
            ["--help"],
            ["import", "kubernetes", str(ROOT / "tests" / "data" / "online-boutique")],
        ],
    )
    def test_that_the_terminal_needs_no_qt_and_writes_no_file(
        self, words: list[str], tmp_path: Path, user_folders: Path
    ) -> None:
        before = everything_below(tmp_path, user_folders)
        said = in_a_program(*words, folder=tmp_path, QT_QPA_PLATFORM="")
        if not words[0].startswith("--"):  # argparse leaves by itself
            assert said.out.splitlines()[-1] == "[]", said
        assert "Traceback" not in said.err
        assert everything_below(tmp_path, user_folders) == before

    def test_that_a_console_without_a_display_says_what_to_do(self, tmp_path: Path) -> None:
        said = in_a_program(folder=tmp_path, QT_QPA_PLATFORM="")
        assert said.code == 2
        assert said.err.startswith("There is no display to open a window on.")
        assert "underkeel preview" in said.err

    def test_that_output_that_nobody_reads_is_no_error(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "console.app.cli", "preview", BLOCKED, "--json"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            running.stdout.close()
            assert running.stderr.read() == b""


class TestTerminal:
    """Whatever the terminal is like, the status is true and nothing shows a traceback."""

    @staticmethod
    def start(*words: str, stdout: str | None = None, module: str = "console.app.cli", **variables: str) -> Said:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
        environment.pop("DISPLAY", None)
        environment.pop("WAYLAND_DISPLAY", None)
        with Path(stdout or os.devnull).open("wb") as file:
            done = subprocess.run(
                [sys.executable, "-m", module, *words],
                env=environment,
                stdout=file if stdout else subprocess.PIPE,
                stderr=subprocess.PIPE,
                timeout=60,
                check=False,
            )
        return Said(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())

    def test_that_signs_which_the_encoding_lacks_are_escaped(self) -> None:
        said = self.start("preview", BLOCKED, PYTHONIOENCODING="ascii")
        assert (said.code, said.err) == (1, "")
        assert "\\u25bc breaks" in said.out

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
    @pytest.mark.parametrize(
        "words", [["preview", BLOCKED], ["preview", CLEAR, "--json"], ["check", EMBEDDED], ["--help"]]
    )
    @pytest.mark.parametrize("unbuffered", ["", "1"])
    def test_that_output_that_cannot_be_written_is_one_sentence_and_2(self, words: list[str], unbuffered: str) -> None:
        if words == ["--help"] and unbuffered:
            pytest.skip("argparse itself says nothing of a help that cannot be written")
        said = self.start(*words, stdout="/dev/full", PYTHONUNBUFFERED=unbuffered)
        sentence = "The output could not be written: No space left on device; send it to a place that takes it.\n"
        assert (said.code, said.err) == (2, sentence)

    @pytest.mark.parametrize(("typed", "meant"), [("jurnal verify", "journal verify"), ("prevew x", "preview x")])
    def test_that_a_misspelt_command_is_put_right(self, typed: str, meant: str) -> None:
        said = self.start(*typed.split(), UNDERKEEL_STARTED_AS="underkeel")
        word = typed.split()[0]
        assert said == Said(2, "", f"There is no command or region '{word}'. Did you mean: underkeel {meant}\n")

    @pytest.mark.parametrize("module", ["console.app.cli", "console.app.without_display"])
    def test_that_a_region_that_is_not_there_comes_before_a_missing_display(self, module: str) -> None:
        said = self.start("nope", module=module, QT_QPA_PLATFORM="")
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("There is no region 'nope'. Bundled are ")

    def test_that_hints_name_what_was_typed(self) -> None:
        said = self.start(QT_QPA_PLATFORM="", UNDERKEEL_STARTED_AS="python3 packaging/bootstrap.py run")
        assert 'in the terminal: python3 packaging/bootstrap.py run preview "remove' in said.err

    def test_that_hints_name_a_program_that_is_there(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("UNDERKEEL_STARTED_AS", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert Path(own_command().split()[0]).exists()
        program = tmp_path / "underkeel"
        program.touch(0o755)
        assert own_command() == "underkeel"

    def test_that_an_interrupt_takes_the_progress_away_and_changes_nothing(
        self, underkeel: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*anything: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(progress_line, "FIRST_S", 0.0)
        monkeypatch.setattr(progress_line, "EVERY_S", 0.0)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        monkeypatch.setattr("console.terminal.preview_command.preview", interrupt)
        said = underkeel("preview", CLEAR)
        assert said.code == 130
        assert "Putting 14,106 servers in order …" in said.err
        assert said.err.endswith("Planning on 14,106 servers …\r\x1b[K\nInterrupted. Nothing was changed.\n")

    def test_that_a_long_check_and_preview_say_how_far_they_are(
        self, underkeel: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(progress_line, "FIRST_S", 0.0)
        monkeypatch.setattr(progress_line, "EVERY_S", 0.0)
        assert underkeel("check", EMBEDDED).err == ""
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        assert f"\r\x1b[K{EMBEDDED}: Made 10,000 servers …" in underkeel("check", EMBEDDED).err
        assert "\r\x1b[KJudging commands that are one slip away: 1 …" in underkeel("preview", CLEAR).err


class TestCheck:
    def test_that_the_bundled_region_is_good(self, underkeel: Callable[..., Said]) -> None:
        said = underkeel("check", EMBEDDED)
        assert said.code == 0
        assert said.out.endswith("us-east-1: 14,106 servers, 12 subsystems, 14 dependencies: good\n")

    def test_that_one_bad_file_among_good_ones_is_2_and_all_are_read(
        self, underkeel: Callable[..., Said], tmp_path: Path
    ) -> None:
        bad, good = tmp_path / "bad.toml", EMBEDDED
        bad.write_text("format = 2\n")
        said = underkeel("check", str(bad), good)
        assert said.code == 2
        assert f"{bad}:1:1: format is 2; this version reads format = 1" in said.err
        assert said.out.endswith("good\n")

    def test_that_no_path_is_an_error(self, underkeel: Callable[..., Said]) -> None:
        assert underkeel("check").code == 2


def keep_head(journal: Journal) -> None:
    """Keep the head of the embedded region's journal where its link keeps it."""
    kept = Journal.open(journal.path.parent, read_only=True)
    acts = ActsFile(acts_of(address_of(None)))
    acts.open()
    acts.keep_head(kept.head)
    acts.close()
    kept.close()


class TestJournal:
    @pytest.fixture
    def journal(self) -> Journal:
        journal = Journal.open(folder_of(address_of(None)))
        journal.append(Kind.INTENT, "ana", command=CLEAR, execution="e1", servers=("billing-0001", "billing-0002"))
        journal.append(Kind.FINISHED, "ana", command=CLEAR, execution="e1", servers=("billing-0001",))
        journal.close()
        return journal

    def test_that_no_journal_is_said(self, underkeel: Callable[..., Said]) -> None:
        said = underkeel("journal", "verify")
        assert (said.code, said.err) == (0, "")
        assert "there is no journal yet: nothing was carried out on this region from here yet" in said.out
        told = underkeel("journal", "verify", "--json")
        assert (told.code, told.json["ok"], told.json["count"]) == (0, True, 0)

    def test_that_a_journal_that_is_gone_is_no_journal_before_the_first_act(
        self, underkeel: Callable[..., Said], journal: Journal
    ) -> None:
        keep_head(journal)
        for path in journal.path.parent.glob("journal.db*"):
            path.unlink()
        said = underkeel("journal", "verify")
        assert (said.code, said.out) == (2, "")
        assert "The region keeps that it had 2 entries, with the head " in said.err

    def test_that_an_expected_head_says_that_there_was_a_journal(self, underkeel: Callable[..., Said]) -> None:
        said = underkeel("journal", "verify", "--expect", "9f2c11")
        assert (said.code, said.out) == (2, "")
        assert "The head 9f2c11 was expected" in said.err

    def test_that_what_cannot_be_a_journal_is_not_passed_over(self, underkeel: Callable[..., Said]) -> None:
        path = folder_of(address_of(None)) / "journal.db"
        path.parent.mkdir(parents=True)
        path.symlink_to("nowhere")
        said = underkeel("journal", "verify")
        assert (said.code, said.out) == (2, "")
        assert underkeel("journal", "list").code == 2

    def test_that_entries_are_listed_oldest_first(self, underkeel: Callable[..., Said], journal: Journal) -> None:
        said = underkeel("journal", "list", "--json")
        entries = [json.loads(line) for line in said.out.splitlines()]
        assert said.code == 0
        assert [entry["kind"] for entry in entries] == ["intent", "finished"]
        assert entries[0]["servers"] == ["billing-0001", "billing-0002"]
        assert entries[0]["time"].endswith("+00:00")
        assert [entry["number"] for entry in entries] == [1, 2]

    def test_that_the_last_entries_can_be_asked_for(self, underkeel: Callable[..., Said], journal: Journal) -> None:
        assert underkeel("journal", "list", "--limit", "1").out.split()[3] == "finished"

    def test_that_a_journal_of_another_region_is_not_shown(
        self, underkeel: Callable[..., Said], tmp_path: Path
    ) -> None:
        (tmp_path / "region.toml").write_text("")
        said = underkeel("journal", "list", "--region", str(tmp_path / "region.toml"))
        assert (said.code, said.out) == (0, "")

    def test_that_a_whole_journal_fits_and_names_its_head(
        self, underkeel: Callable[..., Said], journal: Journal
    ) -> None:
        said = underkeel("journal", "verify")
        head = said.out.strip().rpartition(" ")[2]
        assert (said.code, len(head)) == (0, 64)
        assert underkeel("journal", "verify", "--expect", head).code == 0
        told = json.loads(underkeel("journal", "verify", "--json").out)
        assert (told["format"], told["ok"], told["count"], told["head"]) == (1, True, 2, head)

    def test_that_a_changed_entry_is_named(self, underkeel: Callable[..., Said], journal: Journal) -> None:
        with closing(sqlite3.connect(journal.path)) as file:
            for trigger in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f"DROP TRIGGER {trigger[0]}")
            file.execute("UPDATE entry SET command = 'remove 1 server from billing' WHERE number = 1")
            file.commit()
        said = underkeel("journal", "verify")
        assert said.code == 1
        assert "entry 1 was changed" in said.out

    def test_that_a_cut_tail_is_found_by_the_head_that_the_region_keeps(
        self, underkeel: Callable[..., Said], journal: Journal, user_folders: Path
    ) -> None:
        keep_head(journal)
        assert underkeel("journal", "verify").code == 0
        with closing(sqlite3.connect(journal.path)) as file:
            for trigger in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f"DROP TRIGGER {trigger[0]}")
            file.execute("DELETE FROM entry WHERE number = 2")
            file.commit()
        before = everything_below(user_folders)
        with closing(Journal.open(journal.path.parent, read_only=True)) as cut:
            head = cut.head.head
        for words in ([], ["--expect", head]):
            said = underkeel("journal", "verify", *words)
            assert said.code == 1
            assert "the journal ends at entry 1: entry 2 is missing" in said.out
        assert everything_below(acts_of(address_of(None)).parent / "acts") == []
        assert [path for path, _ in before if "acts" in path.name] == [acts_of(address_of(None))]

    def test_that_a_lost_journal_is_told_from_one_that_never_was(
        self, underkeel: Callable[..., Said], journal: Journal
    ) -> None:
        keep_head(journal)
        journal.path.unlink()
        said = underkeel("journal", "verify")
        assert (said.code, said.out) == (2, "")
        assert "The region keeps that it had 2 entries, with the head " in said.err

    def test_that_an_acts_file_that_cannot_be_read_is_named(
        self, underkeel: Callable[..., Said], journal: Journal
    ) -> None:
        acts_of(address_of(None)).write_bytes(b"nothing of ours" * 100)
        said = underkeel("journal", "verify")
        assert said.code == 2
        assert "the acts file " in said.err

    @pytest.mark.parametrize("limit", ["-5", "0", "x", "\u0663"])
    def test_that_a_senseless_limit_is_refused(self, underkeel: Callable[..., Said], limit: str) -> None:
        said = underkeel("journal", "list", "--limit", limit)
        assert said.code == 2
        assert "is not a number of entries" in said.err or "expected one argument" in said.err

    def test_that_a_head_that_never_was_does_not_fit(self, underkeel: Callable[..., Said], journal: Journal) -> None:
        said = underkeel("journal", "verify", "--expect", "0" * 64)
        assert said.code == 1
        assert "some were cut or rewritten" in said.out


class TestPicture:
    def test_that_the_real_window_is_drawn_at_the_size_asked_for(self, tmp_path: Path, user_folders: Path) -> None:
        before = everything_below(user_folders)
        said = in_a_program(
            "picture", "out.png", "--command", BLOCKED, "--size", "1280x720", folder=tmp_path, QT_QPA_PLATFORM=""
        )
        assert said.code == 0, said.err
        assert said.out.startswith("out.png: 1280 x 720 pixels\n")
        header = (tmp_path / "out.png").read_bytes()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(header[16:20]), int.from_bytes(header[20:24])) == (1280, 720)
        assert [path.name for path in tmp_path.iterdir()] == ["out.png"]
        assert everything_below(user_folders) == before

    def test_that_a_place_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        said = in_a_program("picture", "missing/out.png", folder=tmp_path)
        assert said.code == 2
        assert "missing/out.png cannot be written" in said.err

    def test_that_only_png_is_written_and_that_is_said(self, underkeel: Callable[..., Said], tmp_path: Path) -> None:
        said = underkeel("picture", str(tmp_path / "o.xyz"))
        assert said.code == 2
        assert "does not end in .png; only PNG files are written" in said.err
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        "size", ["big", "10x10", "1280", "1280x", "99999x99999", "-1x5", "\u0661\u0662\u0668\u0660x\u0667\u0662\u0660"]
    )
    def test_that_a_senseless_size_is_refused(self, underkeel: Callable[..., Said], size: str, tmp_path: Path) -> None:
        said = underkeel("picture", str(tmp_path / "out.png"), f"--size={size}")
        assert said.code == 2
        assert list(tmp_path.iterdir()) == []
