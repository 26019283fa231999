"""`underkeel audit`: what it prints, what it exits with, and a page that stands on its own."""

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PySide6.QtSvg import QSvgRenderer

import resources
from console.operating.procedures.playbooks import bundled_playbooks, read_playbooks
from console.reports.audit_report import HEADINGS, report_html, tank_svg
from console.terminal.audit_command import audit_command
from console.terminal.checks.check_command import check_command
from topology.audit.facts import DoesNotFit
from topology.audit.limits import WouldNotStart
from topology.audit.report import AuditReport, Found, FoundKind
from topology.planning.facts import ToldFacts
from topology.planning.plan import Effect, ScopeVerdict
from topology.playbook.reading import PlaybookError
from topology.region.scope import Scope

SAFE = """
format = 1
[playbook]
name = "safe"
title = "Safe"
purpose = "Takes one server."
[[step]]
command = "remove 1 server from billing"
expects = { servers_at_most = 1 }
[undo]
command = "undo"
"""
HOSTILE = """
format = 1
[playbook]
name = "hostile"
title = "<script>alert(1)</script>"
purpose = "\\"><img src=x onerror=alert(1)> & more"
[[parameter]]
name = "count"
type = "count"
default = 4
[[step]]
command = "remove {count} servers from billing because \\"<b>&amp;</b>\\""
"""


MARKS = "<b>&"
REPORT_OF_MARKS = AuditReport(
    MARKS,
    MARKS,
    MARKS,
    0,
    False,
    MARKS,
    (),
    (Found(FoundKind.UNFIT, MARKS, 1, DoesNotFit(MARKS, MARKS)),),
    (WouldNotStart(MARKS, ToldFacts(MARKS)),),
    0,
)


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def audited(
    *names: str, region: str | None = None, as_json: bool = False, html: Path | None = None, layout: str = "qwerty"
) -> Said:
    out, err = io.StringIO(), io.StringIO()
    code = audit_command(names, region, as_json, html, out, err, layout)
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture
def safe(tmp_path: Path) -> str:
    path = tmp_path / "safe.toml"
    path.write_text(SAFE, "utf-8")
    return str(path)


def test_that_every_bundled_playbook_is_audited_when_none_is_named() -> None:
    said = audited()
    assert said.code == 1
    assert said.err == ""
    first, *lines = said.out.splitlines()
    assert first.startswith("1 of 6 playbooks lets a floor break.")
    assert "1. One slip from a broken floor: debug-slow-billing, step 2" in lines
    assert '   would make it safe: parameter "count": most = 34' in lines
    assert any(line.startswith("Not evaluated: ") for line in lines)
    assert max(map(len, said.out.splitlines())) <= 130


def test_that_nothing_found_is_status_0_and_says_what_was_looked_at(safe: str) -> None:
    said = audited(safe)
    assert said.code == 0
    assert said.out.startswith("Nothing found. 1 input")
    assert audited("retire-cell").code == 0


def test_that_the_json_is_what_the_manual_says() -> None:
    said = audited("debug-slow-billing", as_json=True)
    assert said.code == 1
    AuditReport.from_json(said.out.encode())
    manual = resources.text("manual/audit.md")
    report = said.json
    found, playbook = report["found"][0], report["playbooks"][0]
    for part in (report, found, playbook, playbook["steps"][1], found["inputs"][0], found["remedies"][0]):
        for name in part:
            assert f"`{name}`" in manual, name
    assert all(f"`{kind}`" in manual for kind in FoundKind)


def test_that_the_region_can_be_another_one(tmp_path: Path, safe: str) -> None:
    described = tmp_path / "region.toml"
    text = resources.text("regions/s3-us-east-1/region.toml").replace("floor = 60 # illustrative", "floor = 420")
    described.write_text(text, "utf-8")
    said = audited(safe, region=str(described), as_json=True)
    assert said.code == 1
    assert [one["kind"] for one in said.json["found"]] == ["breaks", "loose-expectation"]


@pytest.mark.parametrize(
    ("names", "region", "wanted"),
    [
        (("no-such",), None, "there is no playbook 'no-such': bundled are debug-slow-billing, drain-rack"),
        (("./no-such.toml",), None, "no-such.toml: could not be read: No such file"),
        ((), "nowhere", "There is no region 'nowhere'"),
    ],
)
def test_that_what_cannot_be_read_is_status_2(names: tuple[str, ...], region: str | None, wanted: str) -> None:
    said = audited(*names, region=region)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith(wanted)


def test_that_an_unknown_keyboard_is_status_2() -> None:
    said = audited(layout="dvorak")
    assert said.code == 2
    assert said.err == "There is no keyboard 'dvorak': there are qwerty, qwertz, azerty, number-pad.\n"


def test_that_every_problem_of_every_playbook_is_named(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text("format = 1\n[playbook]\nname = 4\n", "utf-8")
    (tmp_path / "c.toml").write_bytes(b"\xff")
    said = audited(str(tmp_path))
    assert said.code == 2
    assert "a.toml: playbook.name is 4" in said.err
    assert "b.toml: step is missing" in said.err
    assert "c.toml: is not UTF-8 text at byte 0" in said.err


def test_that_a_folder_is_every_playbook_in_it_and_none_is_read_twice(tmp_path: Path, safe: str) -> None:
    assert [one.name for one in read_playbooks([str(tmp_path), safe, "retire-cell", "retire-cell"])] == [
        "safe",
        "retire-cell",
    ]
    (tmp_path / "copy.toml").write_text(SAFE, "utf-8")
    with pytest.raises(PlaybookError, match="2 playbooks are called safe"):
        read_playbooks([str(tmp_path)])
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(PlaybookError, match="holds no file"):
        read_playbooks([str(empty)])


def test_that_bundled_playbooks_are_found_by_the_names_in_them() -> None:
    assert [one.name for one in read_playbooks(())] == list(bundled_playbooks())


def test_that_a_playbook_can_be_checked_like_a_region(tmp_path: Path, safe: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert check_command([Path(safe)], out, err) == 0
    assert out.getvalue() == f"{safe}: safe: 1 steps, 0 parameters: good\n"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(SAFE.replace("remove", "remvoe"), "utf-8")
    assert check_command([wrong], out, err) == 2
    assert "step 1.command (column 1): remvoe is no command" in err.getvalue()
    (tmp_path / "loose.toml").write_text(HOSTILE, "utf-8")
    assert check_command([tmp_path / "loose.toml"], out, err) == 0
    assert "step 1 expects nothing, so only the region's own guards hold it back (allowed)" in out.getvalue()


class Page(HTMLParser):
    """Checks that tags close in order and gathers what a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def page_of(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def test_that_the_page_stands_on_its_own(tmp_path: Path) -> None:
    file = tmp_path / "audit.html"
    said = audited(html=file)
    assert said.code == 1
    html = file.read_text("utf-8")
    page = page_of(html)
    assert not {"script", "link", "img", "iframe", "object", "base"}.intersection(tag for tag, _ in page.tags)
    for _, attributes in page.tags:
        assert not {"src", "href", "onload", "onclick"}.intersection(attributes)
    assert not re.search(r"url\((?!#taken\))|@import|https?:", html)
    assert [path.name for path in tmp_path.iterdir()] == ["audit.html"]


def test_that_the_page_says_what_was_found_and_what_was_not_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "audit.html"
    audited(html=file)
    text = " ".join(" ".join(page_of(file.read_text("utf-8")).text).split())
    for wanted in (
        "One slip from a broken floor",
        "run debug-slow-billing count=50",
        "count 50 for 5: a zero added",
        "most = 34",
        "expects = { headroom_at_least = 0 }",
        "Down the line: front-end",
        "Empty a rack for work on it",
        "Slips in texts: a text only ends up in a reason.",
        "model values",
    ):
        assert wanted in text


def test_that_what_a_playbook_says_is_only_ever_text(tmp_path: Path) -> None:
    (tmp_path / "hostile.toml").write_text(HOSTILE, "utf-8")
    file = tmp_path / "audit.html"
    assert audited(str(tmp_path / "hostile.toml"), html=file).code == 1
    page = page_of(file.read_text("utf-8") + report_html(REPORT_OF_MARKS))
    assert not {"script", "img", "b"}.intersection(tag for tag, _ in page.tags)
    assert "<script>alert(1)</script>" in "".join(page.text)
    assert 'remove {count} servers from billing because "<b>&amp;</b>"' in "".join(page.text)


def test_that_a_page_that_cannot_be_written_is_status_2_and_leaves_nothing_behind(tmp_path: Path, safe: str) -> None:
    said = audited(safe, html=tmp_path / "no" / "audit.html")
    assert said.code == 2
    assert "cannot be written" in said.err
    (tmp_path / "folder").mkdir()
    assert "is not a regular file" in audited(safe, html=tmp_path / "folder").err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "safe.toml"]


def test_that_a_page_that_cannot_take_its_place_is_taken_away_again(
    tmp_path: Path, safe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(part: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left on device; the page was not written." in audited(safe, html=tmp_path / "audit.html").err
    assert [path.name for path in tmp_path.iterdir()] == ["safe.toml"]


def test_that_every_kind_has_a_heading() -> None:
    assert set(HEADINGS) == set(FoundKind)
    assert report_html(AuditReport("r", "", "0" * 64, 0, False, "qwerty", (), (), (), 0)).count("<h2>") == 4


def effect(in_service: int, after: int, floor: int | None, declared: int = 100) -> Effect:
    headroom = None if floor is None else after - floor
    verdict = ScopeVerdict.BREAKS
    return Effect(
        "index", Scope("zone", "az4"), in_service, in_service - after, after, declared, floor, headroom, verdict, True
    )


@pytest.mark.parametrize(
    "one",
    [effect(100, 60, 80), effect(100, 0, 0), effect(0, 0, None, 0), effect(100, 99, 200), effect(10, -5, 3, 1)],
)
def test_that_a_tank_is_a_picture_inside_its_frame_with_its_figures_in_words(one: Effect) -> None:
    svg = tank_svg(one).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    svg = re.sub(r"var\(--\w+\)|url\(#taken\)", "#000000", svg)
    assert QSvgRenderer(svg.encode()).isValid()
    assert f"index in az4: {one.in_service:,} to {one.after:,}" in svg
    for x, width in re.findall(r'<rect x="([-0-9.]+)" y="[0-9.]+" width="([-0-9.]+)"', svg):
        assert float(width) >= 0
        assert float(x) >= -3
        assert float(x) + float(width) <= 243


def test_that_water_hatching_and_floor_line_stand_where_the_figures_say() -> None:
    svg = tank_svg(effect(100, 60, 80), width=102)
    places = [(float(x), float(width)) for x, width in re.findall(r'<rect x="([0-9.]+)" y="\d" width="([0-9.]+)"', svg)]
    assert places[0] == (1.0, 60.0)  # water
    assert places[1] == places[2] == (61.0, 40.0)  # what is taken
    assert places[-1] == (80.0, 2.0)  # the floor's line, around 81
    assert "var(--alarm)" in svg
    assert "var(--alarm)" not in tank_svg(effect(100, 90, 80))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_that_progress_is_one_line_that_is_gone_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.terminal.progress_line.FIRST_S", 0.0)
    monkeypatch.setattr("console.terminal.progress_line.EVERY_S", 0.0)
    out, err = io.StringIO(), Terminal()
    audit_command(("retire-cell",), None, False, None, out, err)
    assert "\r\x1b[Kstep 1 of 4: retire-cell …" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[K")
    assert "\n" not in err.getvalue()


def test_that_a_page_is_written_over_only_where_nothing_in_it_was_changed(tmp_path: Path) -> None:
    file = tmp_path / "audit.html"
    assert audited(html=file).err == ""
    assert audited(html=file).err == ""
    mine = file.read_text("utf-8") + "<!-- mine -->"
    file.write_text(mine, "utf-8")

    said = audited(html=file)

    assert said.code == 2
    assert (
        f"{file}: is there already and not as an audit wrote it; name another file, or remove it; the page" in said.err
    )
    assert file.read_text("utf-8") == mine
