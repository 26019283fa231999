"""Widgets that a test leaves behind are taken away between tests, in their own thread, as the program does it."""

import gc
from collections.abc import Iterator

import pytest

from console.kit.collector import collect_what_is_due


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """Let no thread of a test collect the widgets of the one before."""
    gc.disable()
    yield
    collect_what_is_due()
    gc.enable()
