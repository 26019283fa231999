"""Publishes the page to all targets, each by itself: at once when something changes, and again before it gets old there."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from console.operating.jobs import Jobs
from console.operating.status_page.publishers import Publishers
from console.operating.status_page.target_reading import TargetReading
from console.operating.status_page.threads import in_own_thread
from console.operating.trusting.target_trust import why_not
from topology.publishing.errors import PublishError
from topology.publishing.publisher import PageDraft, Published, Publisher
from topology.region.collecting import without_collection
from topology.region.public.policy import PublishTarget
from topology.status_page.page import PublicPage

log = logging.getLogger(__name__)

AGAIN_S = 10.0
"""After a failure a target is tried again so soon."""
LOOK_EACH_S = 0.5
"""How often it is seen whether it is another console's turn."""
PATIENT = 3
"""After so many publications that it left out, a console with another description is taken to be gone."""
GATHER_S = 0.2
"""What changes within this time is published together."""


class TargetPublishing:
    """Publishes to one target, for as long as it runs."""

    def __init__(
        self,
        target: PublishTarget,
        variables: Mapping[str, str],
        page: Callable[[], PublicPage],
        now: Callable[[], float],
        changed: Callable[[], None],
        every_s: Callable[[], float],
        publishers: Publishers | None = None,
        is_trusted: Callable[[PublishTarget], bool] = lambda _: True,
    ) -> None:
        self.reading = TargetReading(target.name, f"{target.kind}:{target.address}")
        self._target = target
        self._variables = variables
        self._page = page
        self._now = now
        self._changed = changed
        self._every_s = every_s
        self._publishers = publishers
        self._is_trusted = is_trusted
        self._publisher: Publisher | None = None
        self._takes_over = False
        self._wake = asyncio.Event()

    def wake(self, *, takes_over: bool = False) -> None:
        """Publish soon: something changed. An operator who says so *takes over* from a console with another description."""
        self._takes_over = self._takes_over or takes_over
        self._wake.set()

    async def run(self) -> None:
        """Publish again and again, while no other console does."""
        while True:
            self._wake.clear()
            if self._stands_by():
                pause_s = LOOK_EACH_S
            elif not self._is_trusted(self._target):
                self._failed(why_not(self._target))
                pause_s = self._every_s()
            else:
                await self.publish()
                pause_s = self._every_s() if not self.reading.trouble else min(AGAIN_S, self._every_s())
            await self._waited(pause_s)

    async def _waited(self, seconds: float) -> None:
        """Wait for news; but see in between whether it is another console's turn."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left, LOOK_EACH_S)):
                    await self._wake.wait()
            except TimeoutError:
                if self._publishers is not None and self._publishers.elsewhere(self._target) != self.reading.elsewhere:
                    return
            else:
                await asyncio.sleep(GATHER_S)
                return

    def _stands_by(self) -> bool:
        """Whether another console publishes there, or it is not known yet whether one does."""
        if self._publishers is None:
            return False
        elsewhere = self._publishers.elsewhere(self._target)
        if elsewhere:
            if elsewhere != self.reading.elsewhere:
                self._say(TargetReading(self.reading.name, self.reading.where, elsewhere=elsewhere))
            return True
        if self.reading.elsewhere:
            self._say(replace(self.reading, elsewhere="", last=self._now()))
        return not self._publishers.is_known

    async def publish(self) -> None:
        """Publish once; what came of it is in the reading."""
        self._say(replace(self.reading, is_busy=True))
        page, takes_over, self._takes_over = self._page(), self._takes_over, False
        patience_s = 0.0 if takes_over else self._every_s() * PATIENT
        try:
            done = await in_own_thread(f"publishing to {self._target.name}", lambda: self._write(page, patience_s))
        except PublishError as error:
            self._failed(str(error))
        except Exception:
            log.exception("Publishing to %s failed", self._target.name)
            self._failed("failed for a reason that the log has")
        else:
            self._say(
                replace(
                    self.reading,
                    last=page.made,
                    number=done.number,
                    seconds=done.seconds,
                    trouble="",
                    failing_since=None,
                    is_busy=False,
                )
            )

    def _write(self, page: PublicPage, patience_s: float) -> Published:
        # What Qt has must not be collected in this thread, and making the files is what would bring a collection about.
        with without_collection():
            # Pages, feeds and what speaks HTTP: only who publishes loads them.
            from console.reports.status_page.bundle import bundle, kind_of
            from topology.publishing.opening import open_target

            if self._publisher is None:
                self._publisher = Publisher(open_target(self._target, self._variables), kind_of)
            files = bundle(page)
        return self._publisher.publish(PageDraft(page.region, files, page.holds, source_of(page), patience_s))

    def _failed(self, why: str) -> None:
        if self._publishers is not None:
            self._publishers.failed(self._target)
        since = self.reading.failing_since
        self._say(
            replace(self.reading, trouble=why, failing_since=self._now() if since is None else since, is_busy=False)
        )

    def _say(self, reading: TargetReading) -> None:
        self.reading = reading
        self._changed()


class PagePublishing:
    """All targets of a page, each by itself; *make* gives one."""

    def __init__(self, make: Callable[[PublishTarget], TargetPublishing], jobs: Jobs) -> None:
        self._make = make
        self._jobs = jobs
        self._targets: dict[PublishTarget, TargetPublishing] = {}
        self._tasks: dict[PublishTarget, asyncio.Task[None]] = {}
        self._is_started = False

    @property
    def readings(self) -> tuple[TargetReading, ...]:
        """How it stands with each."""
        return tuple(target.reading for target in self._targets.values())

    def follow(self, targets: Iterable[PublishTarget]) -> None:
        """Publish to these from now on: what stays as it is goes on, what is stated no more is not written any more."""
        known, tasks = self._targets, self._tasks
        self._targets = {one: known[one] if one in known else self._make(one) for one in targets}
        self._tasks = {one: task for one, task in tasks.items() if one in self._targets}
        for one, task in tasks.items():
            if one not in self._targets:
                task.cancel()
        if self._is_started:
            self.start()

    def start(self) -> None:
        """Begin to publish."""
        self._is_started = True
        for one, target in self._targets.items():
            if one not in self._tasks:
                self._tasks[one] = self._jobs.start(f"Publishing to {one.name}", target.run())

    def wake(self, *, takes_over: bool = False) -> None:
        """Publish everywhere soon."""
        for target in self._targets.values():
            target.wake(takes_over=takes_over)


def source_of(page: PublicPage) -> str:
    """Give what tells a page of one description from that of another: what it is called and which services it has."""
    said = (page.title, page.address, tuple((one.name, one.title) for one in page.services))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
