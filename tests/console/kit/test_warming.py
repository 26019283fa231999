"""What plots need is loaded once a region is there, and never by the window's own thread."""

import asyncio
import threading

import pytest

from console.kit.loop import warming


def test_that_plots_are_loaded_beside_the_window_and_not_before_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded_by: list[tuple[str, threading.Thread]] = []
    monkeypatch.setattr(warming, "AFTER_S", 0.0)
    monkeypatch.setattr(warming, "import_module", lambda name: loaded_by.append((name, threading.current_thread())))

    async def work() -> None:
        region = asyncio.Event()
        warm = asyncio.get_running_loop().create_task(warming.warm_plots(region))
        for _ in range(5):
            await asyncio.sleep(0)
        assert loaded_by == []
        region.set()
        await warm

    asyncio.run(work())
    ((name, thread),) = loaded_by
    assert name == "pyqtgraph"
    assert thread is not threading.main_thread()
