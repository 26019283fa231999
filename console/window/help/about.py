"""What the program is made of: its version, those of what it stands on, and under which licences."""

import platform
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

from PySide6.QtCore import qVersion

import resources

STANDS_ON = (
    "PySide6-Essentials",
    "shiboken6",
    "numpy",
    "networkx",
    "msgspec",
    "rapidfuzz",
    "pyqtgraph",
    "qasync",
)
NEWS = "CHANGELOG.md"


def about_page() -> str:
    """Write versions and licences as Markdown."""
    rows = "\n".join(f"| {name} | {_version(name)} | {licence_of(name)} |" for name in STANDS_ON)
    return (
        f"# Underkeel {_version('underkeel')}\n\n"
        "Shows what a removal would take from every subsystem, before it is confirmed.\n\n"
        f"Licence: {licence_of('underkeel')}. Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.system()} {platform.machine()}.\n\n"
        f"## It stands on\n\n| library | version | licence |\n| --- | --- | --- |\n{rows}\n\n"
        "The typefaces are B612 and B612 Mono, under the SIL Open Font License 1.1, made for the displays of cockpits.\n"
    )


def news_page() -> str:
    """Give what changed, version by version; a sentence where the installation has no such file."""
    for file in (Path(resources.__file__).parent / NEWS, Path(resources.__file__).parent.parent / NEWS):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return f"# What is new\n\nThis installation has no {NEWS}.\n"


def licence_of(name: str) -> str:
    """Give the licence that a distribution states; "not stated" where it states none."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return "not installed"
    stated = next((about[key] for key in ("License-Expression", "License") if key in about), "")
    if not stated or len(stated) > 60:
        classified = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or () if "License ::" in one]
        stated = ", ".join(classified) or stated.strip().splitlines()[0][:60] if stated or classified else "not stated"
    return stated


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"
