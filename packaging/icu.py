"""Makes Qt's copy of ICU's data small: it has every locale's names of days, units and currencies, which no window here wants.

What sorts and compares text is kept for every language. The file is read as ICU's tool `icupkg` does, and the library is made
anew around what is left by the system's assembler and linker.

Source: https://unicode-org.github.io/icu/userguide/icu_data/ and icu4c/source/common/ucmndata.h (the table of contents).
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from children import SetupError, environment_for_children

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAGIC = b"\xda\x27"
_FORMAT = b"CmnD"
_FORMAT_AT = 12
"""Where the header of a package of data says what it is, in bytes from its start."""
_ALIGNED = 16
_OTHER_FOLDERS = re.compile(r"[^/]+/(?!coll/)[^/]+/")
_LOCALE = re.compile(r"[^/]+/(?!en\.)[a-z]{2,3}(_\w+)?\.res")
_OTHER_KINDS = (".cnv", ".spp", ".cfu", "/unames.icu", "/cnvalias.icu")
"""Converters of old encodings, profiles of names on the internet, and the names of characters."""
_SOURCE = """\
.section .rodata
.globl {symbol}
.type {symbol}, %object
.balign 16
{symbol}:
.incbin "data"
.size {symbol}, .-{symbol}
.section .note.GNU-stack, "", %progbits
"""


def shrink(library: Path) -> None:
    """Make a `libicudata.so.N` small, in its place.

    Raises:
        SetupError: it is no such library, or the tools that make one failed.
    """
    items = packed(library.read_bytes())
    version = library.name.rpartition(".")[2]
    with tempfile.TemporaryDirectory(prefix="underkeel-icu-") as name:
        folder = Path(name)
        (folder / "data").write_bytes(package({name: body for name, body in items.items() if is_wanted(name)}))
        (folder / "data.s").write_text(_SOURCE.format(symbol=f"icudt{version}_dat"), encoding="ascii")
        _make(("as", "-o", "data.o", "data.s"), folder)
        linked = ("ld", "-shared", "--build-id=none", "-z", "noexecstack", "-soname", library.name, "-o", str(library))
        _make((*linked, "data.o"), folder)


def is_wanted(name: str) -> bool:
    """Say whether an item, such as `icudt73l/coll/de.res`, is for sorting, comparing or folding text."""
    return not (_OTHER_FOLDERS.match(name) or _LOCALE.fullmatch(name) or name.endswith(_OTHER_KINDS))


def packed(whole: bytes) -> dict[str, bytes]:
    """Give the items of ICU's data inside a library by their names; the last one may have a few bytes of the library behind it.

    Raises:
        SetupError: there are none.
    """
    start = whole.find(_FORMAT) - _FORMAT_AT
    if start < 0 or whole[start + 2 : start + 4] != _MAGIC:
        raise SetupError("No data of ICU was found in Qt's library of it: look into packaging/icu.py.")
    table = start + struct.unpack_from("<H", whole, start)[0]
    (count,) = struct.unpack_from("<I", whole, table)
    places = [struct.unpack_from("<II", whole, table + 4 + 8 * number) for number in range(count)]
    names = [whole[table + at : whole.index(b"\0", table + at)].decode("ascii") for at, _ in places]
    begins = [table + at for _, at in places]
    return {name: whole[a:b] for name, a, b in zip(names, begins, [*begins[1:], len(whole)], strict=True)}


def package(items: dict[str, bytes]) -> bytes:
    """Give items as one package of ICU's data, by name as ICU looks for them."""
    header = struct.pack("<H2sHHBBBB4s4B4B", 32, _MAGIC, 20, 0, 0, 0, 2, 0, _FORMAT, 1, 0, 0, 0, 3, 0, 0, 0)
    names, data = bytearray(), bytearray()
    places = []
    first = 4 + 8 * len(items)
    for name in sorted(items):
        places.append((first + len(names), len(data)))
        names += name.encode("ascii") + b"\0"
        data += _filled(items[name])
    body = first + len(names)
    body += -body % _ALIGNED
    table = struct.pack("<I", len(items)) + b"".join(struct.pack("<II", at, body + of) for at, of in places)
    return _filled(header) + (table + bytes(names)).ljust(body, b"\0") + bytes(data)


def _filled(body: bytes) -> bytes:
    return body + bytes(-len(body) % _ALIGNED)


def _make(words: Sequence[str], folder: Path) -> None:
    made = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, env=environment_for_children()
    )
    if made.returncode:
        raise SetupError(f"{' '.join(words)} failed: {made.stderr.strip()}")
