"""Whether a run met its objectives, by the rules of the incident's file. What cannot be judged is never a pass."""

import math
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from topology.incident.model import Decision, Incident
from topology.incident.rules import ObjectiveRule

ObjectiveVerdict = Literal["met", "missed", "not judged"]
Figures = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DoneAct:
    """An act that was done: what was typed, when, and how many servers it meant."""

    text: str
    time: float
    servers: int


@dataclass(frozen=True, slots=True)
class JudgedObjective:
    """An objective of a decision, its verdict, and *why* in a few words."""

    decision: str
    text: str
    verdict: ObjectiveVerdict
    why: str


def judge_objectives(
    incident: Incident, branch: float, acts: Iterable[DoneAct], figures: Figures
) -> tuple[JudgedObjective, ...]:
    """Judge every objective of every decision that a run that began at *branch* met with; *acts* are those that were done."""
    done = tuple(acts)
    return tuple(_judged(incident, decision, text, branch, done, figures) for decision, text in _objectives(incident))


def _objectives(incident: Incident) -> Iterable[tuple[Decision, str]]:
    """Give every objective with its decision: those that the decision tells, then those that only a rule states."""
    for decision in incident.decisions:
        rules = (rule.text for rule in incident.objectives if rule.decision == decision.name)
        for text in dict.fromkeys((*decision.objectives, *rules)):
            yield decision, text


def _judged(
    incident: Incident, decision: Decision, text: str, branch: float, acts: tuple[DoneAct, ...], figures: Figures
) -> JudgedObjective:
    rules = [rule for rule in incident.objectives if (rule.decision, rule.text) == (decision.name, text)]
    if not rules:
        return JudgedObjective(decision.name, text, "not judged", "the incident states no rule for it")
    if branch > decision.time:
        return JudgedObjective(decision.name, text, "not judged", "the run began after it")
    if any(rule.only_if and not figure_of(figures, rule.only_if) for rule in rules):
        return JudgedObjective(decision.name, text, "not judged", "it did not come to that")
    found = [_by_rule(rule, [act for act in acts if act.time >= decision.time], figures) for rule in rules]
    for wanted in ("missed", "not judged"):
        for verdict, why in found:
            if verdict == wanted:
                return JudgedObjective(decision.name, text, verdict, why)
    return JudgedObjective(decision.name, text, "met", "; ".join(why for _, why in found))


def _by_rule(rule: ObjectiveRule, acts: list[DoneAct], figures: Figures) -> tuple[ObjectiveVerdict, str]:
    verdict, why = _by_acts(rule, acts) if rule.acts else ("met", "")
    if verdict != "met" or not rule.figure:
        return verdict, why
    value = figure_of(figures, rule.figure)
    if value is None:
        return "not judged", f"{_words(rule.figure)} could not be counted"
    met = rule.at_most is None or value <= rule.at_most
    bound = "at most" if met else "over"
    return ("met" if met else "missed"), f"{_words(rule.figure)}: {value:g}, {bound} {rule.at_most or 0:g}"


def _by_acts(rule: ObjectiveRule, acts: list[DoneAct]) -> tuple[ObjectiveVerdict, str]:
    meant = [act for act in acts if any(fnmatchcase(act.text, pattern) for pattern in rule.acts)]
    inside = [act for act in meant if rule.by is None or act.time <= rule.by]
    count = sum(act.servers for act in inside) if rule.counted else len(inside)
    what = f"{count:,} {'servers by it' if rule.counted else 'such act' if count == 1 else 'such acts'}"
    late = " in time" if rule.by is not None else ""
    least = 1 if rule.least is None and rule.most is None else rule.least
    if least is not None and count < least:
        return "missed", f"{what}{late}, of at least {least:,}"
    if rule.most is not None and count > rule.most:
        return "missed", f"{what}, of at most {rule.most:,}"
    return "met", what


def figure_of(figures: Figures, name: str) -> float | None:
    """Give a figure of a score by its name, such as `minutes_short` or `minutes_without:reads`; None where it has none."""
    key, _, part = name.partition(":")
    value = figures.get(key)
    if key == "minutes_of_data_lost" and figures.get("all_data_lost"):
        return math.inf
    if part:
        value = value.get(part) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def put_figure(figures: MutableMapping[str, object], name: str, value: float | None) -> None:
    """Put a figure in the place of a counted one; None where nobody knows it."""
    key, _, part = name.partition(":")
    if not part:
        figures[key] = value
        return
    parts = figures.get(key)
    if isinstance(parts, dict):
        parts[part] = value


def _words(figure: str) -> str:
    """Name a figure for a sentence."""
    return figure.replace("_", " ").replace(":", " ")
