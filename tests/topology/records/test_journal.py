import hashlib
import json
import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folders import ROOT
from topology.execution.journal_entries import JournalError, JournalHead, Kind
from topology.records.journal import Journal, verify
from topology.records.journal_file import explained, journal_path

COLUMNS = ("time", "operator", "kind", "command", "plan", "execution", "servers", "details", "previous", "hash")
Open = Callable[..., Journal]
NOON = datetime(2017, 2, 28, 12, 0, 0, 250, UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "region"


@pytest.fixture
def open_journal(folder: Path) -> Iterator[Open]:
    """Open the journal of the folder, as often as a test likes; all are closed at its end."""
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(closing(Journal.open(folder, **options)))


def filled(folder: Path, count: int = 6, name: str = "journal") -> Path:
    journal = Journal.open(folder, name)
    for number in range(count):
        journal.append(
            list(Kind)[number % len(Kind)],
            "ana",
            command=f"remove {number + 1} servers from billing",
            plan="ab" * 32,
            execution=f"e{number // 3}",
            servers=(f"billing-{number:04}", "index-0001"),
            details={"note": number, "nested": {"b": 1, "a": [1, 2]}},
        )
    journal.close()
    return journal_path(folder, name)


def edit(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def test_that_an_entry_is_read_back_as_it_was_written(folder: Path, open_journal: Open) -> None:
    journal = open_journal(now=lambda: NOON)
    written = journal.append(
        Kind.INTENT, "ana", command='remove 1 from index because "é"', servers=("index-0001",), details={"wave": 2}
    )
    assert journal.entries() == (written,)
    assert (written.number, written.time, written.servers, written.details) == (1, NOON, ("index-0001",), {"wave": 2})
    assert journal.head == JournalHead("journal", 1, written.hash)


def test_that_a_journal_goes_on_where_it_ended(folder: Path, open_journal: Open) -> None:
    filled(folder, 3)
    journal = open_journal()
    assert journal.append(Kind.NOTED, "ben").number == 4
    assert journal.verify().ok


def test_that_only_the_owner_may_read_the_folder_and_the_files(folder: Path, open_journal: Open) -> None:
    folder.mkdir(mode=0o755)
    journal = open_journal()
    journal.append(Kind.NOTED, "ana")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_that_every_commit_is_synced_to_the_disk(folder: Path, open_journal: Open) -> None:
    journal = open_journal()
    assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert journal._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_that_entries_are_found_by_kind_operator_execution_and_text(folder: Path, open_journal: Open) -> None:
    journal = open_journal()
    journal.append(Kind.INTENT, "ana", command="remove 1 from Index", execution="e1", servers=("billing-0001",))
    journal.append(Kind.WAVE, "ben", execution="e1", servers=("billing-0002",))
    journal.append(Kind.INTENT, "ben", execution="e2", details={"why": "Quarter end"})

    def numbers(**conditions: object) -> list[int]:
        return [entry.number for entry in journal.entries(**conditions)]  # type: ignore[arg-type]

    assert numbers(kinds=(Kind.INTENT,)) == [1, 3]
    assert numbers(kinds=(Kind.INTENT, Kind.WAVE), operator="ben") == [2, 3]
    assert numbers(execution="e1") == [1, 2]
    assert numbers(containing="INDEX") == [1]
    assert numbers(containing="billing-0002") == [2]
    assert numbers(containing="quarter") == [3]
    assert numbers(after=1, before=3) == [2]
    assert numbers(newest_first=True, limit=2) == [3, 2]
    assert journal.entry(2) == journal.entries()[1]
    assert journal.entry(9) is None


def test_that_a_clock_that_goes_back_is_noted_and_the_order_holds(folder: Path, open_journal: Open) -> None:
    times = iter((NOON, NOON - timedelta(seconds=90)))
    journal = open_journal(now=lambda: next(times))
    journal.append(Kind.NOTED, "ana")
    second = journal.append(Kind.NOTED, "ana")
    assert second.number == 2
    assert second.time == NOON - timedelta(seconds=90)
    assert second.details == {"clock_back_s": 90.0}
    assert journal.verify().ok


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Kind), st.text(), st.text(), st.lists(st.text(st.characters(exclude_categories=("Cs",))))
        ),
        max_size=6,
    )
)
def test_that_any_text_is_kept_and_fits(drafts: list[tuple[Kind, str, str, list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder))
        for kind, operator, command, servers in drafts:
            entry = journal.append(kind, operator, command=command, servers=servers)
            assert entry.servers == tuple(servers)
        assert journal.verify().ok
        assert len(journal.entries()) == len(drafts)
        journal.close()


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("number", range(1, 7))
def test_that_a_changed_value_is_found_and_its_entry_named(folder: Path, column: str, number: int) -> None:
    path = filled(folder)
    with closing(sqlite3.connect(path)) as file:
        [(value,)] = file.execute(f"SELECT {column} FROM entry WHERE number = {number}")
    for place in {0, len(value) // 2, len(value) - 1}:
        other = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(f"UPDATE entry SET {column} = ? WHERE number = ?", (other, number))
        found = verify(path)
        assert (found.ok, found.first_bad) == (False, number), (other, found.sentence)
        assert f"entry {number}" in found.sentence
        connection.execute(f"UPDATE entry SET {column} = ? WHERE number = ?", (value, number))
        connection.close()
        assert verify(path).ok


@pytest.mark.parametrize("number", range(1, 6))
def test_that_a_removed_entry_is_found(folder: Path, number: int) -> None:
    path = filled(folder)
    edit(path, f"DELETE FROM entry WHERE number = {number}")
    found = verify(path)
    assert (found.ok, found.first_bad) == (False, number)
    assert found.sentence == f"entry {number} is missing: the next one there is entry {number + 1}"


@pytest.mark.parametrize("number", range(1, 6))
def test_that_a_removed_entry_is_found_when_the_others_close_up(folder: Path, number: int) -> None:
    path = filled(folder)
    edit(
        path, f"DELETE FROM entry WHERE number = {number}", f"UPDATE entry SET number = -number WHERE number > {number}"
    )
    edit(path, "UPDATE entry SET number = -number - 1 WHERE number < 0")
    found = verify(path)
    assert (found.ok, found.first_bad) == (False, number)


def test_that_two_exchanged_entries_are_found(folder: Path) -> None:
    path = filled(folder)
    edit(path, "UPDATE entry SET number = 100 WHERE number = 3", "UPDATE entry SET number = 3 WHERE number = 4")
    edit(path, "UPDATE entry SET number = 4 WHERE number = 100")
    assert verify(path).first_bad == 3


def test_that_an_inserted_entry_is_found(folder: Path) -> None:
    path = filled(folder)
    edit(
        path,
        "UPDATE entry SET number = number + 100 WHERE number > 3",
        "UPDATE entry SET number = number - 99 WHERE number > 100",
    )
    edit(
        path,
        f"INSERT INTO entry SELECT 4, {', '.join(COLUMNS)} FROM entry WHERE number = 3",
    )
    assert verify(path).first_bad == 4


@pytest.mark.parametrize("value", ["NULL", "x'00'", "3.5"])
def test_that_a_value_of_another_type_is_found(folder: Path, value: str) -> None:
    path = filled(folder)
    edit(path, "ALTER TABLE entry RENAME TO old", "CREATE TABLE entry AS SELECT * FROM old", "DROP TABLE old")
    edit(path, f"UPDATE entry SET command = {value} WHERE number = 4")
    assert verify(path).first_bad == 4


def test_that_a_cut_tail_is_found_with_the_head_that_the_region_keeps(folder: Path, open_journal: Open) -> None:
    journal = open_journal()
    for _ in range(5):
        journal.append(Kind.NOTED, "ana")
    head = journal.head
    journal.append(Kind.NOTED, "ana")
    assert journal.verify(head).ok
    assert journal.verify(head.head).ok
    journal.close()
    edit(journal.path, "DELETE FROM entry WHERE number > 3")
    assert journal.verify().ok
    found = journal.verify(head)
    assert (found.ok, found.first_bad) == (False, 4)
    assert found.sentence == "the journal ends at entry 3: entries 4 to 5 are missing"
    assert journal.verify(head.head).first_bad == 4


def test_that_a_rewritten_journal_is_found_with_the_head_that_the_region_keeps(
    folder: Path, tmp_path: Path, open_journal: Open
) -> None:
    journal = open_journal()
    for _ in range(5):
        journal.append(Kind.NOTED, "ana")
    head = journal.head
    journal.close()
    filled(tmp_path / "other", 9)
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "other", folder)
    assert verify(journal.path).ok
    found = verify(journal.path, expect=head)
    assert (found.ok, found.first_bad) == (False, 5)
    assert "rewritten" in found.sentence


def test_that_a_journal_of_another_name_does_not_fit(folder: Path) -> None:
    path = filled(folder, name="other")
    assert verify(path, "other").ok
    assert verify(path, "journal").first_bad == 1


def test_that_another_format_is_refused_and_named(folder: Path, open_journal: Open) -> None:
    path = filled(folder)
    edit(path, "PRAGMA user_version = 7")
    with pytest.raises(JournalError, match="format 7; this version reads format 1"):
        open_journal()
    assert "format 7" in verify(path).sentence


def test_that_a_view_in_the_place_of_the_entries_is_refused(folder: Path, open_journal: Open) -> None:
    path = filled(folder)
    edit(path, "ALTER TABLE entry RENAME TO real", "CREATE VIEW entry AS SELECT * FROM real WHERE number < 3")
    with pytest.raises(JournalError, match="no table of entries"):
        open_journal()
    assert not verify(path).ok


def test_that_nothing_is_appended_behind_an_entry_that_was_changed_under_it(folder: Path, open_journal: Open) -> None:
    journal = open_journal()
    for _ in range(3):
        journal.append(Kind.NOTED, "ana")
    edit(journal.path, "UPDATE entry SET hash = 'x' WHERE number = 3")
    with pytest.raises(JournalError, match="entry 3 is no longer the one that was written"):
        journal.append(Kind.NOTED, "ana")
    assert len(journal.entries()) == 3


def test_that_nothing_is_written_into_a_file_that_was_deleted_or_replaced(folder: Path, open_journal: Open) -> None:
    journal = open_journal()
    journal.append(Kind.NOTED, "ana")
    journal.path.rename(folder / "aside.db")
    with pytest.raises(JournalError, match="moved, deleted or replaced"):
        journal.append(Kind.NOTED, "ana")


@pytest.mark.parametrize("damage", [b"", b"not a journal" * 100])
def test_that_a_damaged_file_is_refused_with_one_sentence(folder: Path, damage: bytes, open_journal: Open) -> None:
    path = filled(folder)
    whole = path.read_bytes()
    path.write_bytes(damage + whole[len(damage) :] if damage else whole[: len(whole) // 2])
    with pytest.raises(JournalError, match="damaged"):
        open_journal().entries()
    assert not verify(path).ok


def test_that_a_full_disk_refuses_the_entry_and_keeps_the_others(folder: Path, open_journal: Open) -> None:
    journal = open_journal()
    journal.append(Kind.NOTED, "ana")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        with pytest.raises(JournalError, match="make room"):
            journal.append(Kind.INTENT, "ana", servers=[f"billing-{number:05}" for number in range(20_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(journal.entries()) == 1
    assert journal.append(Kind.NOTED, "ana").number == 2
    assert journal.verify().ok


def test_that_a_file_that_is_kept_locked_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, open_journal: Open
) -> None:
    monkeypatch.setattr("topology.records.journal_file.BUSY_TIMEOUT_S", 0.05)
    journal = open_journal()
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="another program keeps it locked"):
        journal.append(Kind.NOTED, "ana")
    other.execute("ROLLBACK")
    other.close()
    assert journal.append(Kind.NOTED, "ana").number == 1


_AS_NOBODY = """
import os, sys
from pathlib import Path
from topology.records.journal import Journal, verify
from topology.execution.journal_entries import JournalError, Kind
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
folder = Path(sys.argv[1])
try:
    Journal.open(folder).append(Kind.NOTED, "ana")
except JournalError as error:
    sys.stdout.write(f"{error}\\n")
reader = Journal.open(folder, read_only=True)
sys.stdout.write(f"{len(reader.entries())} {reader.verify().ok}\\n")
"""


def test_that_a_read_only_journal_can_be_read_and_verified_but_not_written(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as above:  # a folder that another account may pass through
        Path(above).chmod(0o755)
        place = Path(above) / "region"
        filled(place, 4).chmod(0o444)
        place.chmod(0o555)
        command = [sys.executable, "-c", _AS_NOBODY, str(place)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        place.chmod(0o755)
    assert done.stderr == ""
    refused, read = done.stdout.splitlines()
    assert "could not be opened for writing" in refused
    assert read == "4 True"


def test_that_a_journal_opened_for_reading_is_never_written_nor_begun(folder: Path, open_journal: Open) -> None:
    with pytest.raises(JournalError, match="there is none yet"):
        open_journal(read_only=True)
    assert not folder.exists()
    filled(folder, 2)
    reader = open_journal(read_only=True)
    with pytest.raises(JournalError, match="reading only"):
        reader.append(Kind.NOTED, "ana")
    assert len(reader.entries()) == 2


_APPENDER = """
import sys
from pathlib import Path
from topology.records.journal import Journal
from topology.execution.journal_entries import Kind
journal = Journal.open(Path(sys.argv[1]))
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
for number in range(200):
    journal.append(Kind.NOTED, sys.argv[2], details={"number": number})
"""


def test_that_two_programs_can_append_to_one_journal(folder: Path, open_journal: Open) -> None:
    command = [sys.executable, "-c", _APPENDER, str(folder)]
    root = ROOT
    pipe = subprocess.PIPE
    programs = [
        subprocess.Popen([*command, operator], cwd=root, stdin=pipe, stdout=pipe, text=True)
        for operator in ("ana", "ben")
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate()
    assert [program.returncode for program in programs] == [0, 0]
    journal = open_journal()
    assert journal.verify().sentence == "all 400 entries fit"
    for operator in ("ana", "ben"):
        assert [entry.details["number"] for entry in journal.entries(operator=operator)] == list(range(200))


def test_that_threads_can_append_to_one_journal(folder: Path, open_journal: Open) -> None:
    journal = open_journal()
    threads = [
        threading.Thread(target=lambda: [journal.append(Kind.NOTED, "ana") for _ in range(25)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.verify().count == 100


def test_that_a_name_the_system_could_not_decode_is_kept(folder: Path, open_journal: Open) -> None:
    journal = open_journal()
    assert journal.append(Kind.NOTED, os.fsdecode(b"j\xf6rg")).operator == "j\\udcf6rg"
    assert journal.verify().ok


def chained_anew(path: Path, **columns: str) -> None:
    """Change the first entry, and its hash so that the chain fits, as somebody does who knows how."""
    connection = sqlite3.connect(path, isolation_level=None)
    names = ("number", *COLUMNS[:-1])
    row = (
        dict(zip(names, connection.execute(f"SELECT {', '.join(names)} FROM entry").fetchone(), strict=True)) | columns
    )
    text = json.dumps([1, *row.values()], separators=(",", ":"), ensure_ascii=False)
    row["hash"] = hashlib.sha256(text.encode()).hexdigest()
    connection.execute(f"UPDATE entry SET {', '.join(f'{name} = ?' for name in row)}", list(row.values()))
    connection.close()


@pytest.mark.parametrize(
    "columns",
    [
        {"details": '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"},
        {"time": "0001-01-01T00:00:00+23:59"},
        {"time": "9999-12-31T23:59:59.999999-23:59"},
    ],
)
def test_that_an_entry_nested_deeply_or_of_no_year_is_an_error_that_names_it_and_others_can_follow(
    folder: Path, open_journal: Open, columns: dict[str, str]
) -> None:
    path = filled(folder, 1)
    chained_anew(path, **columns)
    journal = open_journal()
    with pytest.raises(JournalError, match="entry 1 cannot be read"):
        journal.entries()
    assert journal.append(Kind.NOTED, "ben").number == 2
    found = verify(path)
    assert (found.ok, found.first_bad) == (False, 1)
    assert "entry 1 fits, but cannot be read" in found.sentence


def test_that_a_file_of_whose_names_some_are_no_text_any_more_is_told_in_a_sentence(folder: Path) -> None:
    path = filled(folder, 1)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    data = path.read_bytes()
    assert data.count(b"CREATE TABLE entry") == 1
    path.write_bytes(data.replace(b"CREATE TABLE entry", b"CREATE TA\xb4\xe7 entry"))
    with pytest.raises(UnicodeDecodeError), closing(sqlite3.connect(path)) as database:
        database.execute("SELECT * FROM entry")
    found = verify(path)
    assert not found.ok
    assert "it is damaged (a name in it is no text)" in found.sentence


def test_that_a_damaged_index_is_found(folder: Path) -> None:
    path = filled(folder)
    other = "CREATE INDEX entry_execution ON entry (operator, number)"
    edit(
        path, "PRAGMA writable_schema = ON", f"UPDATE sqlite_schema SET sql = '{other}' WHERE name = 'entry_execution'"
    )
    found = verify(path)
    assert (found.ok, found.count) == (False, 6)
    assert "the file is damaged" in found.sentence


@pytest.mark.parametrize(
    ("tried", "wanted"),
    [("opened for reading", "readable"), ("verified", "readable"), ("opened for writing", "writable")],
)
def test_that_who_only_looks_is_not_told_to_make_a_journal_writable(tried: str, wanted: str) -> None:
    with pytest.raises(JournalError, match=f"Permission denied; make its folder {wanted} for this account"):  # noqa: SIM117
        with explained(Path("journal.db"), tried):
            raise PermissionError(13, "Permission denied")
