"""No call of a source is waited for without an end: found by looking at every call there is, so that none is forgotten."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from types import MethodType, SimpleNamespace
from typing import Any

import pytest

from topology.links.deadline import BoundedActor, BoundedReader, Deadlines
from topology.links.fleet_source import Abilities, Answer, FleetActor, FleetReader, Floors, Identity, SourceWave, Taken
from topology.region.errors import LinkError

SHORT = Deadlines(*[0.05] * 7)
WAVE = SourceWave("e.1", "e", "ana", ("n1", "n2"), ((), ()), deadline_s=0.05)
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "read": (),
    "take": (WAVE, Floors()),
    "give_back": (WAVE, Floors()),
    "stop": ("e",),
    "resume": ("e",),
    "found": ("e.1",),
    "let_go": ("e",),
    "go_on": ("e",),
    "accept_unheard": ("ana", ()),
    "aclose": (),
    "changes": ("0",),
}
WAVES = ("take", "give_back")
"""Calls whose silence is an answer: nobody knows what became of the servers."""


def source(call: Callable[..., Awaitable[object]]) -> Any:
    """Give a source whose every call is *call*."""

    async def changes(_self: object, _after: str) -> AsyncIterator[object]:
        await call()
        yield None

    made = SimpleNamespace(
        identity=Identity("x", "test"), region="hung-1", abilities=Abilities(), heartbeat_s=0.02, loads=dict
    )
    for name in ARGUMENTS:
        setattr(made, name, call)
    made.changes = MethodType(changes, made)
    return made


class Dead:
    """A source that takes no cancelling for an answer, as a thread does that waits for a dead disk, until a test has ended."""

    def __init__(self) -> None:
        self.is_over = False

    async def __call__(self, *_: object, **__: object) -> None:
        while not self.is_over:
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue


async def cancelled(*_: object, **__: object) -> None:
    """End as what a source itself waits for ends when it is closed beneath it."""
    raise asyncio.CancelledError


async def failing(*_: object, **__: object) -> None:
    raise LinkError("it failed")


async def asked(actor: BoundedActor, name: str) -> object:
    found = getattr(actor, name)(*ARGUMENTS[name])
    return await (anext(found) if name == "changes" else found)


def calls(*kinds: type) -> set[str]:
    """Give the names of what is awaited of a kind."""
    found = {name: one for kind in kinds for name, one in inspect.getmembers(kind) if not name.startswith("_")}
    return {name for name, one in found.items() if inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one)}


def test_that_every_call_that_a_source_has_is_in_the_wrapper_and_in_these_tests() -> None:
    assert calls(FleetReader, FleetActor) | {"changes"} <= calls(BoundedReader, BoundedActor)
    assert calls(BoundedReader, BoundedActor) == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize(("call", "said"), [(Dead, "did not answer within"), (None, "gave .* up before it was done")])
def test_that_each_ends_in_its_time_whatever_its_source_does(call: Any, said: str, name: str) -> None:
    async def main() -> None:
        does = cancelled if call is None else call()
        actor = BoundedActor(source(does), SHORT)
        async with asyncio.timeout(10):
            if name in WAVES:
                taken = await asked(actor, name)
                assert isinstance(taken, Taken)
                assert taken.answers == (("n1", Answer.UNKNOWN), ("n2", Answer.UNKNOWN))
            elif name == "aclose":
                await actor.aclose()
            else:
                with pytest.raises(LinkError, match=f"hung-1 {said}"):
                    await asked(actor, name)
        if call is not None:
            does.is_over = True

    asyncio.run(main())


@pytest.mark.parametrize("name", ARGUMENTS)
def test_that_a_call_that_fails_says_so_at_once(name: str) -> None:
    async def main() -> None:
        actor = BoundedActor(source(failing), Deadlines())
        if name in WAVES:
            taken = await asked(actor, name)
            assert isinstance(taken, Taken)
            assert {answer for _, answer in taken.answers} == {Answer.UNKNOWN}
        elif name != "aclose":
            with pytest.raises(LinkError, match="it failed"):
                await asked(actor, name)

    asyncio.run(main())


def test_that_whoever_waits_may_be_cancelled_and_hears_of_that() -> None:
    async def main() -> None:
        dead = Dead()
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(BoundedActor(source(dead), Deadlines()).read())
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        dead.is_over = True

    asyncio.run(main())
