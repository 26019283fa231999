"""The page of a live region: what is said is written down first, heard everywhere, published to each target by itself."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from console.operating.jobs import Jobs
from console.operating.status_page.live_page import LivePage
from console.operating.status_page.log import PageLog
from tests.topology.status_page.regions import TEXT, region_of, state_of
from topology.command.grammar.page_commands import AnnounceTrouble, AnnounceUpdate, OverrideService
from topology.execution.journal_entries import Entry, JournalError, Kind
from topology.records.journal import Journal
from topology.region.region import Region
from topology.status_page.values import AnyPageStep, ServiceState

OPENED: list[Journal] = []
ANNOUNCE = AnnounceTrouble("Errors for PUT", ("store",), "investigating")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def written(folder: Path) -> tuple[Entry, ...]:
    with closing(Journal.open(folder, read_only=True)) as journal:
        return journal.entries(kinds=(Kind.PAGE,))


class Record:
    """A journal in a folder, as a desk writes it."""

    trouble = ""

    def __init__(self, folder: Path) -> None:
        self.journal: Journal | None = Journal.open(folder)
        OPENED.append(self.journal)

    async def write(self, kind: Kind, *, command: str = "", details: dict[str, object] | None = None) -> Entry:
        assert self.journal is not None
        return self.journal.append(kind, "op1", command=command, details=details)


class Times:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def two_folders(folder: Path, more: str = "") -> Region:
    for name in ("a", "b"):
        (folder / name).mkdir()
    text = TEXT[: TEXT.index("[[status_page.targets]]")]
    for name in ("a", "b"):
        text += f'[[status_page.targets]]\nname = "{name}"\nto = "folder:{folder / name}"\nground = "{name}"\n'
    return region_of(text + more)


def in_loop(test: Callable[[Path, Jobs], Coroutine[None, None, None]]) -> Callable[[Path], None]:
    """Run a test in a loop of its own; the jobs that it starts end with it."""

    async def whole(folder: Path) -> None:
        jobs = Jobs(lambda sentence: pytest.fail(sentence))
        try:
            await test(folder, jobs)
        finally:
            await jobs.aclose()

    def run(tmp_path: Path) -> None:
        asyncio.run(whole(tmp_path))

    run.__name__ = test.__name__
    return run


async def until(holds: Callable[[], object]) -> None:
    """Wait for something to be so."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - files have no event
            await asyncio.sleep(0.01)


async def begun(region: Region, folder: Path, jobs: Jobs, clock: Times, **failed: int) -> LivePage:
    page = LivePage(PageLog(Record(folder), lambda *_: None), simulated=False, clock=clock)
    page.begin(state_of(region), jobs)
    await until(lambda: page._is_ready)
    page.see(state_of(region, failed=failed))
    return page


@in_loop
async def test_that_every_target_gets_the_page_and_says_when(tmp_path: Path, jobs: Jobs) -> None:
    region = two_folders(tmp_path)
    page = await begun(region, tmp_path, jobs, Times(), room=3)
    await until(lambda: all((tmp_path / name / "index.html").exists() for name in "ab"))
    await until(lambda: page.reading is not None and all(one.last == 1_000_000.0 for one in page.reading.targets))
    assert "Available in part: PUT does not work" in (tmp_path / "a" / "index.html").read_text()


@in_loop
async def test_that_a_target_that_cannot_be_written_delays_no_other_and_says_why(tmp_path: Path, jobs: Jobs) -> None:
    region = two_folders(tmp_path)
    (tmp_path / "a").rmdir()
    (tmp_path / "a").symlink_to(tmp_path / "b")
    page = await begun(region, tmp_path, jobs, Times())
    await until(lambda: (tmp_path / "b" / "index.html").exists())
    await until(lambda: page.reading is not None and page.reading.targets[0].trouble)
    assert "links are not followed" in page.reading.targets[0].trouble  # type: ignore[union-attr]


@in_loop
async def test_that_what_is_said_is_journaled_and_published_and_heard_at_the_next_start(
    tmp_path: Path, jobs: Jobs
) -> None:
    region, clock = two_folders(tmp_path), Times()
    page = await begun(region, tmp_path, jobs, clock)
    await until((tmp_path / "a" / "index.html").exists)
    await page.act(ANNOUNCE)
    clock.now += 60
    await page.act(AnnounceUpdate(1, "The cause is known.", "identified"))
    await until(lambda: "The cause is known." in (tmp_path / "a" / "index.html").read_text())
    entries = written(tmp_path)
    assert [entry.command for entry in entries if entry.command] == [
        str(ANNOUNCE),
        'announce update 1 "The cause is known." status identified',
    ]
    again = await begun(region, tmp_path, jobs, clock)
    assert again.reading is not None
    assert page.reading is not None
    assert again.reading.page.announcements == page.reading.page.announcements
    assert len(again.reading.page.open[0].updates) == 2


@in_loop
async def test_that_two_consoles_hear_of_each_other_by_the_journal(tmp_path: Path, jobs: Jobs) -> None:
    region, clock = two_folders(tmp_path), Times()
    one, other = await begun(region, tmp_path, jobs, clock), await begun(region, tmp_path, jobs, clock)
    await one.act(ANNOUNCE)
    other.hear(written(tmp_path))
    assert other.reading is not None
    assert [announcement.title for announcement in other.reading.page.open] == ["Errors for PUT"]


@in_loop
async def test_that_what_cannot_be_written_is_not_said(tmp_path: Path, jobs: Jobs) -> None:
    page = await begun(two_folders(tmp_path), tmp_path, jobs, Times())

    async def full(steps: Sequence[AnyPageStep], command: str) -> None:
        raise JournalError("the disk is full")

    page._kept()._keep = full
    with pytest.raises(JournalError):
        await page.act(ANNOUNCE)
    page._show()
    assert page.reading is not None
    assert page.reading.page.announcements == ()


@in_loop
async def test_that_a_preview_changes_nothing(tmp_path: Path, jobs: Jobs) -> None:
    page = await begun(two_folders(tmp_path), tmp_path, jobs, Times())
    shown = page.previewed(OverrideService("store", "unavailable", 30, "seen"))
    assert shown.services[0].reading.state is ServiceState.UNAVAILABLE
    page._show()
    assert page.reading is not None
    assert page.reading.page.services[0].reading.state is ServiceState.AVAILABLE


@in_loop
async def test_that_a_target_is_late_once_it_is_older_than_the_promise(tmp_path: Path, jobs: Jobs) -> None:
    region, clock = two_folders(tmp_path), Times()
    (tmp_path / "a").rmdir()
    page = await begun(region, tmp_path, jobs, clock)
    await until(lambda: page.reading is not None and page.reading.targets[1].last is not None)
    await until(lambda: page.reading is not None and page.reading.targets[0].trouble)
    assert page.late() == ()
    clock.now += 121.0
    (tmp_path / "b" / "edition.json").write_text("broken")
    late = dict(page.late())
    assert set(late) == {"a", "b"}
    assert "holds no page of this console; none older than 2 min is promised: " in late["a"]
    assert "No such file" in late["a"]
    assert "holds the page of 12 Jan 1970, 13:46 UTC" in late["b"]


@in_loop
async def test_that_the_page_of_a_simulated_region_says_so(tmp_path: Path, jobs: Jobs) -> None:
    region = two_folders(tmp_path)
    page = LivePage(PageLog(Record(tmp_path), lambda *_: None), simulated=True, clock=Times())
    page.begin(state_of(region), jobs)
    await until(lambda: page._is_ready)
    page.see(state_of(region))
    assert page.reading is not None
    assert page.reading.page.title == "SIMULATION, nothing real: Status of the shop"
