"""The files of a status page: valid, whole, and made of text that stays text whatever is written into it."""

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.reports.status_page.bundle import INDEX, TYPES, bundle
from tests.console.reports.status_page.pages import NOW, page_of

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style></script><img src=x onerror=alert(1)>",
    "]]>&lt;&amp;&#0;<!--",
    '" onmouseover="alert(1)',
    "\x1b[2J\x1b]0;owned\x07",
    "\u202egnp.exe\u2066 \u200f",
    "\ud800 \ufffe \x00",
    "{{7*7}} ${7*7} %s {0}",
    "עברית and العربية",
    "javascript:alert(1)",
)
PAGES = [name for name in bundle(page_of()) if name.endswith(".html")]


def shape(data: bytes) -> list[str]:
    """Give the tags and attributes' names of a page, in order, as a browser reads it."""
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(data.decode())
    return [f"{one.tag} {sorted(one.attrib)}" for one in root.iter()]


def shape_xml(data: bytes) -> list[str]:
    return [f"{one.tag} {sorted(one.attrib)}" for one in ET.fromstring(data).iter()]


@pytest.mark.parametrize("name", PAGES)
def test_that_every_page_is_html_without_an_error_of_grammar(name: str) -> None:
    assert shape(bundle(page_of())[name])


@given(st.text(st.characters(), max_size=200))
@example("x" * 100_000)
@example(HOSTILE[0])
@example(HOSTILE[1])
@example(HOSTILE[2])
@example(HOSTILE[3])
@example(HOSTILE[4])
@example(HOSTILE[5])
@example(HOSTILE[6])
def test_that_no_text_is_ever_markup(text: str) -> None:
    reason = text if text.strip() else "x"
    calm, hostile = bundle(page_of("calm", "calm")), bundle(page_of(reason, reason))
    assert calm.keys() == hostile.keys()
    for name, data in hostile.items():
        if name.endswith(".html"):
            assert shape(data) == shape(calm[name]), name
        elif not name.endswith(".json"):
            assert shape_xml(data) == shape_xml(calm[name]), name
        else:
            assert json.loads(data).keys() == json.loads(calm[name]).keys()


@pytest.mark.parametrize("text", HOSTILE)
def test_that_nothing_that_cannot_be_seen_or_turns_lines_round_gets_out(text: str) -> None:
    for name, data in bundle(page_of(text, text)).items():
        said = data.decode()
        if name.endswith(".json"):
            said = json.dumps(json.loads(said), ensure_ascii=False)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b-\u200f\ud800-\udfff]", said), name


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", ".", "a b", "<b>", "x" * 300, "con:1"])
def test_that_no_name_of_a_service_leads_out_of_the_folder(name: str) -> None:
    for path in bundle(page_of(service=name)):
        assert re.fullmatch(r"(services/|announcements/)?[A-Za-z0-9][A-Za-z0-9_-]*\.[a-z]+", path), path


def test_that_a_page_needs_no_other_file_and_lets_nothing_else_run() -> None:
    text = bundle(page_of())[INDEX].decode()
    assert "default-src 'none'" in text
    assert not re.search(r'(src|srcset|action)="', text)
    assert all("http" not in one for one in re.findall(r'href="([^"]*)"', text))


def test_that_the_page_comes_last_and_every_kind_of_file_is_known() -> None:
    files = bundle(page_of())
    assert list(files)[-1] == INDEX
    assert {name.rpartition(".")[2] for name in files} <= set(TYPES)


def test_that_every_link_of_a_page_leads_to_a_file_of_it() -> None:
    files = bundle(page_of())
    for name in PAGES:
        for link in re.findall(r'href="([^"#]+)"', files[name].decode()):
            path = link.removeprefix("../") if name.startswith("announcements/") else link
            assert path in files, (name, link)


def test_that_the_page_says_until_when_it_holds_in_words_and_for_its_script() -> None:
    text = bundle(page_of())[INDEX].decode()
    assert "It holds until 28 Feb 2017, 18:02 UTC" in text
    held = re.search(r'data-holds-until="([^"]+)"', text)
    assert held is not None
    assert datetime.fromisoformat(held[1]).timestamp() == NOW + 120.0


def test_that_what_operators_see_is_not_on_it() -> None:
    for name, data in bundle(page_of()).items():
        assert not re.search(rb"az1|floor|subsystem|operator1|servers", data), name


def test_that_the_summary_has_the_names_of_statuspage() -> None:
    found = json.loads(bundle(page_of())["summary.json"])
    assert set(found) == {"page", "status", "components", "incidents", "scheduled_maintenances", "underkeel"}
    assert set(found["page"]) == {"id", "name", "url", "time_zone", "updated_at"}
    assert found["status"]["indicator"] == "critical"
    assert [(one["id"], one["status"]) for one in found["components"]] == [
        ("s3", "partial_outage"),
        ("ec2", "operational"),
        ("mail", "major_outage"),
        ("dns", "degraded_performance"),
    ]
    (incident,), (planned,) = found["incidents"], found["scheduled_maintenances"]
    assert incident["id"] == "2-00000001"
    assert incident["shortlink"] == "https://status.example.org/announcements/2-00000001.html"
    assert [one["status"] for one in incident["incident_updates"]] == ["identified", "investigating"]
    assert {"scheduled_for", "scheduled_until"} <= set(planned)


def test_that_a_service_has_feeds_and_a_summary_of_what_is_about_it_alone() -> None:
    files = bundle(page_of())
    assert len(ET.fromstring(files["services/mail.rss"]).findall("channel/item")) == 0
    assert len(ET.fromstring(files["services/ec2.atom"]).findall(f"{ATOM}entry")) == 3
    assert [one["id"] for one in json.loads(files["services/ec2.json"])["components"]] == ["ec2"]


def test_that_feeds_have_an_entry_for_each_update_with_its_own_name_the_newest_first() -> None:
    files = bundle(page_of())
    items = ET.fromstring(files["history.rss"]).findall("channel/item")
    entries = ET.fromstring(files["history.atom"]).findall(f"{ATOM}entry")
    assert len(items) == len(entries) == 5
    names = [one.findtext("guid") for one in items]
    assert len(set(names)) == 5
    assert names == [one.findtext(f"{ATOM}id") for one in entries]
    times = [parsedate_to_datetime(one.findtext("pubDate", "")) for one in items]
    assert times == sorted(times, reverse=True)


def test_that_an_announcement_keeps_its_address_when_more_is_said() -> None:
    assert [name for name in bundle(page_of()) if name.startswith("announcements/")] == [
        name for name in bundle(page_of("another text")) if name.startswith("announcements/")
    ]
