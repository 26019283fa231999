"""All files of a status page, by their paths; the page itself is last, so that it never stands before what it leads to."""

from dataclasses import replace

from console.reports.status_page.announcements import announcement_page, file_name_of, history_page, path_of
from console.reports.status_page.feeds import atom, rss
from console.reports.status_page.index import index_page
from console.reports.status_page.summary import summary
from topology.status_page.page import PublicPage

INDEX = "index.html"
TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
"""What each kind of file is, by the end of its name."""


def bundle(page: PublicPage) -> dict[str, bytes]:
    """Write every file of a page."""
    files = {path_of(one): announcement_page(page, one) for one in page.announcements}
    for service in page.services:
        about, title = page.about(service.name), f"{page.title}: {service.title}"
        name = f"services/{file_name_of(service.name)}"
        files[f"{name}.rss"] = rss(page, about, title)
        files[f"{name}.atom"] = atom(page, about, title, f"{name}.atom")
        files[f"{name}.json"] = summary(replace(page, services=(service,), announcements=about))
    files["history.rss"] = rss(page, page.announcements, page.title)
    files["history.atom"] = atom(page, page.announcements, page.title, "history.atom")
    files["summary.json"] = summary(page)
    files["history.html"] = history_page(page)
    files[INDEX] = index_page(page)
    return files


def kind_of(path: str) -> str:
    """Give the media type of a file of a page."""
    return TYPES.get(path.rpartition(".")[2], "application/octet-stream")
