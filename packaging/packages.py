"""Make what operators install: a folder with everything in it, as an archive, a .deb of it, and a wheel.

    python3 packaging/packages.py archive [FOLDER]     # underkeel-VERSION-linux-ARCH.tar.gz
    python3 packaging/packages.py deb [FOLDER]         # underkeel_VERSION_ARCH.deb
    python3 packaging/packages.py wheel [FOLDER]       # underkeel-VERSION-py3-none-any.whl, for pipx and uv tool

They are made from this checkout, on this machine's Python, into FOLDER (default: dist). The same commit on the same system gives
the same archive: times are those of the commit, names are sorted, hashes are not seeded anew.
"""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING

import environment
import system_packages
from children import SetupError, call, environment_for_children
from trimming import trim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = environment.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VERSION = PROJECT["version"]
LEFT_OUT = (
    "pyqtgraph.opengl",
    "pyqtgraph.examples",
    "numpy.f2py",
    "numpy.fft",
    "numpy.random",
    # What draws the help of command lines of libraries in colours.
    "pygments",
    "rich",
    "readline",
    "tkinter",
    "matplotlib",
    "scipy",
    "IPython",
    "pytest",
    "hypothesis",
    "mypy",
    "PyQt5",
    "PyQt6",
)
MOST = 200_000_000
"""Bytes that the folder may take: it is on every workstation of a team."""
DEPENDS = (
    "libc6", "libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1", "libglib2.0-0 | libglib2.0-0t64",
    "libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0",
)  # fmt: skip
CONTROL = """\
Package: underkeel
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Recommends: libcups2
Section: admin
Priority: optional
Description: {summary}
 While a command that removes servers is being typed, Underkeel shows how much
 capacity would be left above each subsystem's floor, and refuses the command
 that would break one. Removals are carried out slowly, with stop and undo, and
 are written into a journal before they are done.
"""
CHANGES = """\
underkeel ({version}) unstable; urgency=medium

  * What changed stands in NEWS.gz, beside this file.

 -- {maintainer}  {date}
"""
SUMMARY = "console that guards a region's capacity floors"
MAINTAINER = "The Underkeel maintainers <maintainers@underkeel.invalid>"
OVERRIDES = (
    "# The folder is made by PyInstaller, with the libraries of the wheels that were tested together.",
    "underkeel: embedded-library *",
    "underkeel: custom-library-search-path *",
    "underkeel: unstripped-binary-or-object *",
    "underkeel: shared-library-lacks-prerequisites *",
    "underkeel: hardening-no-relro *",
    "underkeel: hardening-no-fortify-functions *",
    "underkeel: sharedobject-in-library-directory-missing-soname *",
    "underkeel: executable-not-elf-or-script *",
    "underkeel: python-module-in-wrong-location *",
    "underkeel: library-not-linked-against-libc *",
    "underkeel: exit-in-shared-library *",
    "underkeel: missing-dependency-on-libc *",
    "# The program begins with PyInstaller's own loader, which is made without it.",
    "underkeel: hardening-no-pie [usr/lib/underkeel/underkeel]",
    "# The window is laid out by these very faces; the archive has them, too.",
    "underkeel: duplicate-font-file *",
)


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in MAKERS or len(arguments) > 2:
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(arguments[1] if len(arguments) == 2 else "dist").resolve()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="underkeel-package-") as work:
            made = MAKERS[arguments[0]](Path(work), out)
    except (SetupError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"{made}: {made.stat().st_size / 1e6:,.0f} MB")
    return 0


def frozen(work: Path) -> Path:
    """Make the folder with Python, Qt and the program in it."""
    python = environment.prepare("package")
    system_packages.ensure_qt(python, "xcb")
    words = [python, "-m", "PyInstaller", "--log-level", "WARN", "--onedir", "--noconfirm", "--name", "underkeel"]
    words += ["--distpath", work / "made", "--workpath", work / "build", "--specpath", work, "--paths", ROOT]
    words += ["--add-data", f"{data(work)}:resources", "--copy-metadata", "underkeel"]
    words += ["--runtime-hook", ROOT / "packaging" / "quiet_start.py"]
    for name in ("console", "topology"):
        words += ["--collect-submodules", name]
    for name in LEFT_OUT:
        words += ["--exclude-module", name]
    print("Gathering Python, Qt and the program into one folder ...", flush=True)
    env = environment_for_children(PYTHONHASHSEED="1", SOURCE_DATE_EPOCH=str(when()))
    if call([*map(str, words), str(ROOT / "packaging" / "entry.py")], cwd=work, env=env):
        raise SetupError("PyInstaller failed, for the reason it gives above.")
    folder = work / "made" / "underkeel"
    trim(folder)
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MOST:
        raise SetupError(
            f"The folder takes {size / 1e6:,.0f} MB, more than {MOST / 1e6:,.0f}: see packaging/trimming.py."
        )
    (folder / "underkeel-console").symlink_to("underkeel")
    return folder


def data(work: Path) -> Path:
    """Give the folder of resources as it goes along: without what Python and git leave in it."""
    clean = work / "resources"
    shutil.copytree(ROOT / "resources", clean, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return clean


def wheel(_work: Path, out: Path) -> Path:
    """Write the wheel, which brings no libraries along."""
    python = environment.prepare("run")
    words = [python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, ROOT]
    if call(words, env=environment_for_children(SOURCE_DATE_EPOCH=str(when()))):
        raise SetupError("pip could not make the wheel, for the reason it gives above.")
    return out / f"underkeel-{VERSION}-py3-none-any.whl"


def archive(folder: Path, out: Path) -> Path:
    """Write the folder as a .tar.gz whose bytes depend on what is in it alone."""
    made = out / f"underkeel-{VERSION}-linux-{os.uname().machine}.tar.gz"
    with (
        made.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=when()) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as whole,
    ):
        for path in in_order(folder):
            whole.add(path, f"underkeel-{VERSION}/{path.relative_to(folder)}", recursive=False, filter=anonymous)
    return made


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Give an entry without who made it and when."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = when()
    entry.mode = 0o755 if entry.isdir() or entry.mode & stat.S_IXUSR else 0o644
    return entry


def in_order(folder: Path) -> Iterator[Path]:
    """Give everything in a folder, always in the same order."""
    yield from sorted(folder.rglob("*"))


def when() -> int:
    """Give the time of the commit, in seconds since 1970 UTC; of a checkout without git that of the changelog."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        asked = subprocess.run(
            [git, "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if asked.returncode == 0 and asked.stdout.strip().isdigit():
            return int(asked.stdout)
    return int((ROOT / "CHANGELOG.md").stat().st_mtime)


def deb(folder: Path, out: Path, work: Path) -> Path:
    """Write the .deb: the folder in /usr/lib, names in /usr/bin, and what desktop, shell and man want."""
    tool = shutil.which("dpkg-deb")
    if tool is None:
        raise SetupError("There is no dpkg-deb on this system: make the .deb on Debian or Ubuntu, or make the archive.")
    tree = work / "deb"
    shutil.copytree(folder, tree / "usr/lib/underkeel", symlinks=True)
    lay(tree, folder / "underkeel")
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    control = CONTROL.format(
        version=VERSION,
        architecture=architecture,
        maintainer=MAINTAINER,
        size=size,
        depends=", ".join(DEPENDS),
        summary=SUMMARY,
    )
    write(tree / "DEBIAN/control", control)
    settle(tree)
    made = out / f"underkeel_{VERSION}_{architecture}.deb"
    env = environment_for_children(SOURCE_DATE_EPOCH=str(when()))
    if call([tool, "--root-owner-group", "-Zxz", "-z3", "--build", str(tree), str(made)], env=env, show="errors"):
        raise SetupError("dpkg-deb failed, for the reason it gives above.")
    return made


def lay(tree: Path, program: Path) -> None:
    """Put names, menu entry, icon, manual page, completions and papers where a Debian system looks for them."""
    for name in ("underkeel", "underkeel-console"):
        link = tree / "usr/bin" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"../lib/underkeel/{name}")
    resources = ROOT / "resources"
    copies = {
        resources / "desktop/underkeel.desktop": "usr/share/applications/underkeel.desktop",
        resources / "desktop/underkeel.metainfo.xml": "usr/share/metainfo/org.underkeel.underkeel.metainfo.xml",
        resources / "icons/underkeel.svg": "usr/share/icons/hicolor/scalable/apps/underkeel.svg",
    }
    for source, place in copies.items():
        write(tree / place, source.read_text(encoding="utf-8"))
    shells = {
        "bash": "usr/share/bash-completion/completions/underkeel",
        "zsh": "usr/share/zsh/vendor-completions/_underkeel",
        "fish": "usr/share/fish/vendor_completions.d/underkeel.fish",
    }
    for shell, place in shells.items():
        write(tree / place, said([str(program), "completion", shell]))
    page = manual_page()
    for name in ("underkeel", "underkeel-console"):
        pressed(tree / f"usr/share/man/man1/{name}.1.gz", page)
    papers = tree / "usr/share/doc/underkeel"
    changes = CHANGES.format(version=VERSION, maintainer=MAINTAINER, date=formatdate(when()))
    pressed(papers / "changelog.gz", changes)
    pressed(papers / "NEWS.gz", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    licence = "Licensed under the Apache License, version 2.0: /usr/share/common-licenses/Apache-2.0"
    fonts = (resources / "fonts/LICENSE-B612.txt").read_text(encoding="utf-8")
    write(papers / "copyright", f"Underkeel\n\n{licence}\n\nThe typeface B612, in resources/fonts\n\n{fonts}")
    write(tree / "usr/share/lintian/overrides/underkeel", "\n".join(OVERRIDES) + "\n")


WRITES_PAGE = f"""
from argparse_manpage.manpage import Manpage
from console.app.cli import COMMANDS, EXAMPLES, whole_parser
parser = whole_parser()
shown = [*EXAMPLES, *(f"{{one.name}} {{example}}" for one in COMMANDS.values() for example in one.examples)]
parser.epilog = "\\n".join(f"underkeel {{example}}".rstrip() for example in shown)
page = str(Manpage(parser, {{"manual_title": "Underkeel", "project_name": "underkeel"}}))
page = page.replace(".SH NAME\\nunderkeel\\n", ".SH NAME\\nunderkeel, underkeel\\\\-console \\\\- {SUMMARY}\\n", 1)
print(page.replace(".SH COMMENTS\\n", ".SH EXAMPLES\\n.nf\\n", 1))
"""


def manual_page() -> str:
    """Give the page for man, made from the program's own parser."""
    day = environment_for_children(SOURCE_DATE_EPOCH=str(when()), COLUMNS="100")
    python = environment.python_in(environment.FOLDER)
    return subprocess.run(
        [python, "-c", WRITES_PAGE], cwd=ROOT, env=day, capture_output=True, text=True, check=True
    ).stdout


def said(words: Sequence[str]) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True, env=environment_for_children()).stdout


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def pressed(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def settle(tree: Path) -> None:
    """Give every file its mode and the time of the commit."""
    for path in (tree, *in_order(tree)):
        if not path.is_symlink():
            runs = path.is_dir() or (path.stat().st_mode & stat.S_IXUSR and ".so" not in path.name)
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (when(), when()), follow_symlinks=False)


MAKERS = {
    "archive": lambda work, out: archive(frozen(work), out),
    "deb": lambda work, out: deb(frozen(work), out, work),
    "wheel": wheel,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
