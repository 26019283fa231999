"""One console publishes to a place at a time: the one that could first; one that fails, or is gone, makes room for the next."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from console.operating.jobs import Jobs
from console.operating.status_page.live_page import LivePage
from console.operating.status_page.log import PageLog
from console.operating.status_page.publishers import FIRST_S, Publishers, place_of
from console.operating.trusting.target_trust import TargetTrust
from console.operating.trusting.trust import Trust
from tests.console.operating.status_page.test_live_page import Record, Times, _closed, in_loop, two_folders, until
from tests.topology.status_page.regions import region_of, state_of
from topology.records.ledger.colleagues import PRESENCE_S, Presence
from topology.region.public.policy import PublishTarget, TargetKind
from topology.region.region import Region

__all__ = ["_closed"]
CDN = PublishTarget("cdn", TargetKind.PUT, "https://cdn.example.org/status")
S3 = PublishTarget("s3", TargetKind.S3, "https://s3.example.org/status")


class Floor:
    """Consoles that hear of each other through one ledger."""

    def __init__(self, *names: str) -> None:
        self.seconds = 0.0
        self.consoles = {name: Publishers(name, lambda: self.seconds) for name in names}

    def tell(self, *there: str) -> None:
        """Let all who are *there* hear of each other."""
        presences = [Presence(name, f"op-{name}", "box", publishes=self.consoles[name].own) for name in there]
        for name in there:
            self.consoles[name].hear(presences, 1_000.0 + self.seconds)

    def publishing(self, target: PublishTarget = CDN) -> list[str]:
        return [name for name, one in self.consoles.items() if not one.elsewhere(target)]


def test_that_of_several_that_can_the_first_publishes_and_the_next_where_it_fails_or_goes() -> None:
    floor = Floor("z", "a", "m")
    for name in floor.consoles:
        floor.consoles[name].follow((CDN, S3))
        floor.tell(*list(floor.consoles)[: list(floor.consoles).index(name) + 1])
        floor.seconds += 1.0
    floor.tell("z", "a", "m")
    assert floor.publishing() == ["z"]
    assert floor.consoles["m"].elsewhere(CDN) == "op-z at box"
    floor.consoles["z"].failed(CDN)
    floor.tell("z", "a", "m")
    assert (floor.publishing(), floor.publishing(S3)) == (["a"], ["z"])
    floor.seconds += 1.0
    floor.consoles["a"].failed(CDN)
    floor.tell("z", "a", "m")
    assert floor.publishing() == ["m"], "z failed, so it is behind m"
    floor.consoles["a"].claim()
    floor.tell("z", "a", "m")
    assert (floor.publishing(), floor.publishing(S3)) == (["a"], ["a"])
    floor.tell("z", "m")
    assert floor.consoles["z"].elsewhere(CDN) == "op-m at box"


def test_that_everybody_publishes_where_the_ledger_says_nothing_and_nobody_before_it_could_have_said_something() -> (
    None
):
    floor = Floor("a", "b")
    for one in floor.consoles.values():
        one.follow((CDN,))
    assert not floor.consoles["b"].is_known
    floor.tell("a", "b")
    floor.tell("a", "b")
    assert floor.publishing() == ["a"]
    assert floor.consoles["b"].is_known
    floor.seconds += PRESENCE_S + 0.1
    assert floor.publishing() == ["a", "b"]
    alone = Publishers("c", lambda: floor.seconds)
    floor.seconds += FIRST_S
    assert alone.is_known


def test_that_a_folder_is_one_of_its_machine_and_what_is_not_stated_any_more_is_given_up() -> None:
    folder = PublishTarget("here", TargetKind.FOLDER, "/srv/status")
    assert place_of(folder) != "folder:/srv/status"
    floor = Floor("a", "b")
    for one in floor.consoles.values():
        one.follow((CDN, S3))
    floor.tell("a", "b")
    floor.tell("a", "b")
    floor.consoles["a"].follow((S3,))
    floor.tell("a", "b")
    floor.tell("a", "b")
    assert floor.consoles["b"].elsewhere(CDN) == ""
    assert floor.consoles["b"].elsewhere(S3) == "op-a at box"


async def console(region: Region, folder: Path, jobs: Jobs, clock: Times, publishers: Publishers | None) -> LivePage:
    page = LivePage(PageLog(Record(folder), lambda *_: None), simulated=False, clock=clock, publishers=publishers)
    page.begin(state_of(region), jobs)
    await until(lambda: page._is_ready)
    page.see(state_of(region))
    return page


@in_loop
async def test_that_a_console_that_stands_by_says_who_publishes_writes_nothing_and_is_not_late(
    tmp_path: Path, jobs: Jobs
) -> None:
    floor, clock = Floor("a", "b"), Times()
    region = two_folders(tmp_path)
    loop = asyncio.get_running_loop()
    for one in floor.consoles.values():
        one._elapsed = loop.time
        one.follow(region.status_page.targets)  # type: ignore[union-attr]
    floor.tell("a", "b")
    floor.tell("a", "b")
    first = await console(region, tmp_path / "one", jobs, clock, floor.consoles["a"])
    second = await console(region, tmp_path / "two", jobs, clock, floor.consoles["b"])
    await until(lambda: all(one.last for one in first.reading.targets))  # type: ignore[union-attr]
    await until(lambda: all(one.elsewhere == "op-a at box" for one in second.reading.targets))  # type: ignore[union-attr]
    clock.now += 10_000.0
    assert second.late() == ()
    assert len(first.late()) == 2
    # Its console is gone: the next one publishes, and is not late from the first moment on.
    floor.tell("b")
    await until(lambda: all(one.last == clock.now for one in second.reading.targets))  # type: ignore[union-attr]
    assert second.late() == ()


@in_loop
async def test_that_targets_and_the_title_follow_the_description(tmp_path: Path, jobs: Jobs) -> None:
    region = two_folders(tmp_path)
    page = await console(region, tmp_path / "journal", jobs, Times(), None)
    await until((tmp_path / "b" / "index.html").exists)
    (tmp_path / "c").mkdir()
    policy = region.status_page
    assert policy is not None
    third = replace(policy.targets[0], name="c", address=str(tmp_path / "c"))
    changed = replace(
        region, digest="other", status_page=replace(policy, title="Anew", targets=(policy.targets[0], third)), index={}
    )
    before = page._publishing._tasks[policy.targets[0]]  # type: ignore[union-attr]
    page.begin(state_of(changed), jobs)
    await until(lambda: "Anew" in text_of(tmp_path / "c") and "Anew" in text_of(tmp_path / "a"))
    assert [one.name for one in page.reading.targets] == ["a", "c"]  # type: ignore[union-attr]
    assert "Anew" not in text_of(tmp_path / "b")
    assert page._publishing._tasks[policy.targets[0]] is before  # type: ignore[union-attr]
    page.begin(state_of(replace(changed, digest="none", status_page=None, index={})), jobs)
    assert page._readings() == ()


def text_of(folder: Path) -> str:
    file = folder / "index.html"
    return file.read_text() if file.exists() else ""


@in_loop
async def test_that_two_descriptions_do_not_alternate_and_the_difference_is_said(tmp_path: Path, jobs: Jobs) -> None:
    region = two_folders(tmp_path)
    policy = region.status_page
    assert policy is not None
    other = replace(region, digest="other", status_page=replace(policy, title="Another"), index={})
    await console(region, tmp_path / "one", jobs, Times(), None)
    await until((tmp_path / "a" / "index.html").exists)
    await until((tmp_path / "b" / "index.html").exists)
    page = await console(other, tmp_path / "two", jobs, Times(), None)
    await until(lambda: all("another description" in one.trouble for one in page.reading.targets))  # type: ignore[union-attr]
    assert "Another" not in text_of(tmp_path / "a")
    page.publish()
    await until(lambda: "Another" in text_of(tmp_path / "a") and "Another" in text_of(tmp_path / "b"))


@pytest.mark.parametrize("part", ["title", "address"])
def test_that_the_description_behind_a_page_is_told_by_what_it_states(part: str) -> None:
    from console.operating.status_page.keeper import PageKeeper
    from console.operating.status_page.publishing import source_of

    async def keep(*_: object) -> None: ...

    region = region_of()
    policy = region.status_page
    assert policy is not None
    changed = replace(region, status_page=replace(policy, **{part: "https://x/"}), index={})
    pages = [source_of(PageKeeper(one, keep, Times()).page()) for one in (region, region, changed)]
    assert pages[0] == pages[1] != pages[2]


@in_loop
async def test_that_nothing_is_sent_to_an_address_before_an_operator_said_so_nor_when_it_or_its_secrets_change(
    tmp_path: Path, jobs: Jobs
) -> None:
    region, asked = two_folders(tmp_path), list[str]()
    policy = region.status_page
    assert policy is not None
    web = PublishTarget("web", TargetKind.PUT, "http://127.0.0.1:9/page/", environment="GITHUB")
    region = replace(region, status_page=replace(policy, targets=(policy.targets[0], web)), index={})
    trust = TargetTrust(Trust(tmp_path / "config"))

    class Secrets(dict[str, str]):
        def get(self, name: str, otherwise: str = "") -> str:  # type: ignore[override]
            asked.append(name)
            return "secret"

    page = LivePage(
        PageLog(Record(tmp_path / "journal"), lambda *_: None), simulated=False, variables=Secrets(), trust=trust
    )
    page.begin(state_of(region), jobs)
    await until(lambda: page._is_ready)
    page.see(state_of(region))
    await until(lambda: page.reading is not None and page.reading.targets[1].trouble)
    assert page.reading.targets[1].trouble == (  # type: ignore[union-attr]
        "is not written to before you say so: publish sends the page, with what GITHUB_… hold, to 127.0.0.1"
    )
    await until((tmp_path / "a" / "index.html").exists)
    assert asked == []
    page.publish()
    await until(lambda: asked)
    assert TargetTrust(Trust(tmp_path / "config")).holds(web)
    for other in (
        replace(web, environment="AWS"),
        replace(web, address="http://127.0.0.1:10/page/"),
        replace(web, ca="/x"),
    ):
        assert not trust.holds(other)
