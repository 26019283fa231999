"""Makes the pictures of manual and README with the program itself: `python packaging/manual_pictures.py`, in the environment."""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "resources" / "manual"
PICTURES = MANUAL / "pictures"
DOCS = ROOT / "docs"
SHOP = "first-region.md"
"""The page whose first description is the region of its pictures."""


@dataclass(frozen=True)
class Picture:
    """A picture: its *name*, what is typed, of the embedded region or of that of the tutorial (*shop*), and where it is kept."""

    name: str
    command: str
    size: str = "1280x800"
    shop: bool = False
    folder: Path = PICTURES


WANTED = (
    Picture("shop.png", "", "1120x700", shop=True),
    Picture("shop-blocked.png", "remove 4 from search", "1120x700", shop=True),
    Picture("window.png", "remove 48 servers from billing"),
    Picture("blocked.png", "remove 400 servers from billing"),
)
README = Picture("underkeel.png", "remove 400 servers from billing", "1680x1000", folder=DOCS)


def shop_description() -> str:
    """Give the description that the tutorial lets people save."""
    text = (MANUAL / SHOP).read_text(encoding="utf-8")
    found = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    if found is None:
        raise SystemExit(f"{SHOP} has no description to make pictures of")
    return found[1]


def main() -> None:
    """Make every picture anew."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop.toml"
        shop.write_text(shop_description(), encoding="utf-8")
        for one in (*WANTED, README):
            call = [sys.executable, "-c", "import sys; from console.app.cli import main; sys.exit(main())", "picture"]
            words = [
                str(one.folder / one.name),
                "--size",
                one.size,
                *(["--command", one.command] if one.command else []),
            ]
            region = ["--region", str(shop)] if one.shop else []
            subprocess.run([*call, *words, *region], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
