"""`underkeel audit`: what playbooks would let through, in the terminal, as JSON or as a page. It changes no region.

What the audit judges is `topology.audit`'s business, how the page looks `console.reports.audit_report`'s.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TextIO

from console.operating.access import HTML_SEAL, NotWrittenError, write_own
from console.operating.procedures.playbooks import read_playbooks
from console.operating.state_reading import read_state
from console.reports.audit_json import audit_json
from console.reports.audit_report import HEADINGS, report_html, totals
from console.terminal.progress_line import ProgressLine
from console.words.findings.found import found_sentence
from console.words.findings.table import sentence
from topology.audit.auditing import audit
from topology.audit.report import AuditReport, Found, Input
from topology.command.slips import LAYOUTS
from topology.playbook.reading import PlaybookError
from topology.region.description import RegionError

GOOD, FOUND, UNREADABLE = 0, 1, 2
WIDTH = 110


def audit_command(
    playbook_names: Sequence[str],
    region: str | None,
    as_json: bool,
    html: Path | None,
    stdout: TextIO,
    stderr: TextIO,
    layout: str = "qwerty",
    *,
    live: bool = False,
) -> int:
    """Audit playbooks against a region as described.

    Args:
        playbook_names: bundled names, files or folders; every bundled playbook when empty.
        region: an address as the console takes it; None for the embedded region.
        as_json: write the stable format of the manual to *stdout* instead of a text.
        html: where a page goes as well, or None.
        stdout: gets the report.
        stderr: gets progress on a terminal, and errors.
        layout: the keyboard on which slips happen.
        live: read the servers from the region's source.

    Returns:
        0 when nothing was found, 1 when something was, 2 when something could not be read or written.
    """
    if layout not in LAYOUTS:
        stderr.write(f"There is no keyboard {layout!r}: there are {', '.join(LAYOUTS)}.\n")
        return UNREADABLE
    try:
        state = read_state(region, live=live)
        playbooks = read_playbooks(playbook_names)
    except (RegionError, PlaybookError) as error:
        stderr.write("\n".join(error.problems) + "\n")
        return UNREADABLE
    line = ProgressLine(stderr)

    def said(done: int, total: int, playbook: str) -> None:
        line.show(f"step {done:,} of {total:,}: {playbook}")

    report = audit(playbooks, state, LAYOUTS[layout], said)
    line.clear()
    if html is not None and (problem := _written(html, report_html(report))):
        stderr.write(problem + "\n")
        return UNREADABLE
    stdout.write((audit_json(report).decode() if as_json else "\n".join(report_lines(report))) + "\n")
    return FOUND if report.found else GOOD


def report_lines(report: AuditReport) -> Iterator[str]:
    """Write a report for the terminal, ranked."""
    yield totals(report)
    for number, found in enumerate(report.found, 1):
        yield ""
        where = f"{found.playbook}, step {found.step}" if found.step else found.playbook or report.region
        yield f"{number}. {HEADINGS[found.kind]}: {where}"
        yield from _indented(found_sentence(found))
        yield from _inputs(found)
        for remedy in found.remedies:
            yield f"   would make it safe: {remedy.place}: {remedy.toml}"
            yield from _indented(sentence(remedy.facts), "      ")
    yield ""
    for line in report.not_evaluated:
        yield from _indented(f"Not evaluated: {sentence(line)}", "")


def _inputs(found: Found) -> Iterator[str]:
    for one in found.inputs:
        yield f"   {_short(one):<52}  {one.run}"


def _short(one: Input) -> str:
    effect = one.effect
    where = f"{effect.subsystem} {effect.scope.place}".rstrip()
    return f"{where} {effect.in_service:,} → {effect.after:,}, floor {effect.floor or 0:,}: {effect.headroom or 0:,}"


def _indented(text: str, by: str = "   ") -> list[str]:
    return wrap(text, WIDTH, initial_indent=by, subsequent_indent=by, break_long_words=False, break_on_hyphens=False)


def _written(path: Path, text: str) -> str | None:
    """Write a file whole or not at all; gives a sentence when that went wrong."""
    try:
        write_own(path, text.encode(), HTML_SEAL, "an audit")
    except NotWrittenError as error:
        return f"{path}: {error}; the page was not written."
    return None
