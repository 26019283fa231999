"""The status page without a window: read the region once, take what the journal says, and publish once."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from console.operating.live.operators_name import operators_name
from console.operating.regions import address_of, folder_of
from console.operating.state_reading import read_state
from console.operating.status_page.entries import details_of, steps_in
from console.operating.status_page.publishing import source_of
from console.operating.trusting.target_trust import TargetTrust
from console.operating.trusting.trust import TrustError
from console.reports.status_page.bundle import INDEX, bundle, kind_of
from topology.execution.journal_entries import JournalError, Kind
from topology.fleet.state import State
from topology.publishing.errors import PassingError, PublishError
from topology.publishing.folder import FolderStorage
from topology.publishing.opening import open_target
from topology.publishing.publisher import PageDraft, Published, Publisher
from topology.publishing.reading import PublicCopy, read_publicly
from topology.publishing.storage import Deadline, with_tries
from topology.records.journal import NAME, Journal
from topology.records.journal_file import journal_path
from topology.region.description import RegionError
from topology.region.public.policy import PublishTarget, StatusPagePolicy
from topology.status_page.board import StatusBoard
from topology.status_page.page import PublicPage
from topology.status_page.services import readings_of_services, services_of
from topology.status_page.values import AnyPageStep, Drilled

CATCHES_UP_S = 20.0
"""How long what the public reads may lag behind what was written, such as behind a cache."""


@dataclass(frozen=True, slots=True)
class TargetOutcome:
    """What became of one target: when it holds the page, *published*; else a *trouble*. *copy* is what the public reads."""

    target: PublishTarget
    published: Published | None = None
    trouble: str = ""
    copy: PublicCopy | None = None


class HeadlessPage:
    """A region's page as of one look at it. Where the region is *live* its source is read; nothing can act."""

    def __init__(self, region: str | None, *, live: bool, variables: Mapping[str, str] = os.environ) -> None:
        self.state: State = read_state(region, live=live)
        policy = self.state.region.status_page
        if policy is None:
            raise RegionError(
                (f"{region or 'the region'}: states no [status_page]; the manual's page status-page says how",)
            )
        # What is looked at once cannot be seen to last: whoever runs this each minute shows what is so at that minute.
        self.policy: StatusPagePolicy = replace(policy, hold_s=0.0)
        self._variables = variables
        self._folder = folder_of(address_of(region))
        services = services_of(self.state.region)
        self.board = StatusBoard(self.policy, (service.name for service in services))
        self.board.hear(self._kept())
        self._steps = self.board.judge(readings_of_services(self.state, services), time.time())
        self._publishers: dict[str, Publisher] = {}

    def page(self) -> PublicPage:
        """Give the page at this moment."""
        return self.board.page(self.state.region.name, time.time())

    def keep(self) -> None:
        """Write down how services are, for the ninety days.

        Raises:
            JournalError: it is not written.
        """
        self._write(self._steps)
        self._steps = ()

    def build(self, folder: Path) -> Published:
        """Write all files into a folder, which is made where it is missing.

        Raises:
            PublishError: they are not written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PublishError(f"could not be made: {error.strerror or error}") from error
        return Publisher(FolderStorage(str(folder.absolute())), kind_of).publish(_draft(self.page()))

    def publish(self) -> tuple[TargetOutcome, ...]:
        """Publish to every target at once; whoever says this trusts them from now on."""
        with suppress(TrustError):  # then a window asks once more
            TargetTrust().add(self.policy.targets)
        page = self.page()
        return self._each(lambda target: TargetOutcome(target, self._publish(target, page)))

    def drill(self) -> tuple[TargetOutcome, ...]:
        """Publish to every target, and read the page back as the public does; where all of it passed, that stands on the page."""
        page = self.page()
        wanted = bundle(page)[INDEX]

        def try_out(target: PublishTarget) -> TargetOutcome:
            published = self._publish(target, page)
            return TargetOutcome(target, published, copy=_read_back(target, wanted))

        outcomes = self._each(try_out)
        if outcomes and not any(one.trouble for one in outcomes):
            slowest = max(one.published.seconds for one in outcomes if one.published is not None)
            step = Drilled(time.time(), round(slowest, 3))
            self._write((step,))
            self.board.hear((step,))
        return outcomes

    def _publish(self, target: PublishTarget, page: PublicPage) -> Published:
        publisher = self._publishers.get(target.name)
        if publisher is None:
            publisher = Publisher(open_target(target, self._variables), kind_of)
            self._publishers[target.name] = publisher
        return publisher.publish(_draft(page))

    def _each(self, work: Callable[[PublishTarget], TargetOutcome]) -> tuple[TargetOutcome, ...]:
        targets = self.policy.targets
        if not targets:
            return ()

        def tried(target: PublishTarget) -> TargetOutcome:
            try:
                return work(target)
            except PublishError as error:
                return TargetOutcome(target, trouble=str(error))

        with ThreadPoolExecutor(len(targets)) as pool:
            return tuple(pool.map(tried, targets))

    def _kept(self) -> tuple[AnyPageStep, ...]:
        if not journal_path(self._folder, NAME).exists():
            return ()
        with _opened(self._folder, read_only=True) as journal:
            return tuple(steps_in(journal.entries(kinds=(Kind.PAGE,))))

    def _write(self, steps: tuple[AnyPageStep, ...]) -> None:
        if steps:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _opened(self._folder, read_only=False) as journal:
                journal.append(Kind.PAGE, operators_name(), details=details_of(steps))


def _draft(page: PublicPage) -> PageDraft:
    return PageDraft(page.region, bundle(page), page.holds, source_of(page))


def _read_back(target: PublishTarget, wanted: bytes) -> PublicCopy:
    deadline = Deadline(CATCHES_UP_S)

    def look() -> PublicCopy:
        copy = read_publicly(target, INDEX)
        if copy.data != wanted:
            raise _other_page(target)
        return copy

    return with_tries(look, deadline, (0.5, 1.0, 2.0, 4.0, 8.0))


def _other_page(target: PublishTarget) -> PassingError:
    return PassingError(
        f"holds the page, and the public reads another one at {target.read}: look at what is in between"
    )


@contextmanager
def _opened(folder: Path, *, read_only: bool) -> Iterator[Journal]:
    journal = Journal.open(folder, read_only=read_only)
    try:
        yield journal
    finally:
        journal.close()


__all__ = ["HeadlessPage", "JournalError", "PublishError", "TargetOutcome"]
