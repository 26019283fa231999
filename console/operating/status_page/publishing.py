"""Publishes the page to all targets, each by itself: at once when something changes, and again before it gets old there."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from console.operating.jobs import Jobs
from console.operating.status_page.target_reading import TargetReading
from console.operating.status_page.threads import in_own_thread
from console.reports.status_page.bundle import bundle, kind_of
from topology.publishing.errors import PublishError
from topology.publishing.opening import open_target
from topology.publishing.publisher import PageDraft, Published, Publisher
from topology.region.collecting import without_collection
from topology.region.public.policy import PublishTarget
from topology.status_page.page import PublicPage

log = logging.getLogger(__name__)

AGAIN_S = 10.0
"""After a failure a target is tried again so soon."""
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
        every_s: float,
    ) -> None:
        self.reading = TargetReading(target.name, f"{target.kind}:{target.address}")
        self._target = target
        self._variables = variables
        self._page = page
        self._now = now
        self._changed = changed
        self._every_s = every_s
        self._publisher: Publisher | None = None
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Publish soon: something changed."""
        self._wake.set()

    async def run(self) -> None:
        """Publish again and again."""
        while True:
            self._wake.clear()
            await self.publish()
            try:
                async with asyncio.timeout(self._every_s if not self.reading.trouble else min(AGAIN_S, self._every_s)):
                    await self._wake.wait()
                await asyncio.sleep(GATHER_S)
            except TimeoutError:
                continue

    async def publish(self) -> None:
        """Publish once; what came of it is in the reading."""
        self._say(replace(self.reading, is_busy=True))
        page = self._page()
        try:
            done = await in_own_thread(f"publishing to {self._target.name}", lambda: self._write(page))
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

    def _write(self, page: PublicPage) -> Published:
        if self._publisher is None:
            self._publisher = Publisher(open_target(self._target, self._variables), kind_of)
        # What Qt has must not be collected in this thread, and making the files is what would bring a collection about.
        with without_collection():
            files = bundle(page)
        return self._publisher.publish(PageDraft(page.region, files, page.holds))

    def _failed(self, why: str) -> None:
        since = self.reading.failing_since
        self._say(
            replace(self.reading, trouble=why, failing_since=self._now() if since is None else since, is_busy=False)
        )

    def _say(self, reading: TargetReading) -> None:
        self.reading = reading
        self._changed()


class PagePublishing:
    """All targets of a page, each by itself."""

    def __init__(self, targets: tuple[TargetPublishing, ...], jobs: Jobs) -> None:
        self._targets = targets
        self._jobs = jobs

    @property
    def readings(self) -> tuple[TargetReading, ...]:
        """How it stands with each."""
        return tuple(target.reading for target in self._targets)

    def start(self) -> None:
        """Begin to publish."""
        for target in self._targets:
            self._jobs.start(f"Publishing to {target.reading.name}", target.run())

    def wake(self) -> None:
        """Publish everywhere soon."""
        for target in self._targets:
            target.wake()
