"""The real console with a stopwatch: run by the benchmarks as a program of its own.

    timed_window.py BEGAN KEYS STOPS [REGION SUBSYSTEM]

BEGAN is when it was started (seconds since 1970). The region is the embedded one, or that of a file. Once it is drawn so many
keys are pressed in its window, each of which changes the plan, and so many executions are stopped. One JSON object on standard
output: seconds, or lists of seconds; what ends in `_cpu` is processor time, which a busy machine changes least.

A moment "painted" is when Qt has painted and handed over everything that was waiting for it: an event of the lowest
priority, posted behind the cause, comes back only then.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any

BEGAN, KEYS, STOPS = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
REGION, SUBSYSTEM = sys.argv[4:6] if len(sys.argv) > 4 else (None, "billing")
NOTED: dict[str, Any] = {"interpreter": time.time() - BEGAN}
LAST = -1000

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt  # noqa: E402 - the stopwatch runs from here
from PySide6.QtTest import QTest  # noqa: E402

import console.app.app  # noqa: E402


class Painted(QObject):
    """Comes back when everything that waits to be painted is."""

    def __init__(self) -> None:
        super().__init__()
        self._events: dict[int, Callable[[], None]] = {}
        self._next = QEvent.Type.User.value

    def after(self, call: Callable[[], None]) -> None:
        self._next += 1
        if self._next > 60_000:
            self._next = QEvent.Type.User.value + 1
        self._events[self._next] = call
        QCoreApplication.postEvent(self, QEvent(QEvent.Type(self._next)), LAST)

    def event(self, event: QEvent) -> bool:
        call = self._events.pop(event.type(), None)
        if call is None:
            return super().event(event)
        call()
        return True

    async def all(self) -> float:
        """Wait for it; gives the moment."""
        future = asyncio.get_running_loop().create_future()
        self.after(lambda: future.set_result(time.perf_counter()))
        return float(await future)


def listen() -> None:
    """Note when the first window is painted; the session, which is imported only then, is followed from its start."""
    first_paint = console.app.app.wait_for_first_paint

    def painted(window: Any) -> None:
        first_paint(window)
        NOTED.update(painted=time.time() - BEGAN, painted_cpu=time.process_time())
        follow_session()

    console.app.app.wait_for_first_paint = painted


def follow_session() -> None:
    from console.app.session import Session

    start = Session.start

    def started(session: Session) -> None:
        start(session)
        session._jobs.start("Timing", timed(session))

    Session.start = started  # type: ignore[method-assign]


async def timed(session: Any) -> None:
    painted = Painted()
    await session.workspace.follower.loaded.wait()
    await painted.all()
    NOTED.update(drawn=time.time() - BEGAN, drawn_cpu=time.process_time())
    if KEYS:
        await press_keys(session, painted)
    NOTED["stop"] = [await stop(session, painted) for _ in range(STOPS)]
    sys.stdout.write(json.dumps(NOTED) + "\n")
    sys.stdout.flush()
    session.closed.set()


async def press_keys(session: Any, painted: Painted) -> None:
    workspace, panels = session.workspace, session.panels
    NOTED.update(echo=[], preview=[], planning=[], echo_cpu=[], preview_cpu=[])
    _time_planning()
    line = panels.command.editor
    line.setFocus()
    begun = time.perf_counter()
    QTest.keyClicks(line, f"remove 4 servers from {SUBSYSTEM}")
    NOTED["first_keys"] = await painted.all() - begun
    await asyncio.sleep(0.5)
    NOTED["planning"].clear()
    for number in range(KEYS):
        # A digit more, a digit less: every key is another plan.
        line.setCursorPosition(8 + number % 2)
        await asyncio.sleep(0.02)
        await _one_key(workspace, painted, line, Qt.Key.Key_0 if number % 2 == 0 else Qt.Key.Key_Backspace)


async def _one_key(workspace: Any, painted: Painted, line: Any, key: Qt.Key) -> None:
    """Press one key, and note when it is echoed and when its plan is on the screen."""
    done = asyncio.get_running_loop().create_future()

    def note(name: str) -> None:
        NOTED[name].append(time.perf_counter() - begun)
        NOTED[f"{name}_cpu"].append(time.thread_time() - begun_cpu)

    def on_screen() -> None:
        if not done.done():
            note("preview")
            done.set_result(None)

    def planned(_view: object) -> None:
        painted.after(on_screen)

    workspace.view_changed.connect(planned)
    begun, begun_cpu = time.perf_counter(), time.thread_time()
    QTest.keyClick(line, key)
    painted.after(lambda: note("echo"))
    await done
    workspace.view_changed.disconnect(planned)


def _time_planning() -> None:
    from topology.planning.preview import Planner

    for name in ("preview", "replan"):
        _time(Planner, name)


def _time(owner: Any, name: str) -> None:
    method = getattr(owner, name)

    def timed_method(*arguments: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        result = method(*arguments, **named)
        NOTED["planning"].append(time.perf_counter() - begun)
        return result

    setattr(owner, name, timed_method)


async def stop(session: Any, painted: Painted) -> float:
    """Carry a plan out, and press Escape twice once servers leave; gives the time until the region has stopped."""
    stopped = asyncio.get_running_loop().create_future()
    link, panels, operator = session._link, session.panels, session.desk
    tell = link.stop

    async def heard(*arguments: str) -> Any:
        result = await tell(*arguments)
        if not stopped.done():
            stopped.set_result(time.perf_counter())
        return result

    link.stop = heard
    panels.type(f"remove 2 servers from {SUBSYSTEM}")
    while not panels.preview.confirm_bar.try_confirm():
        await asyncio.sleep(0.05)
        panels.preview.confirm_bar.field.setText("2")
    while operator.progress is None or not operator.progress.servers_out:  # noqa: ASYNC110 - a benchmark looks
        await asyncio.sleep(0.005)
    begun = time.perf_counter()
    for _ in range(2):
        QTest.keyClick(panels.command.editor, Qt.Key.Key_Escape)
        await asyncio.sleep(0.04)
    begun += 0.04  # the gesture is whole with the second press
    latency = await stopped - begun
    link.stop = tell
    while operator.running is not None:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await painted.all()
    return float(max(latency, 0.0))


if __name__ == "__main__":
    listen()
    sys.exit(console.app.app.open_console(REGION, fresh=True))
