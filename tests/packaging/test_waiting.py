"""What is cancelled ends: on Python 3.11 `asyncio.wait_for` may swallow a cancellation that comes as what it waits for ends."""

from tests.folders import ROOT


def test_that_the_program_waits_with_a_limit_by_asyncio_timeout_alone() -> None:
    files = [file for top in ("console", "topology") for file in (ROOT / top).rglob("*.py")]
    assert len(files) > 500
    # See https://github.com/python/cpython/issues/86296; a window that was closed waited for such a task for ever.
    assert [str(file) for file in files if "wait_for(" in file.read_text("utf-8")] == []
