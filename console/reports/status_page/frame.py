"""What every page of a status page has: head, style for both themes and for phones, the script that says when it is old."""

from datetime import UTC
from xml.etree import ElementTree as ET

from console.reports.page import COLOURS, theme_colours
from console.reports.status_page.elements import element, html_document
from console.words.public import status_page as said
from topology.region.sentences.clock import moment_at
from topology.status_page.page import PublicPage

SCRIPT = """
(function () {
  "use strict";
  function look() {
    var page = document.querySelector("[data-holds-until]"), note = document.getElementById("old");
    if (page && note) { note.hidden = !(Date.now() > Date.parse(page.getAttribute("data-holds-until"))); }
  }
  document.addEventListener("DOMContentLoaded", look);
  window.setInterval(look, 15000);
}());
"""
"""Shows the note that the page is old, by the reader's own clock; without scripts the page says until when it holds."""
_STYLE = """
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 "DejaVu Sans", Verdana, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
.wide { max-width: 880px; margin: 0 auto; padding: 24px 16px 48px }
h1 { font-size: 26px; line-height: 1.25; margin: 12px 0 8px }
h2 { font-size: 19px; margin: 36px 0 12px }
h3 { font-size: 16px; margin: 0 }
p { margin: 6px 0; max-width: 80ch }
a { color: var(--plan) }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px }
.soft { color: var(--text_soft); font-size: 14px }
.box { background: var(--panel); border: 1px solid var(--border); border-left: 6px solid var(--border_strong);
  padding: 12px 16px; margin: 0 0 12px }
.overall { font-size: 19px; font-weight: bold; margin: 12px 0 }
.available { border-left-color: var(--live) } .partial { border-left-color: var(--caution) }
.unavailable { border-left-color: var(--alarm) } .unknown { border-left-style: dashed }
.state { font-weight: bold } .available .state, .available .mark { color: var(--live_text) }
.partial .state, .partial .mark { color: var(--caution) } .unavailable .state, .unavailable .mark { color: var(--alarm) }
.old { background: var(--alarm); color: var(--on_alarm); padding: 12px 16px; font-weight: bold }
ol, ul { margin: 8px 0; padding-left: 20px }
li { margin: 4px 0 }
.plain { list-style: none; padding: 0 }
.plain > li { margin: 0 }
svg { display: block; width: 100%; height: 28px; margin: 10px 0 2px }
.bar-available { fill: var(--live) } .bar-partial { fill: var(--caution) } .bar-unavailable { fill: var(--alarm) }
.bar-unknown { fill: none; stroke: var(--border_strong) } .bar-none { fill: var(--border_strong) }
table { border-collapse: collapse; font-size: 14px; margin: 8px 0 }
th, td { text-align: left; padding: 4px 16px 4px 0; vertical-align: top; border-bottom: 1px solid var(--border) }
summary { cursor: pointer; font-size: 14px }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px }
@media print { body { background: none } }
"""
_COLOURS = (*COLOURS, "caution", "live", "plan", "focus", "on_alarm")
_LIVE_TEXT = {"day": "#1d6138", "night": "#7fd09c"}
"""The colour of what is well as text, which needs more contrast than a mark."""


def whole_page(title: str, page: PublicPage, content: list[ET.Element], up: str = "", *, dated: bool = True) -> bytes:
    """Frame the content of a page; *up* leads from its folder to that of the page itself, such as `../`.

    One that is not *dated* does not get old, such as an announcement that is over: it stays the same file for good.
    """
    until = moment_at(page.holds_until, UTC).isoformat(timespec="seconds") if dated else None
    old = element("p", said.stale(), id="old", class_="old", role="alert", hidden="hidden") if dated else None
    body = element("body", element("div", old, *content, class_="wide", data_holds_until=until))
    links = [
        element("link", rel="alternate", type="application/atom+xml", title="Atom", href=f"{up}history.atom"),
        element("link", rel="alternate", type="application/rss+xml", title="RSS", href=f"{up}history.rss"),
    ]
    return html_document([element("title", title), *links], body, _style(), SCRIPT)


def _style() -> str:
    day, night = (f"{theme_colours(name, _COLOURS)} --live_text: {_LIVE_TEXT[name]};" for name in ("day", "night"))
    return (
        f"\n:root {{ color-scheme: light dark; {day} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {night} }} }}{_STYLE}"
    )
