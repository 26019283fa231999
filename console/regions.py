"""Finds the region an operator names: bundled by name, or a file; and the folder where its acts and journal are kept.

Bundled data and the core do not know each other: this reads the one and passes its text to the other.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import resources
from topology.description import LARGEST_TEXT, RegionError, fleet_file_of, read_region
from topology.links.protocol import RegionLink
from topology.links.simulated import FileLink, SimLink
from topology.region import Region

EMBEDDED = "s3-us-east-1"
LARGEST_FLEET = 2 * 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """Where a region is: `sim:NAME` (bundled, simulated), or `file:PATH` (described by a file, simulated)."""

    kind: str
    target: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.target}"


def bundled() -> tuple[str, ...]:
    """Give the names of the bundled regions."""
    folder = resources.path("regions")
    return tuple(sorted(entry.name for entry in Path(folder).iterdir() if (entry / "region.toml").is_file()))


def address_of(text: str | None) -> Address:
    """Read an address: nothing (the embedded region), `sim:NAME`, `file:PATH`, a bundled name, or a path.

    Raises:
        RegionError: it names nothing that exists.
    """
    if not text:
        return Address("sim", EMBEDDED)
    kind, colon, target = text.partition(":")
    if colon and kind == "sim":
        return _bundled_address(target)
    if colon and kind == "file":
        return Address("file", str(Path(target).expanduser().absolute()))
    if text in bundled():
        return Address("sim", text)
    if Path(text).expanduser().exists() or text.endswith(".toml") or "/" in text:
        return Address("file", str(Path(text).expanduser().absolute()))
    raise RegionError(
        (f"There is no region {text!r}: bundled are {', '.join(bundled())}; or give the path of a region file.",)
    )


def _bundled_address(name: str) -> Address:
    if name not in bundled():
        raise RegionError((f"There is no bundled region {name!r}: there are {', '.join(bundled())}.",))
    return Address("sim", name)


def read_address(address: Address) -> Region:
    """Read the region at an address from its description, without any acts.

    Raises:
        RegionError: it cannot be read; every problem is named.
    """
    if address.kind == "sim":
        return read_file(Path(resources.path(f"regions/{address.target}/region.toml")), address.target)
    return read_file(Path(address.target), Path(address.target).name)


def read_file(path: Path, source: str) -> Region:
    """Read a region file and the fleet table beside it.

    Raises:
        RegionError: with every problem found.
    """
    text = _text_of(path, source)
    name = fleet_file_of(text)
    return read_region(text, source, _fleet_of(path, name) if name else None)


def _text_of(path: Path, source: str) -> str:
    try:
        if path.is_dir():
            path = path / "region.toml"
        size = path.stat().st_size
        if size > LARGEST_TEXT:
            why = f"is {size:,} bytes, more than {LARGEST_TEXT:,}; put the servers into a fleet table beside it"
            raise RegionError((f"{source}: {why}",))
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise RegionError(
            (f"{source}: cannot be read: {error.strerror or error}; give the path of a region file",)
        ) from error
    except UnicodeDecodeError as error:
        raise RegionError(
            (f"{source}: is not UTF-8 text at byte {error.start:,}; a description is TOML text",)
        ) from error


def _fleet_of(path: Path, name: str) -> bytes | None:
    """Read the fleet table; None unless it is a regular file inside the region's folder."""
    folder = (path if path.is_dir() else path.parent).resolve()
    table = folder / name
    try:
        real = table.resolve(strict=True)
        if not real.is_relative_to(folder) or not real.is_file() or real.stat().st_size > LARGEST_FLEET:
            return None
        return real.read_bytes()
    except OSError:
        return None


def state_folder() -> Path:
    """Give the folder for what must outlive the program: XDG_STATE_HOME, else ~/.local/state."""
    base = os.environ.get("XDG_STATE_HOME")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "state"
    return root / "underkeel"


def folder_of(address: Address) -> Path:
    """Give the folder where the acts and the journal of a region are kept."""
    # The digest keeps two paths apart that look alike once cut and cleaned.
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", str(address)).strip("-")[-80:]
    slug += "-" + hashlib.sha256(str(address).encode()).hexdigest()[:8]
    return state_folder() / "regions" / slug


def open_link(address: Address, folder: Path, *, fresh: bool = False) -> RegionLink:
    """Make the link to a region; its acts are kept in *folder*.

    Raises:
        RegionError: a bundled region cannot be read. (A file is read when the link loads.)
    """
    if address.kind == "sim":
        return SimLink(read_address(address), str(address), folder, fresh=fresh)
    return FileLink(Path(address.target), folder, fresh=fresh)
