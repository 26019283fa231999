"""Work that blocks, each in a thread that never keeps the program from ending: a target that hangs holds up nobody else."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_own_thread(name: str, work: Callable[[], T]) -> T:
    """Do *work* in a thread of its own and give what it gives; whoever is cancelled here does not wait for it."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            found = work()
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            _tell(loop, lambda error=error: None if done.done() else done.set_exception(error))  # type: ignore[misc]
        else:
            _tell(loop, lambda: None if done.done() else done.set_result(found))

    threading.Thread(target=run, name=name, daemon=True).start()
    return await done


def _tell(loop: asyncio.AbstractEventLoop, say: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(say)
    except RuntimeError:
        return  # the loop has ended: nobody waits any more
