"""Follows a source for as long as its region is open: reads it again where it must, and tries again where it failed."""

import asyncio
import logging
from contextlib import aclosing

from topology.fleet.reasons.anew import ReadAgainAsked, WhyAnew, WordBroken
from topology.links.fleet_source import NearSource, ResyncNeeded
from topology.links.live.follow.following import Following
from topology.region.errors import LinkError

RETRIES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""After so long a source that failed is tried again, the last one from then on."""
_log = logging.getLogger(__name__)


async def keep_up(following: Following) -> None:
    """Follow the source for as long as the task is not cancelled."""
    if following.reader.near is not None:
        await _keep_up_near(following, following.reader.near)
    failures: int = 0
    wanted: WhyAnew | None = None
    while True:
        try:
            if wanted is not None or not following.is_read:
                await following.look(wanted)
                wanted, failures = None, 0
            if await _follow(following):
                failures = 0
                continue
            following.trouble = "the source ended its stream of facts"
        except ResyncNeeded as fact:
            wanted = fact.why or ReadAgainAsked()
            if failures == 0:
                failures = 1
                continue
        except LinkError as error:
            following.trouble = str(error)
        except Exception as error:  # noqa: BLE001 - a source that breaks its word shows as silent, and is tried again
            _log.error("following %s failed", following.reader.region, exc_info=error)
            following.trouble = f"what the source said cannot be taken ({error}); details are in the log"
            wanted = WordBroken()
        await asyncio.sleep(RETRIES_S[min(failures, len(RETRIES_S) - 1)])
        failures += 1


async def _keep_up_near(following: Following, near: NearSource) -> None:
    while True:
        try:
            await following.catch_up()
        except LinkError as error:
            following.trouble = str(error)
            await asyncio.sleep(RETRIES_S[0])
        await near.news()


async def _follow(following: Following) -> bool:
    """Take what changes from the latest reading on; true when the source was read since, false when the stream ended."""
    generation = following.generation
    async with aclosing(following.reader.changes(following.cursor)) as stream:
        async for change in stream:
            if generation != following.generation:
                return True
            following.take(change)
    return False
