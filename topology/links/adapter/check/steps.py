"""The steps of the kit, in order; each gives a few words on what was seen, or fails with a sentence."""

import asyncio

from topology.links.adapter.answers import wave_params
from topology.links.adapter.check.rig import (
    LEAVING,
    NEEDED,
    STRANGER,
    CheckFailedError,
    NotJudgedError,
    Rig,
    Subject,
    expect,
    floor_of,
    no_floor,
    put_back,
    said,
    seen,
    settled,
    state_of,
    subjects_of,
    take,
    units_of,
    wave_of,
)
from topology.links.adapter.source import AdapterSource
from topology.links.adapter.wire.session import AdapterFailedError
from topology.links.adapter.wire.text import as_text
from topology.links.fleet_source import Answer


async def hello(rig: Rig) -> str:
    async with rig.opened() as source:
        can = [
            name for name in ("atomic_waves", "restores_by_name", "stops_mid_wave") if getattr(source.abilities, name)
        ]
        return f"region {source.region!r}, as {source.identity.name!r}; {', '.join(can) or 'no abilities'}"


async def load(rig: Rig) -> str:
    async with rig.opened() as source:
        first, second = await source.read(), await source.read()
        expect(set(first.names) == set(second.names), "two loads one after the other have other servers")
        subjects_of(first, NEEDED)
        return f"{len(first.names):,} servers, {len(first.racks):,} racks, {len(first.profiles):,} sets of subsystems"


async def heartbeat(rig: Rig) -> str:
    async with rig.opened() as source:
        facts = await source.read()
        beats = 0
        async with asyncio.timeout(6 * source.heartbeat_s + 2):
            async for _ in source.changes(facts.cursor):
                beats += 1
                if beats == 3:
                    break
        return f"at least every {source.heartbeat_s:g} s"


async def remove_and_restore(rig: Rig) -> str:
    async with rig.opened() as source:
        facts = await source.read()
        subjects, execution = subjects_of(facts, 2), rig.execution()
        wave = wave_of(subjects, execution)
        taken = await source.take(wave, no_floor(subjects))
        expect(len(taken.servers(Answer.DONE)) == 2, f"remove answered {said(taken)}")
        await seen(source, facts.cursor, lambda found: found.wave == wave.id, f"that wave {wave.id} happened")
        await settled(source, subjects, LEAVING, "after its remove")
        await put_back(source, subjects, execution)
        return "two servers left and came back, and events said so"


async def same_id_twice(rig: Rig) -> str:
    async with rig.opened() as source:
        subjects, execution = subjects_of(await source.read(), 1), rig.execution()
        first = await take(source, subjects, execution)
        again = await take(source, subjects, execution)
        expect(first.answers == again.answers, f"the first answer was {said(first)}, the second {said(again)}")
        found = await source.found(f"{execution}.1")
        expect(found is not None and found.answers == first.answers, f"outcome says {said(found)}, not {said(first)}")
        await put_back(source, subjects, execution)
        late = await take(source, subjects, execution)
        expect(state_of(await source.read(), subjects[0].name) not in LEAVING, f"it was done again: {said(late)}")
        return "done once; outcome says the same"


async def unknown_id(rig: Rig) -> str:
    async with rig.opened() as source:
        found = await source.found(f"{rig.execution()}.1")
        expect(found is None, f"outcome of a wave that never was is {said(found)} instead of null")
        return "outcome is null"


async def abandoned_id(rig: Rig) -> str:
    async with rig.opened() as source:
        subjects, execution = subjects_of(await source.read(), 1), rig.execution()
        expect(
            await source.found(f"{execution}.1", abandon=True) is None, "outcome of a wave that never was is not null"
        )
    async with rig.opened() as source:  # also after a restart
        late = await take(source, subjects, execution)
        out = state_of(await source.read(), subjects[0].name) in LEAVING
        if out:
            await put_back(source, subjects, execution)
        expect(
            not out and not late.servers(Answer.DONE), f"a wave that was given up came late and was done: {said(late)}"
        )
        return "a late arrival is refused, also after a restart"


async def wrong_name(rig: Rig) -> str:
    async with rig.opened() as source:
        subjects, execution = subjects_of(await source.read(), 1), rig.execution()
        taken = await take(source, (*subjects, Subject(STRANGER, subjects[0].supports)), execution)
        out = state_of(await source.read(), subjects[0].name) in LEAVING
        if out:
            await put_back(source, subjects, execution)
        expect(
            not out and not taken.servers(Answer.DONE), f"a wave with an unknown name was done in part: {said(taken)}"
        )
        return "a wave with an unknown name is refused whole"


async def unknown_must(rig: Rig) -> str:
    async with rig.opened() as source:
        subjects, execution = subjects_of(await source.read(), 1), rig.execution()
        params = wave_params(wave_of(subjects, execution), no_floor(subjects), atomic=False)
        try:
            answer = await raw(source, "remove", {**params, "must": ["moonlight"], "moonlight": 3})
        except AdapterFailedError as error:
            answer = str(error).encode()
        out = state_of(await source.read(), subjects[0].name) in LEAVING
        if out:
            await put_back(source, subjects, execution)
        expect(not out, f"a wave that must have 'moonlight' judged was done; the answer was {as_text(answer.decode())}")
        return "what it does not know and must is refused"


async def unknown_method(rig: Rig) -> str:
    async with rig.opened() as source:
        try:
            answer = await raw(source, "moonlight", {})
        except AdapterFailedError as error:
            expect(error.code == -32601, f"the error of an unknown method is {error.code} instead of -32601")
            return "error -32601"
        raise CheckFailedError(f"an unknown method was answered with {as_text(answer.decode())}")


async def floor(rig: Rig) -> str:
    async with rig.opened() as source:
        if not source.abilities.atomic_waves:
            raise NotJudgedError("it does not say atomic_waves; the console judges alone")
        facts = await source.read()
        subjects, execution = subjects_of(facts, 2), rig.execution()
        floors = floor_of(subjects[0], units_of(facts, subjects[0].supports[0][0]))
        taken = await source.take(wave_of(subjects, execution), floors)
        after = await source.read()
        out = tuple(one for one in subjects if state_of(after, one.name) in LEAVING)
        if out:
            await put_back(source, out, execution)
        expect(not out, f"a wave below its floor was done: {said(taken)}")
        expect(len(taken.servers(Answer.REFUSED)) == 2, f"a wave below its floor was answered {said(taken)}")
        return "a wave below its floor is refused whole"


async def stop(rig: Rig) -> str:
    async with rig.opened() as source:
        subjects, execution = subjects_of(await source.read(), 3), rig.execution()
        await take(source, subjects[:2], execution, 1)
        back = await source.stop(execution)
        late = await take(source, subjects[2:], execution, 2)
        expect(not late.servers(Answer.DONE), f"a wave after a stop was done: {said(late)}")
        if source.abilities.stops_mid_wave:
            draining = set(back.servers(Answer.RETURNED))
            after = await source.read()
            lost = [one for one in draining if state_of(after, one) in LEAVING]
            expect(not lost, f"stop says that {lost[:1]} was given back, and it is not")
        await source.resume(execution)
        again = await take(source, subjects[2:], execution, 3)
        expect(len(again.servers(Answer.DONE)) == 1, f"after resume a wave was answered {said(again)}")
        await put_back(source, subjects, execution)
        return f"{len(back.answers)} of 2 given back; nothing left until resume"


async def raw(source: AdapterSource, method: str, params: dict[str, object]) -> bytes:
    """Ask for what the console would never ask."""
    session = source.session
    if session is None:
        raise CheckFailedError("the adapter ended")
    async with asyncio.timeout(10):
        return await session.ask(method, params, 10, bytes)
