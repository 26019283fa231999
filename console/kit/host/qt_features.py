"""Keeps PySide from reading the source of every module that is imported after it.

It looks in each for a switch of Qt's names (`from __feature__ import ...`), which nothing here uses, and keeps all the text in
memory: a tenth of the time until the region is on the screen. Whoever makes the application calls it.
"""

from importlib import import_module
from types import ModuleType
from typing import Any


def read_no_sources() -> None:
    """Let PySide take every module for one that may use it, without a look; a PySide that looks no more stays as it is."""
    try:
        feature: Any = import_module("shibokensupport.feature")
    except ImportError:
        return
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = _may_use_it  # noqa: SLF001 - there is no public way


def _may_use_it(_module: ModuleType) -> bool:
    return True
