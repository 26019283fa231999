"""An audit as one page: self-contained HTML with small tanks, readable on a screen and on paper, without scripts.

It only writes what the report says.
"""

from collections.abc import Iterator
from html import escape

from console.reports.page import html_page
from console.words.findings.found import found_sentence, origin_words
from console.words.findings.table import sentence
from topology.audit.report import AuditReport, Found, FoundKind, Input, PlaybookAudit, StepAudit
from topology.planning.plan import Effect

HEADINGS = {
    FoundKind.SLIP_BREAKS: "One slip from a broken floor",
    FoundKind.BREAKS: "Lets a floor break",
    FoundKind.RUN_BREAKS: "Breaks a floor in a whole run",
    FoundKind.UNKNOWN: "Cannot be judged",
    FoundKind.UNFIT: "Does not fit the region",
    FoundKind.LOOSE: "Expectation too loose to matter",
    FoundKind.NO_EXPECTS: "Expects nothing",
    FoundKind.NO_BOUND: "No bound",
}
"""What a kind of finding is called in a report."""

ALARMING = (FoundKind.SLIP_BREAKS, FoundKind.BREAKS, FoundKind.RUN_BREAKS)
_COLOURS = ("text_faint", "water", "floor", "alarm_ground", "caution", "caution_ground", "plan", "plan_ground")
_TANK_WIDTH, _TANK_HEIGHT = 240, 16

_STYLE = """
.verdict { font-size: 17px; margin: 16px 0 0; padding: 12px 16px; background: var(--panel);
  border-left: 6px solid var(--border_strong) }
.verdict.found { border-color: var(--alarm) }
article { background: var(--panel); border: 1px solid var(--border); border-left: 6px solid var(--border_strong);
  padding: 16px; margin: 0 0 16px; break-inside: avoid-page }
article.alarming { border-left-color: var(--alarm) }
article.cautious { border-left-color: var(--caution) }
.kind { font-size: 13px; color: var(--text_soft) }
.alarming .kind { color: var(--alarm) }
.cautious .kind { color: var(--caution) }
.remedy { margin: 12px 0 0; padding: 10px 12px; background: var(--raised); border: 1px solid var(--border) }
figure { margin: 10px 0 }
figcaption { font-size: 14px }
"""


def totals(report: AuditReport) -> str:
    """Say in one sentence what came of it."""
    count = len(report.playbooks)
    bad = {found.playbook for found in report.found if found.kind in ALARMING}
    looked = f"{report.evaluated:,} inputs of {_playbooks(count)} judged against {report.region}"
    if bad:
        lets = "lets" if len(bad) == 1 else "let"
        return f"{len(bad):,} of {_playbooks(count)} {lets} a floor break. {looked}."
    if report.found:
        things = "thing" if len(report.found) == 1 else "things"
        return f"No input that was judged breaks a floor; {len(report.found):,} {things} to put right. {looked}."
    return f"Nothing found. {looked}."


def report_html(report: AuditReport) -> str:
    """Write the whole page."""
    title = f"Audit of playbooks, {report.title or report.region}"
    found = "\n".join(_found(number, one) for number, one in enumerate(report.found, 1))
    body = f"""{_pattern()}
<p class="soft">Which inputs that a playbook accepts would break a floor, if nothing but the playbook stood in the way.</p>
{_model_mark(report)}
<p class="verdict{" found" if report.found else ""}">{escape(totals(report))}</p>
<h2>Found, the worst first</h2>
{found or "<p>Nothing.</p>"}
<h2>Playbooks</h2>
{_overview(report)}
<h2>Not evaluated</h2>
<ul>
{"".join(f"<li>{escape(sentence(one))}</li>" for one in report.not_evaluated)}
</ul>
<h2>About this report</h2>
<p>{_legend()}</p>
<p class="soft">Region {escape(report.region)} at revision {report.revision:,}, keyboard {escape(report.layout)},
description <code>{escape(report.region_digest[:16])}</code>. Floors, capacity and headroom are in units.</p>"""
    return html_page(title, body, _STYLE, _COLOURS)


def tank_svg(effect: Effect, width: int = _TANK_WIDTH, height: int = _TANK_HEIGHT) -> str:
    """Draw one scope: water is what stays, hatched is what the plan takes, the line is the floor."""
    scale = max(effect.declared, effect.in_service, effect.after, effect.floor or 0, 1)
    inner = width - 2

    def at(units: int) -> float:
        return 1 + inner * min(max(units, 0), scale) / scale

    after, before = at(effect.after), at(effect.in_service - effect.pending)
    below = effect.floor is not None and effect.after < effect.floor
    said = f"{_place(effect)}: {effect.in_service:,} to {effect.after:,}, floor {_number(effect.floor)}"
    parts = [
        f'<rect x=".5" y="4.5" width="{width - 1}" height="{height - 1}" fill="var(--track)" stroke="var(--border_strong)"/>',
        f'<rect x="1" y="5" width="{after - 1:.1f}" height="{height - 2}" fill="var(--{"alarm" if below else "water"})"/>',
    ]
    if before > after:
        taken = max(before - after, 2.0)
        parts += [
            f'<rect x="{after:.1f}" y="5" width="{taken:.1f}" height="{height - 2}" fill="var(--plan_ground)"/>',
            f'<rect x="{after:.1f}" y="5" width="{taken:.1f}" height="{height - 2}" fill="url(#taken)" stroke="var(--plan)"/>',
        ]
    if effect.floor is not None:
        line = at(effect.floor)
        parts.append(f'<rect x="{line - 2:.1f}" y="5" width="4" height="{height - 2}" fill="var(--track)"/>')
        parts.append(f'<rect x="{line - 1:.1f}" y="0" width="2" height="{height + 8}" fill="var(--floor)"/>')
    body = "".join(parts)
    return (
        f'<svg width="{width}" height="{height + 8}" viewBox="0 0 {width} {height + 8}" role="img" '
        f'aria-label="{escape(said)}"><title>{escape(said)}</title>{body}</svg>'
    )


def _pattern() -> str:
    return (
        '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="taken" width="5" '
        'height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.6" height="5" '
        'fill="var(--plan)"/></pattern></defs></svg>'
    )


def _model_mark(report: AuditReport) -> str:
    if not report.illustrative and not any(one.illustrative for one in report.playbooks):
        return ""
    return (
        '<p><span class="mark">model values</span> <span class="soft">The numbers are inventions, not facts.</span></p>'
    )


def _found(number: int, found: Found) -> str:
    tone = "alarming" if found.kind in ALARMING else "cautious" if found.kind is not FoundKind.NO_EXPECTS else ""
    mark = {"alarming": "▼", "cautious": "◆"}.get(tone, "○")
    where = found.playbook or "The region"
    if found.step:
        where += f", step {found.step}"
    pieces = [
        f'<article class="{tone}" id="found-{number}">',
        f'<div class="kind">{mark} {number}. {escape(HEADINGS[found.kind])}</div>',
        f"<h3>{escape(where)}</h3>",
        f"<p>{escape(found_sentence(found))}</p>",
        _picture(found.inputs[0]) if found.inputs else "",
        _inputs(found.inputs) if found.inputs else "",
        *(
            f'<div class="remedy"><strong>Would make it safe</strong> in {escape(remedy.place)}: {escape(sentence(remedy.facts))}.'
            f"<pre>{escape(remedy.toml)}</pre></div>"
            for remedy in found.remedies
        ),
        "</article>",
    ]
    return "\n".join(piece for piece in pieces if piece)


def _picture(one: Input) -> str:
    effect = one.effect
    words = (
        f"<strong>{escape(_place(effect))}</strong> {effect.in_service:,} → "
        f'<span class="bad">{effect.after:,}</span>, floor {_number(effect.floor)}: '
        f'<span class="bad">{-(effect.headroom or 0):,} below</span>'
    )
    reached = f"<br>Down the line: {escape(', '.join(one.impacted))}" if one.impacted else ""
    return f"<figure>{tank_svg(effect, 480, 22)}<figcaption>{words}{reached}</figcaption></figure>"


def _inputs(inputs: tuple[Input, ...]) -> str:
    rows = "\n".join(
        f"<tr><td><code>{escape(one.run)}</code><br><span class='soft'>{escape(origin_words(one))}</span></td>"
        f'<td class="n">{one.servers:,}</td><td>{tank_svg(one.effect)}<span class="soft">{escape(_place(one.effect))}</span></td>'
        f'<td class="n">{one.effect.in_service:,} → {one.effect.after:,}</td><td class="n">{_number(one.effect.floor)}</td>'
        f'<td class="n bad">{one.effect.headroom or 0:,}</td></tr>'
        for one in inputs
    )
    return (
        '<div class="scroll"><table><thead><tr><th>input</th><th class="n">servers</th><th>worst scope</th>'
        '<th class="n">in service</th><th class="n">floor</th><th class="n">headroom</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _overview(report: AuditReport) -> str:
    rows = "\n".join(row for playbook in report.playbooks for row in _playbook_rows(playbook))
    return (
        '<div class="scroll"><table><thead><tr><th>step</th><th>command</th><th class="n">inputs</th><th class="n">slips</th>'
        '<th class="n">servers at most</th><th class="n">break a floor</th><th class="n">of these refused</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _playbook_rows(playbook: PlaybookAudit) -> Iterator[str]:
    runs = f" {playbook.runs:,} whole runs were played through." if playbook.runs else ""
    yield (
        f'<tr><td colspan="7"><strong>{escape(playbook.title)}</strong> <code>{escape(playbook.name)}</code>'
        f'<br><span class="soft">{escape(playbook.purpose)}{runs}</span></td></tr>'
    )
    for step in playbook.steps:
        yield _step_row(step)


def _step_row(step: StepAudit) -> str:
    number = str(step.number) if step.number else "undo"
    silent = step.makes_plan and step.number and not step.has_expects
    expects = "" if not silent else '<br><span class="soft">expects nothing</span>'
    if not step.evaluated:
        why = "gives back what has left" if step.makes_plan or step.command == "undo" else "takes nothing"
        cells = f'<td class="n soft" colspan="5">not judged: {why}</td>'
    else:
        through = step.breaking - step.held
        cells = (
            f'<td class="n">{step.evaluated:,}</td><td class="n">{step.slips:,}</td><td class="n">{step.most_servers:,}</td>'
            f'<td class="n{" bad" if through else ""}">{step.breaking:,}</td><td class="n">{step.held:,}</td>'
        )
    return f"<tr><td>{number}</td><td><code>{escape(step.command)}</code>{expects}</td>{cells}</tr>"


def _legend() -> str:
    return (
        "A tank is one subsystem in one place: filled is what would stay in service, hatched what the step would take, "
        "the line is the floor. Filled in the colour of an alarm, it would end below its floor."
    )


def _place(effect: Effect) -> str:
    where = effect.scope.place
    return f"{effect.subsystem} in {where}" if where else effect.subsystem


def _number(value: int | None) -> str:
    return "not stated" if value is None else f"{value:,}"


def _playbooks(count: int) -> str:
    return f"{count:,} playbook" + ("" if count == 1 else "s")
