"""The debrief of a training as one page that needs no other file. It only shows the outcome."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, cast
from zoneinfo import ZoneInfo

from console.reports.page import html_page
from topology.incident.model import CONFIDENCE, Incident
from topology.incident.session.debrief import figure_rows
from topology.incident.session.outcome import Plain
from topology.incident.session.score import FORMULAE
from topology.incident.times import utc_text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 920, 190, 70, 12, 14, 26
_COLOURS = ("plan", "caution")
_STYLE = """
h3 { margin: 1.4rem 0 .2rem }
td.t { white-space: nowrap }
.badge { border: 1px solid var(--text_soft); border-radius: 3px; padding: 0 .35rem; font-size: 13px; white-space: nowrap }
svg { width: 100%; height: auto }
svg text { fill: var(--text_soft); font-size: 12px }
a { color: var(--plan) }
.yours { stroke: var(--plan); fill: none; stroke-width: 2 }
.theirs { stroke: var(--caution); fill: none; stroke-width: 2; stroke-dasharray: 7 4 }
.floor { stroke: var(--alarm); stroke-width: 1.5 }
.grid { stroke: var(--border_strong) }
circle.y { fill: var(--plan) }
rect.t { fill: var(--caution) }
tr:target { outline: 2px solid var(--plan) }
"""


def debrief_page(outcome: Plain, incident: Incident, more: str = "") -> str:
    """Write the whole page; *more* is HTML that stands after the decisions, such as the lesson with its own sources."""
    values = cast("dict[str, Any]", outcome)
    return html_page(f"Debrief: {values['title']}", "\n".join(_body(values, incident, more)), _STYLE, _COLOURS)


def _body(outcome: dict[str, Any], incident: Incident, more: str) -> Iterator[str]:
    span = f"From {_local(outcome, outcome['branch'])} to {_local(outcome, outcome['until'])}, seed {outcome['seed']}."
    name = outcome.get("trainee", "")
    yield f"<p><b>{escape(name)}</b></p>" if name else ""
    yield f"<p class='soft'>Training, tool: {escape(outcome['era_title'])}. {span} {escape(outcome['model_values'])}</p>"
    yield from _score(outcome)
    yield from _plots(outcome)
    yield from _moments(outcome, "yours", _sides(outcome)[0])
    yield from _moments(outcome, "what_happened", _sides(outcome)[1])
    yield "<h2>Decisions</h2>"
    for one in incident.decisions:
        badge = ' <span class="badge">situation: model value</span>' if one.illustrative else ""
        yield f"<h3>{escape(one.name.replace('-', ' '))}{badge}</h3><p>{escape(one.situation)}</p>"
        yield f"<p><b>What happened then:</b> {escape(one.what_happened)}"
        yield f"<span class='soft'> ({escape(one.source)}, {one.confidence})</span></p>"
    yield more
    yield "<h2>Sources</h2><ul>"
    for source in incident.sources:
        url = escape(source.url)
        link = f'<a href="{url}">{url}</a>' if source.url.startswith(("https://", "http://")) else url
        yield f"<li><b>{escape(source.id)}</b>: {escape(source.title)}. {link}"
        yield f"<span class='soft'> ({escape(source.verified)})</span></li>"
    marks = "; ".join(f"{mark}: {text}" for mark, text in CONFIDENCE.items())
    yield f"</ul><p class='soft'>{escape(marks)}.</p>"


def _sides(outcome: dict[str, Any]) -> tuple[str, str]:
    """Give what both sides are called: a run and what happened, or two runs."""
    return outcome.get("whose", "Your run"), outcome.get("beside", "What happened")


def _score(outcome: dict[str, Any]) -> Iterator[str]:
    mine, beside = (escape(one) for one in _sides(outcome))
    yield f"<h2>Score</h2><table><tr><th>Figure</th><th class='n'>{mine}</th><th class='n'>{beside}</th>"
    yield "<th>How it is counted</th></tr>"
    told = ""
    for label, key, mine, other in figure_rows(outcome):
        how = "" if key == told else FORMULAE.get(key, "")
        told = key
        yield f"<tr><td>{escape(label)}</td><td class='n'>{mine}</td><td class='n'>{other}</td>"
        yield f"<td class='soft'>{escape(how)}</td></tr>"
    yield "</table>"
    for one in outcome["yours"]["score"]["catastrophic"]:
        yield f"<p><b>Catastrophic:</b> {escape(one)}.</p>"
    objectives = outcome["yours"]["objectives"]
    if objectives:
        yield "<h2>Objectives</h2><table><tr><th>Objective</th><th>Verdict</th><th>Why</th></tr>"
        for one in objectives:
            yield f"<tr><td>{escape(one['text'])}</td><td>{one['verdict']}</td><td class='soft'>{escape(one['why'])}</td></tr>"
        yield "</table>"


def _plots(outcome: dict[str, Any]) -> Iterator[str]:
    mine, beside = (escape(one) for one in _sides(outcome))
    yield "<h2>Headroom over time</h2><p>Units above the floor; the red line is the floor itself. The solid line with round"
    yield f"points is “{mine}”, the dashed line with square ones “{beside}”. Each point leads to its moment below."
    yield '<span class="badge">model values</span></p>'
    for name, points in outcome["yours"]["headroom"].items():
        theirs = outcome["what_happened"]["headroom"].get(name, [])
        if min((room for _, room in [*points, *theirs]), default=0) < 0:
            yield f"<h3>{escape(name)}</h3>"
            yield from _plot(outcome, name, points, theirs)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where moments and headrooms are in a plot."""

    start: float
    end: float
    low: int
    high: int

    def x(self, utc: str) -> float:
        share = (min(max(_seconds(utc), self.start), self.end) - self.start) / (self.end - self.start)
        return LEFT + (WIDTH - LEFT - RIGHT) * share

    def y(self, room: int) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - room) / (self.high - self.low)


def _plot(outcome: dict[str, Any], name: str, yours: list[Any], theirs: list[Any]) -> Iterator[str]:
    start = _seconds(outcome["branch"])
    rooms = [room for _, room in [*yours, *theirs]]
    frame = _Frame(start, max(_seconds(outcome["until"]), start + 1), min(*rooms, 0), max(*rooms, 1))
    label = escape(f"Headroom of {name} over time: {', '.join(_sides(outcome))}", quote=True)
    yield f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
    yield from _axes(outcome, frame)
    for side, css, points in (("what_happened", "theirs", theirs), ("yours", "yours", yours)):
        if points:
            steps = "".join(f"H{frame.x(moment):.1f}V{frame.y(room):.1f}" for moment, room in points[1:])
            begin = f"M{frame.x(points[0][0]):.1f} {frame.y(points[0][1]):.1f}"
            yield f'<path class="{css}" d="{begin}{steps}H{WIDTH - RIGHT}"/>'
            yield from _points(outcome[side]["told"], side, points, frame)
    yield "</svg>"


def _axes(outcome: dict[str, Any], frame: _Frame) -> Iterator[str]:
    for number in range(5):
        moment = utc_text(frame.start + (frame.end - frame.start) * number / 4)
        anchor = {0: "start", 4: "end"}.get(number, "middle")
        x = f"{frame.x(moment):.1f}"
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text x="{x}" y="{HEIGHT - 8}" text-anchor="{anchor}">{_local(outcome, moment, short=True)}</text>'
    zero = frame.y(0)
    for room in sorted({frame.low, 0, frame.high}):
        if room == 0 or abs(frame.y(room) - zero) > 14:
            yield f'<text x="{LEFT - 6}" y="{frame.y(room) + 4:.1f}" text-anchor="end">{_signed(room)}</text>'
    yield f'<line class="floor" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{zero:.1f}" y2="{zero:.1f}"/>'


def _signed(room: int) -> str:
    return f"{room:+,}" if room else "0"


def _points(told: list[Any], side: str, points: list[Any], frame: _Frame) -> Iterator[str]:
    """Draw one point for each instant at which something was told, on the curve, as a link to its line below."""
    for one in {one["utc"]: one for one in reversed(told)}.values():
        room = next((room for moment, room in reversed(points) if moment <= one["utc"]), points[0][1])
        x, y = frame.x(one["utc"]), frame.y(room)
        mark = f'<circle class="y" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
        if side != "yours":
            mark = f'<rect class="t" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
        title = escape(f"{one['time']}: {one['text']}")
        yield f'<a href="#{_anchor(side, one)}"><title>{title}</title>{mark}</a>'


def _moments(outcome: dict[str, Any], side: str, title: str) -> Iterator[str]:
    yield f"<h2>{escape(title)}: moment by moment</h2><table><tr><th>Time</th><th>Kind</th><th>What</th></tr>"
    seen: set[str] = set()
    for one in outcome[side]["told"]:
        anchor = _anchor(side, one)
        mark = "" if anchor in seen else f' id="{anchor}"'
        seen.add(anchor)
        wrong = " (would leave a subsystem below its floor)" if one.get("wrong") else ""
        yield f"<tr{mark}><td class='t'>{escape(one['time'])}</td><td>{escape(one['kind'])}</td>"
        yield f"<td>{escape(one['text'])}{wrong}{_badge(one.get('mark', ''))}</td></tr>"
    yield "</table>"


def _badge(mark: str) -> str:
    """Show facts with who says so, and inventions with a frame."""
    if mark == "model value":
        return ' <span class="badge">model value</span>'
    return f" <span class='soft'>({escape(mark)})</span>" if mark else ""


def _anchor(side: str, one: dict[str, Any]) -> str:
    return f"{side}-{one['utc'].replace(':', '')}"


def _seconds(utc: str) -> float:
    return datetime.fromisoformat(utc).timestamp()


def _local(outcome: dict[str, Any], utc: str, *, short: bool = False) -> str:
    moment = datetime.fromisoformat(utc).astimezone(ZoneInfo(outcome["time_zone"]))
    return moment.strftime("%H:%M" if short else "%Y-%m-%d %H:%M %Z")
