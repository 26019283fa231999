"""Pages to publish, small ones: each says in its text what it knows."""

import json

from topology.publishing.publisher import PageDraft, Publisher
from topology.publishing.storage import Storage

INDEX = "index.html"


def draft(holds: dict[str, int], text: str = "", region: str = "shop") -> PageDraft:
    """Give a page that knows *holds*; *text* makes it another one."""
    said = json.dumps({"holds": holds, "text": text}).encode()
    return PageDraft(region, {"announcements/1-a.html": b"one", "summary.json": said, INDEX: said}, holds)


def holds_in(data: bytes) -> dict[str, int]:
    """Give what a page knows."""
    return dict(json.loads(data)["holds"])


def publisher(storage: Storage) -> Publisher:
    """Publish to a storage, by the clock of this machine."""
    return Publisher(storage, lambda path: "text/plain")
