"""Coroutines beside the window: a failure is heard, and none outlives the console."""

import asyncio
import gc
import logging

import pytest

from console.operating.jobs import Jobs


def test_that_a_failure_is_said_with_the_name_of_its_job_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []

    async def fail() -> None:
        raise OSError("the disk is full")

    async def main() -> None:
        task = Jobs(said.append).start("Writing", fail())
        await asyncio.wait([task])
        await asyncio.sleep(0)

    with caplog.at_level(logging.ERROR):
        asyncio.run(main())
    assert said == ["Writing failed: the disk is full. The log has the details."]
    assert caplog.records[0].exc_info is not None


def test_that_closing_cancels_what_runs_and_waits_for_its_end() -> None:
    ended: list[str] = []
    said: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("ended")

    async def main() -> None:
        jobs = Jobs(said.append)
        jobs.start("Waiting", wait())
        await asyncio.sleep(0)
        await jobs.aclose()
        assert ended == ["ended"]

    asyncio.run(main())
    assert said == []


def test_that_a_job_is_kept_alive_while_it_runs() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.01, future.set_result, None)
        await future
        ended.set()

    async def main() -> None:
        jobs = Jobs(lambda sentence: None)
        jobs.start("Working", work())
        gc.collect()
        async with asyncio.timeout(5):
            await ended.wait()

    asyncio.run(main())


def test_that_closing_without_jobs_is_no_matter() -> None:
    asyncio.run(Jobs(lambda sentence: None).aclose())
