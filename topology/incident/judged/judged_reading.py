"""Reads what an incident's file says of how a run is judged: `[[figure]]`, `[[published]]` and `[[objective]]`."""

from collections.abc import Callable

from topology.incident.rules import ObjectiveRule, PublishedFigure, ServiceFigure
from topology.region.region import Region, shown
from topology.region.tables import Table

PLAIN_FIGURES = (
    "minutes_short", "minutes_to_notice", "minutes_of_silence", "minutes_of_data_lost", "shortfall", "wrong_confirmations",
    "catastrophes",
)  # fmt: skip
"""Figures of the score that are one number."""
NAMED_FIGURES = ("minutes_below", "peak_shortfall", "minutes_without")
"""Those with a number for each subsystem or service, whose name stands after a colon."""


def read_service(table: Table, region: Region) -> ServiceFigure:
    """Read a service that is counted."""
    table.only({"name", "title", "subsystem", "operations"})
    name, subsystem = table.name("name"), table.name("subsystem")
    if subsystem and subsystem not in region.index:
        table.problem("subsystem", f"names {shown(subsystem)}, which is not a subsystem of {region.name}")
    return ServiceFigure(name, table.text("title") or name, subsystem, table.texts("operations"))


def read_published(
    table: Table,
    region: Region,
    services: tuple[ServiceFigure, ...],
    provenance: Callable[[Table], tuple[str, str, bool]],
) -> PublishedFigure:
    """Read what is known of a figure of what happened."""
    table.only({"figure", "minutes", "unknown", "source", "confidence", "illustrative"})
    figure = table.text("figure")
    _check_figure(table, figure, region, services)
    minutes = table.get("minutes")
    unknown = table.flag("unknown")
    if (minutes is None) == (not unknown):
        table.problem("minutes", "is missing; write the published number, or unknown = true where nobody published it")
    if minutes is not None and (isinstance(minutes, bool) or not isinstance(minutes, int | float) or minutes < 0):
        table.problem("minutes", f"is {shown(minutes)}; write a number, such as 221")
        minutes = None
    if unknown:
        return PublishedFigure(figure, None, "", "")
    source, confidence, _ = provenance(table)
    return PublishedFigure(figure, float(minutes) if isinstance(minutes, int | float) else None, source, confidence)


def read_objective(
    table: Table, decisions: dict[str, tuple[str, ...]], region: Region, services: tuple[ServiceFigure, ...],
    moment: Callable[[Table, str], float], words: tuple[str, ...],
) -> ObjectiveRule:  # fmt: skip
    """Read an objective and its rule; *decisions* are known by name, with their objectives, *words* begin an act."""
    table.only({
        "decision", "text", "acts", "servers_least", "servers_most", "acts_least", "acts_most", "by", "figure", "at_most",
        "only_if",
    })  # fmt: skip
    decision, text, acts, figure = table.name("decision"), table.text("text"), table.texts("acts"), table.text("figure")
    if decision and decision not in decisions:
        table.problem(
            "decision", f"is {shown(decision)}, which is no [[decision]] here; there are {', '.join(decisions)}"
        )
    if not text:
        table.problem("text", "is missing; write what is to be reached, as in the decision's objectives")
    for pattern in acts:
        if pattern.split(" ")[0].rstrip("*") not in (*words, ""):
            table.problem(
                "acts", f"has {shown(pattern)}, which no act can be: it begins with none of {', '.join(words)}"
            )
    if not acts and not figure:
        table.problem("acts", 'is missing; a rule has acts = ["remove * from billing*"], or a figure with at_most')
    if table.text("only_if"):
        _check_figure(table, table.text("only_if"), region, services, "only_if")
    if figure:
        _check_figure(table, figure, region, services)
        if table.get("at_most") is None:
            table.problem("at_most", "is missing; write the most that the figure may be")
    bounds = {key: table.count(key, 0) for key in _BOUNDS if table.get(key) is not None}
    if bounds and not acts:
        table.problem(next(iter(bounds)), "bounds acts, and there are none; write acts as well")
    counted = any(key.startswith("servers") for key in bounds)
    if counted and any(key.startswith("acts") for key in bounds):
        table.problem("servers_least", "stands beside a bound of acts; a rule counts servers or acts, not both")
    by = moment(table, "by") if table.get("by") is not None else None
    least, most = (
        next((bounds[key] for key in _BOUNDS if key.endswith(end) and key in bounds), None) for end in ("least", "most")
    )
    at_most = table.get("at_most")
    limit = float(at_most) if isinstance(at_most, int | float) and not isinstance(at_most, bool) else None
    return ObjectiveRule(decision, text, acts, least, most, counted, by, figure, limit, table.text("only_if"))


_BOUNDS = ("servers_least", "servers_most", "acts_least", "acts_most")


def _check_figure(
    table: Table, figure: str, region: Region, services: tuple[ServiceFigure, ...], at: str = "figure"
) -> None:
    key, _, part = figure.partition(":")
    if not part and key in PLAIN_FIGURES:
        return
    names = [service.name for service in services] if key == "minutes_without" else list(region.index)
    if key not in NAMED_FIGURES or part not in names:
        known = ", ".join((*PLAIN_FIGURES, *(f"{one}:NAME" for one in NAMED_FIGURES)))
        table.problem(at, f"is {shown(figure)}, which is no figure of the score; there are {known}")
