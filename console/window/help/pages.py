"""The manual as pages that can be searched, read from the same files as on paper."""

import re
from dataclasses import dataclass
from pathlib import Path

import resources

INDEX = "index.md"


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page: the *name* of its file, its *title*, and its text in Markdown."""

    name: str
    title: str
    text: str

    def says(self, words: list[str]) -> bool:
        """Whether every one of the *words* is on the page, whatever their case."""
        text = self.text.lower()
        return all(word.lower() in text for word in words)


def manual_pages() -> tuple[ManualPage, ...]:
    """Read every page, in the order in which the index names them; those it does not name come last."""
    found = {file.name: _read(file) for file in sorted(resources.path("manual").glob("*.md"))}
    named = re.findall(r"\]\(([\w-]+\.md)\)", found[INDEX].text)
    order = [INDEX, *dict.fromkeys(name for name in named if name in found), *found]
    return tuple(found[name] for name in dict.fromkeys(order))


def _read(file: Path) -> ManualPage:
    text = file.read_text(encoding="utf-8")
    title = next((line[2:].replace("`", "").strip() for line in text.splitlines() if line.startswith("# ")), file.stem)
    return ManualPage(file.name, title, text)


def matching_pages(pages: tuple[ManualPage, ...], search: str) -> tuple[ManualPage, ...]:
    """Give the pages that have every word of a search; those with a word in their title first."""
    words = search.split()
    hits = [page for page in pages if page.says(words)]
    return tuple(sorted(hits, key=lambda page: not any(word.lower() in page.title.lower() for word in words)))
