"""The acts file: private, whole or not at all, and honest about damage."""

import sqlite3
import stat
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from topology.links import acts as acts_module
from topology.links.acts import Act, ActsFile
from topology.links.protocol import Answer
from topology.links.simulated.simulated import acts_path
from topology.region.errors import LinkError

Opened = Callable[..., ActsFile]
Run = Callable[[Coroutine[None, None, None]], None]
REMOVAL = Act("remove", 5.0, "pat", "e", "e.1", (("index-0001", Answer.DONE),))


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open acts files, as many as a test likes; all are closed at its end."""
    with ExitStack() as files:

        def open_one(path: Path, **options: bool) -> ActsFile:
            file = files.enter_context(closing(ActsFile(path)))
            file.open(**options)
            return file

        yield open_one


def with_one_act(path: Path) -> None:
    with closing(ActsFile(path)) as file:
        file.open()
        with file.writing():
            file.append(REMOVAL)


def test_that_folder_and_files_are_for_their_owner_only(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "deep" / "acts" / "acts.db"
    file = opened(path)
    with file.writing():
        file.append(REMOVAL)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    assert modes == {"acts.db": 0o600, "acts.db-wal": 0o600, "acts.db-shm": 0o600}
    file.close()
    assert [found.name for found in path.parent.iterdir()] == ["acts.db"]


def test_that_what_was_appended_is_read_back_as_it_was(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "acts.db"
    with_one_act(path)
    (act,) = opened(path).since(0)
    assert (act.number, act.kind, act.operation, act.answers) == (1, "remove", "e.1", REMOVAL.answers)
    assert opened(path).since(1) == ()


def test_that_the_file_is_as_durable_as_sqlite_can_make_it(tmp_path: Path, opened: Opened) -> None:
    file = opened(tmp_path / "acts.db")
    database = file._open()
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_that_an_error_while_writing_leaves_nothing(tmp_path: Path, opened: Opened) -> None:
    file = opened(tmp_path / "acts.db")
    with suppress(KeyboardInterrupt), file.writing():
        file.append(REMOVAL)
        raise KeyboardInterrupt
    assert file.since(0) == ()
    with file.writing():
        file.append(REMOVAL)
    with pytest.raises(LinkError), file.writing():
        file.append(REMOVAL)  # the same operation
    assert len(file.since(0)) == 1


def test_that_others_are_kept_out_before_their_acts_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    monkeypatch.setitem(acts_module._CONNECTION, "timeout", 0.05)
    one, other = opened(tmp_path / "acts.db"), opened(tmp_path / "acts.db")
    read = []
    with one.writing():
        with suppress(LinkError), other.writing():
            read.append(other.since(0))
        one.append(REMOVAL)
    assert read == []
    with other.writing():
        assert len(other.since(0)) == 1


def test_that_different_names_have_different_files_in_the_folder(tmp_path: Path) -> None:
    names = ["sim:a", "sim:a ", "sim:A", "file:/tmp/../x", "file:/" + "x" * 400, "sim:"]
    paths = {acts_path(tmp_path, name) for name in names}
    assert len(paths) == len(names)
    assert all(path.parent == tmp_path and len(path.name) < 80 for path in paths)


def test_that_forgetting_keeps_one_copy_of_what_was(tmp_path: Path, opened: Opened) -> None:
    path, backup = tmp_path / "acts.db", tmp_path / "acts.db.before"
    with_one_act(path)
    file = opened(path, fresh=True)
    assert file.since(0) == ()
    assert file.epoch() == 1
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    file.close()
    assert len(opened(backup).since(0)) == 1
    opened(path, fresh=True).close()
    assert opened(backup).since(0) == ()
    assert not list(tmp_path.glob("*.forgetting"))


@pytest.mark.parametrize(
    "content", [b"", b"not a database, certainly not" * 100, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_that_a_file_that_holds_no_acts_is_an_error_that_says_what_to_do(
    tmp_path: Path, content: bytes, opened: Opened
) -> None:
    path = tmp_path / "acts.db"
    path.write_bytes(content)
    with pytest.raises(LinkError, match=r"acts\.db could not be opened: it is damaged .*; nothing was done; .*--fresh"):
        opened(path)
    assert path.read_bytes() == content
    file = opened(path, fresh=True)
    assert file.since(0) == ()
    assert (tmp_path / "acts.db.before").read_bytes() == content


def test_that_a_byte_changed_inside_an_act_is_noticed(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "acts.db"
    with_one_act(path)
    data = path.read_bytes()
    assert data.count(b"index-0001") == 1
    path.write_bytes(data.replace(b"index-0001", b"index-0002"))
    with pytest.raises(LinkError, match="act 1 is not what was written"):
        opened(path).since(0)


def test_that_a_newer_format_and_a_strange_file_are_refused(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "acts.db"
    with_one_act(path)
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 9")
    database.close()
    with pytest.raises(LinkError, match="format 9; this version reads format 1"):
        opened(path)
    strange = tmp_path / "strange.db"
    database = sqlite3.connect(strange)
    database.execute("CREATE TABLE act (number)")
    database.close()
    with pytest.raises(LinkError, match="it holds no acts"):
        opened(strange)
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(LinkError, match="not a regular file"):
        opened(tmp_path / "folder.db")


def test_that_a_file_replaced_or_deleted_while_open_takes_no_more_acts(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "acts.db"
    file = opened(path)
    path.rename(tmp_path / "elsewhere.db")
    for _ in range(2):
        with pytest.raises(LinkError, match="nothing was done"), file.writing():
            file.append(REMOVAL)
        path.unlink(missing_ok=True)
        path.write_bytes(b"another")


def test_that_a_link_with_damaged_acts_can_be_looked_at_as_silent_and_never_acts(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        await link.remove(bench.wave("index-0001"))
        await link.aclose()
        good = bench.acts.read_bytes()
        bench.acts.write_bytes(good[:100] + b"\xff" * 60 + good[160:])
        link = bench.sim()
        state = await link.load()
        assert not state.freshness.connected
        assert "damaged" in state.freshness.reason
        assert state.freshness.is_silent(10)
        for act in (link.remove, link.restore):
            with pytest.raises(LinkError, match="damaged"):
                await act(bench.wave("index-0002", execution="f"))
        with pytest.raises(
            LinkError, match=r"nothing more of this execution leaves through this console, but .* damaged"
        ):
            await link.stop("f", "pat")
        bench.acts.write_bytes(good)
        link.advance(1)
        assert (await link.load()).freshness.connected
        assert (await link.outcome("e.1")).servers(Answer.DONE) == ("index-0001",)
        await link.aclose()

    run(scenario())


def test_that_acts_that_cannot_be_kept_anywhere_leave_the_region_to_be_looked_at(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        (bench.folder / "acts").write_text("a file where the folder should be")
        link = bench.sim()
        state = await link.load()
        assert "could not be opened" in state.freshness.reason
        with pytest.raises(LinkError, match="could not be opened"):
            await link.remove(bench.wave("index-0001"))
        await link.aclose()

    run(scenario())
