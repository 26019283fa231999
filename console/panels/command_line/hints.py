"""What stands under the command line while a plan is on show: what is wrong with it, or how it is confirmed."""

from console.panels.command_line.colours import Severity, Span, quantity_span
from console.words import writing as words
from console.words.plan import line_under
from topology.command.grammar.page_commands import PageCommand
from topology.command.grammar.reading import Reading
from topology.planning.plan import Plan, Verdict


def hint(plan: Plan | None, reading: Reading, obstacle: str = "") -> tuple[str, Severity, Span | None, str]:
    """Give the sentence, how grave it is, the stretch of the text it is about, and the sentence in fewer words, if any.

    *obstacle* says what keeps every plan from being confirmed; empty for nothing.
    """
    if isinstance(reading.command, PageCommand):
        return "Ctrl+Enter says it to those outside, as shown", "note", None, ""
    if plan is None:
        return "; ".join(reading.notes), "note", None, ""
    wrong = line_under(plan)
    if wrong:
        return wrong, "block", quantity_span(reading), line_under(plan, brief=True)
    if reading.notes:
        return "; ".join(reading.notes), "note", None, ""
    if obstacle:
        return obstacle, "caution", None, ""
    if plan.verdict is Verdict.CAUTION:
        how = f"To confirm, type {words.number(plan.count)} beside the button"
        return f"{how} (Ctrl+Enter goes there)", "note", None, how
    if plan.verdict is Verdict.CLEAR:
        return "Ctrl+Enter confirms", "note", None, ""
    return "", "note", None, ""
