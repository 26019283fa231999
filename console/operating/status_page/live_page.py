"""The status page of a live region: judged each second, journaled, published to the targets of its description."""

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from console.operating.jobs import Jobs
from console.operating.status_page.desk_page import PageReading
from console.operating.status_page.entries import steps_in
from console.operating.status_page.keeper import PageKeeper
from console.operating.status_page.log import PageLog
from console.operating.status_page.publishers import Publishers
from console.operating.status_page.publishing import PagePublishing, TargetPublishing
from console.operating.status_page.target_reading import TargetReading
from console.operating.trusting.target_trust import TargetTrust
from console.operating.trusting.trust import TrustError
from console.words.public.targets import late_sentence
from topology.command.grammar.page_commands import PageCommand
from topology.execution.journal_entries import Entry, JournalError
from topology.fleet.state import State
from topology.region.public.policy import PublishTarget
from topology.region.region import Region
from topology.status_page.board import AnnouncingError
from topology.status_page.page import PublicPage
from topology.status_page.values import AnyPageStep

log = logging.getLogger(__name__)

EACH_S = 1.0


class LivePage:
    """One console's. The *clock* is that of this machine, since readers of the page have no other."""

    def __init__(
        self,
        record: PageLog,
        *,
        simulated: bool,
        clock: Callable[[], float] = time.time,
        variables: Mapping[str, str] = os.environ,
        publishers: Publishers | None = None,
        trust: TargetTrust | None = None,
    ) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.reading: PageReading | None = None
        self._record = record
        self._simulated = simulated
        self._clock = clock
        self._variables = variables
        self._publishers = publishers
        self._trust = trust
        self._keeper: PageKeeper | None = None
        self._publishing: PagePublishing | None = None
        self._jobs: Jobs | None = None
        self._began = 0.0
        self._looked = float("-inf")
        self._is_ready = False
        self._digest = ""
        self._early: list[Entry] = []
        """What was heard before it was known what was said before."""

    @property
    def obstacle(self) -> str:
        """Why nothing can be said here; empty where it can."""
        return "" if self._keeper else "the description of the region states no [status_page]"

    def begin(self, state: State, jobs: Jobs) -> None:
        """Begin with a region, or go on with another roster or description of it."""
        region = state.region
        if self._keeper is not None:
            if region.digest != self._digest:
                self._follow(region)
        elif region.status_page is not None:
            self._jobs, self._began = jobs, self._clock()
            self._keeper = PageKeeper(region, self._record.keep_page, self._clock, simulated=self._simulated)
            self._publishing = self._targets(self._keeper, jobs)
            self._follow(region)
            jobs.start("Reading what was told to those outside", self._load(self._keeper))
        self._digest = region.digest

    def see(self, state: State) -> None:
        """Judge a state, if the last one was judged a second before it."""
        now = self._clock()
        if self._keeper is None or self._jobs is None or not self._is_ready or 0 <= now - self._looked < EACH_S:
            return
        is_first = self._looked == float("-inf")
        self._looked = now
        if is_first or not self._keeper.reads(state.region):
            self._follow(state.region)
        steps = self._keeper.judge(state)
        if steps:
            self._jobs.start("Writing down how services are", self._write(steps))
        if self._publishing is not None:
            if is_first:
                self._publishing.start()
            elif steps:
                self._publishing.wake()
        self._show()

    def hear(self, entries: Iterable[Entry]) -> None:
        """Take in what the journal says of it: what operators said at other consoles."""
        if not self._is_ready:
            self._early.extend(entries)
        elif self._keeper is not None:
            self._take_in(self._keeper, tuple(entries))

    def previewed(self, command: PageCommand) -> PublicPage:
        """Give the page as it would be."""
        return self._kept().previewed(command)[0]

    async def act(self, command: PageCommand) -> str:
        """Say it, once it is written down."""
        await self._kept().act(command)
        self._changed()
        return f"{command}: it goes to {len(self._readings()):,} targets."

    def publish(self) -> str:
        """Publish everywhere now."""
        if self._publishing is None or not self._readings():
            return f"Nothing is published: {self.obstacle or 'no target is stated'}."
        if self._trust is not None and self._keeper is not None:
            try:
                self._trust.add(self._keeper.policy.targets)
            except TrustError as error:
                return f"Nothing is published: {error}"
        if self._publishers is not None:
            self._publishers.claim()
        self._publishing.wake(takes_over=True)
        return f"The status page goes to {len(self._readings()):,} targets."

    def late(self) -> tuple[tuple[str, str], ...]:
        """Give the targets that are older than the page promises, each with a sentence."""
        if self.reading is None:
            return ()
        now, promised = self._clock(), self.reading.page.promised_s
        return tuple(
            (one.name, late_sentence(one, promised))
            for one in self._readings()
            if not one.elsewhere and now - (self._began if one.last is None else one.last) > promised
        )

    def _take_in(self, keeper: PageKeeper, entries: tuple[Entry, ...]) -> None:
        new = [(one.operator, steps) for one in entries if not one.number and (steps := keeper.unknown_of(one))]
        if keeper.hear(entries):
            self._changed()
        if new and self._jobs is not None:
            self._jobs.start("Writing down what others told those outside", self._write_heard(new))

    async def _write_heard(self, heard: Sequence[tuple[str, tuple[AnyPageStep, ...]]]) -> None:
        """Keep what was said at another machine: its journal has it, and the one here would not know it after a restart."""
        try:
            for operator, steps in heard:
                await self._record.keep_heard(steps, operator)
        except JournalError as error:
            log.warning("What others told those outside was not written into the journal: %s", error)

    def _kept(self) -> PageKeeper:
        if self._keeper is None:
            raise AnnouncingError(self.obstacle)
        return self._keeper

    def _follow(self, region: Region) -> None:
        """Take in a region whose description or roster is another one: what the page is called, and where it goes."""
        keeper, publishing = self._keeper, self._publishing
        if keeper is None or publishing is None:
            return
        keeper.follow(region)
        targets = () if region.status_page is None else region.status_page.targets
        if self._publishers is not None:
            self._publishers.follow(targets)
        publishing.follow(targets)
        publishing.wake()

    def _targets(self, keeper: PageKeeper, jobs: Jobs) -> PagePublishing:
        def made(target: PublishTarget) -> TargetPublishing:
            return TargetPublishing(
                target,
                self._variables,
                keeper.page,
                self._clock,
                self._show,
                lambda: keeper.policy.every_s,
                self._publishers,
                (lambda _: True) if self._trust is None else self._trust.holds,
            )

        return PagePublishing(made, jobs)

    async def _load(self, keeper: PageKeeper) -> None:
        try:
            keeper.begin(steps_in(await self._record.load_page()))
        except JournalError as error:
            log.warning("What was told to those outside before is not known: %s", error)
        self._is_ready = True
        early, self._early = self._early, []
        self.hear(early)

    async def _write(self, steps: tuple[AnyPageStep, ...]) -> None:
        try:
            await self._record.keep_page(steps, "")
        except JournalError as error:
            log.warning("How services are was not written into the journal: %s", error)

    def _readings(self) -> tuple[TargetReading, ...]:
        return () if self._publishing is None else self._publishing.readings

    def _changed(self) -> None:
        if self._publishing is not None:
            self._publishing.wake()
        self._show()

    def _show(self) -> None:
        if self._keeper is not None:
            self.reading = PageReading(self._keeper.page(), self._readings())
            self.on_change()
