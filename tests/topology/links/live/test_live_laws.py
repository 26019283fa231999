"""A law: whatever two consoles, a source that goes one by one and somebody beside them do, our acts break no floor.

The source forgets answers, hangs, lets drains begin late and is acted on behind our back. What is promised then is what a
source that cannot judge allows: no act of ours is sent that leaves less in service than the floor, by what the source
showed when it was asked and what is reserved; a wave is never sent twice; and a stop ends it for everybody.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.topology.links.live.rig import Rig
from tests.topology.links.live.scripted_source import DRAINING, REMOVED, SERVING
from topology.links.fleet_source import Answer, SourceWave
from topology.links.live.link import LiveLink
from topology.links.protocol import WaveOutcome
from topology.region.errors import LinkError

NAMES = tuple(f"n{at}" for at in range(10))
FLOOR = 6
_SOME = st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True).map(tuple)
_ANSWERS = st.sampled_from([Answer.DONE, Answer.DONE, Answer.REFUSED, Answer.TOO_SOON, Answer.UNKNOWN])


class Consoles(RuleBasedStateMachine):
    """Two consoles on one source and one ledger, and everything that may happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.rig = Rig(self.folder)
        self.loop = asyncio.new_event_loop()
        self.numbers = {0: 0, 1: 0}
        self.late: list[str] = []
        self.broken: list[str] = []
        self.stopped: set[str] = set()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(work, 30))

    @initialize(remembers=st.booleans(), attributes=st.booleans())
    def begins(self, remembers: bool, attributes: bool) -> None:
        source = self.rig.source
        source.abilities = replace(source.abilities, remembers_waves=remembers)
        source.attributes = attributes
        source.on_take = self.sees
        self.links: list[LiveLink] = []
        for _ in range(2):
            link = self.rig.link()
            self.run(link.load())
            self.links.append(link)

    def sees(self, wave: SourceWave) -> None:
        """The moment of an act: what is in service and not leaving already must hold the floor without the wave."""
        source = self.rig.source
        leaving = set(wave.servers) | {name for name in self.late if source.state_of(name) is SERVING}
        left = [name for name in NAMES if source.state_of(name) is SERVING and name not in leaving]
        before = [name for name in NAMES if source.state_of(name) is SERVING]
        if len(left) < FLOOR and set(wave.servers) & set(before):
            self.broken.append(f"{wave.id} leaves {len(left)}: {wave.servers}")
        sent = [one.id for what, one in source.calls if what == "take" and isinstance(one, SourceWave)]
        if sent.count(wave.id) > 1:
            self.broken.append(f"{wave.id} was sent twice")
        if wave.execution in self.stopped:
            self.broken.append(f"{wave.id} was sent after its stop")

    @rule(
        who=st.sampled_from((0, 1)), servers=_SOME, says=st.dictionaries(st.sampled_from(NAMES), _ANSWERS, max_size=3)
    )
    def takes(self, who: int, servers: tuple[str, ...], says: dict[str, Answer]) -> None:
        self.rig.source.says = says
        self.numbers[who] += 1
        self.act(who, servers)
        self.rig.source.says = {}

    @rule(who=st.sampled_from((0, 1)), servers=_SOME)
    def takes_late(self, who: int, servers: tuple[str, ...]) -> None:
        """It is accepted, and the drain begins later."""
        source = self.rig.source
        held, source.set = source.set, lambda *_, **__: None  # type: ignore[method-assign,assignment]
        self.numbers[who] += 1
        outcome = self.act(who, servers)
        source.set = held  # type: ignore[method-assign]
        if outcome is not None:
            self.late += outcome.servers(Answer.DONE)

    @rule(who=st.sampled_from((0, 1)), servers=_SOME, does=st.booleans())
    def loses_the_answer(self, who: int, servers: tuple[str, ...], does: bool) -> None:
        source = self.rig.source
        source.loses_answer, source.hangs = does, set() if does else {"take"}
        self.numbers[who] += 1
        outcome = self.act(who, servers)
        source.loses_answer, source.hangs = False, set()
        assert outcome is None or not outcome.servers(Answer.DONE), "nobody heard that anything was done"

    def act(self, who: int, servers: tuple[str, ...]) -> WaveOutcome | None:
        wave = self.rig.wave(*servers, execution=f"e{who}", number=self.numbers[who])
        try:
            return self.run(self.links[who].remove(wave))  # type: ignore[no-any-return]
        except LinkError:
            return None

    @rule(who=st.sampled_from((0, 1)), number=st.integers(1, 5))
    def asks(self, who: int, number: int) -> None:
        """Any console asks what became of any wave; what is said to be done is done."""
        try:
            outcome = self.run(self.links[1 - who].outcome(f"e{who}.{number}"))
        except LinkError:
            return
        if outcome is not None and not self.late:
            for name in outcome.servers(Answer.UNKNOWN):
                assert not self.rig.source.abilities.remembers_waves or name in self.rig.source.servers

    @rule()
    def late_drains_begin(self) -> None:
        names = {name: DRAINING for name in self.late if self.rig.source.state_of(name) is SERVING}
        self.late = []
        if names:
            self.rig.source.set(names)

    @rule()
    def drains_end(self) -> None:
        source = self.rig.source
        names = {name: REMOVED for name in NAMES if source.state_of(name) is DRAINING}
        if names:
            source.set(names)

    @rule(name=st.sampled_from(NAMES), state=st.sampled_from((SERVING, REMOVED)))
    def somebody_else_acts(self, name: str, state: Any) -> None:
        if name not in self.late:
            self.rig.source.set({name: state}, actor="somebody")

    @rule(who=st.sampled_from((0, 1)), servers=_SOME, number=st.integers(1, 5))
    def another_region_answers(self, who: int, servers: tuple[str, ...], number: int) -> None:
        """For a while another region is behind the address, which knows of no wave: it is asked nothing, and sent nothing."""
        source = self.rig.source
        before, known = list(source.calls), source.waves
        source.region, source.waves = "another", {}
        self.numbers[who] += 1
        assert self.act(who, servers) is None
        with suppress(LinkError):
            self.run(self.links[1 - who].outcome(f"e{who}.{number}"))
        with suppress(LinkError):
            self.run(self.links[1 - who].stop(f"e{who}", "sam"))
        self.stopped.add(f"e{who}")
        assert source.calls == before
        source.region, source.waves = "scripted-1", known

    @rule(who=st.sampled_from((0, 1)))
    def stops(self, who: int) -> None:
        try:
            self.run(self.links[1 - who].stop(f"e{who}", "sam"))
            self.stopped.add(f"e{who}")
        except LinkError:
            pass

    @rule(who=st.sampled_from((0, 1)))
    def goes_on(self, who: int) -> None:
        try:
            self.run(self.links[who].resume(f"e{who}", "pat"))
            self.run(self.links[1 - who].resume(f"e{who}", "pat"))
            self.stopped.discard(f"e{who}")
        except LinkError:
            pass

    @rule(who=st.sampled_from((0, 1)))
    def crashes(self, who: int) -> None:
        """A console dies with its leases and starts again; what it does not know it asks."""
        self.run(self.links[who].aclose())
        self.links[who] = self.rig.link()
        self.run(self.links[who].load())

    @invariant()
    def holds(self) -> None:
        assert self.broken == []

    def teardown(self) -> None:
        self.loop.run_until_complete(self.rig.close())
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)


TestConsoles = Consoles.TestCase
TestConsoles.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
