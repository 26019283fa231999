"""The debrief of a training in rows of figures, and as a text for the terminal. It only shows the outcome."""

from collections.abc import Iterator
from typing import Any, cast

from topology.incident.session.outcome import Plain
from topology.incident.session.score import FORMULAE

_TITLES = {
    "catastrophes": "Catastrophic: floors broken, data lost",
    "minutes_short": "Minutes below any floor",
    "shortfall": "Minutes short, by the share that was missing",
    "minutes_to_notice": "Minutes to notice",
    "wrong_confirmations": "Wrong confirmations",
    "wrong_refused": "… of them refused",
    "minutes_of_silence": "Minutes of status silence",
    "minutes_of_data_lost": "Minutes of data lost",
}
_OBJECTIVE = "judged by the rule that the incident's file states; what could not be judged is no pass"


def debrief_lines(outcome: Plain) -> list[str]:
    """Write the score for the terminal."""
    values = cast("dict[str, Any]", outcome)
    lines = [
        f"{whose(values)}{values['title']}: {values['era_title']}, from {values['branch']} to {values['until']}, "
        f"seed {values['seed']}",
        "",
    ]
    lines += [f"  {act['time']}  {act['do']}  [{act['outcome']}] {' '.join(act['says'])}" for act in values["acts"]]
    lines += ["", f"{'':<62}{'yours':>10}{'happened':>10}"]
    for label, _, mine, other in figure_rows(values):
        lines.append(f"{label:<62}{mine:>10}{other:>10}")
    lines += [f"CATASTROPHIC: {one}." for one in values["yours"]["score"]["catastrophic"]]
    objectives = values["yours"]["objectives"]
    lines += ["", "Objectives:", *(f"  [{one['verdict']}] {one['text']} ({one['why']})" for one in objectives)]
    lines += [
        "",
        *(f"{_TITLES.get(key, key.replace('_', ' ').capitalize())}: {text}." for key, text in FORMULAE.items()),
    ]
    if afterwards := values.get("afterwards"):
        lines += ["", "Afterwards:", *(f"  {one['text']} [{one['mark']}]" for one in afterwards), ""]
    return [*lines, values["model_values"]]


def whose(outcome: dict[str, Any]) -> str:
    """Give whose run it is, as the beginning of a line; empty where nobody said."""
    return f"{outcome['trainee']}: " if outcome.get("trainee") else ""


def comparison_lines(outcome: Plain, other: Plain) -> list[str]:
    """Write two runs of one incident beside each other: their figures, and what became of their objectives."""
    one, two = cast("dict[str, Any]", outcome), cast("dict[str, Any]", other)
    lines = [f"{one['title']}"]
    lines += [
        f"  {letter}: {whose(run)}{run['era_title']}, from {run['branch']}, {len(run['acts'])} acts"
        for letter, run in (("A", one), ("B", two))
    ]
    lines += ["", f"{'':<62}{'A':>10}{'B':>10}"]
    lines += [f"{label:<62}{mine:>10}{others:>10}" for label, _, mine, others in figure_rows(one, two)]
    lines += ["", "Objectives:"]
    pairs = zip(one["yours"]["objectives"], two["yours"]["objectives"], strict=True)
    lines += [f"  {mine['text']}: A {mine['verdict']}, B {others['verdict']}" for mine, others in pairs]
    return [*lines, one["model_values"]]


def score_rows(outcome: Plain) -> list[tuple[str, str, str, str]]:
    """Give label, formula and both figures, yours first, for a screen; objectives last."""
    values = cast("dict[str, Any]", outcome)
    rows = [
        (label, FORMULAE.get(key, FORMULAE["wrong_confirmations"]), mine, other)
        for label, key, mine, other in figure_rows(values)
    ]
    others = {one["text"]: one["verdict"] for one in values["what_happened"].get("objectives", ())}
    return rows + [
        (f"Objective: {one['text']}", f"{_OBJECTIVE}: {one['why']}", one["verdict"], others.get(one["text"], "–"))
        for one in values["yours"]["objectives"]
    ]


def run_beside(outcome: Plain, other: Plain, called: str) -> Plain:
    """Give an outcome with another run, as it is *called*, in the place of what happened."""
    values = cast("dict[str, Any]", other)
    return {**outcome, "what_happened": {**values["yours"], "sources": {}}, "beside": called}


def figure_rows(outcome: dict[str, Any], other: dict[str, Any] | None = None) -> Iterator[tuple[str, str, str, str]]:
    """Give label, key and both figures of a run: what happened stands beside it, or the run of an *other* outcome.

    Subsystems that never were below in either are left out.
    """
    services = outcome.get("services", {})
    yours = outcome["yours"]["score"]
    beside = outcome["what_happened"] if other is None else other["yours"]
    theirs, unknown = beside["score"], {k for k, said in beside.get("sources", {}).items() if said == "unknown"}
    yield _TITLES["catastrophes"], "catastrophes", _figure(yours["catastrophes"]), _figure(theirs["catastrophes"])
    for name, title in services.items():
        mine, others = yours["minutes_without"].get(name), theirs["minutes_without"].get(name)
        shown = "unknown" if f"minutes_without:{name}" in unknown else _figure(others)
        yield f"Minutes without {title}", "minutes_without", _figure(mine), shown
    for key, label in _TITLES.items():
        if key == "catastrophes":
            continue
        if key == "minutes_of_data_lost" and _no_data(yours) and _no_data(theirs):
            continue
        yield label, key, _told(key, yours), "unknown" if key in unknown else _told(key, theirs)
    for key, label in (("minutes_below", "Minutes below its floor"), ("peak_shortfall", "Most units below its floor")):
        for name in yours[key]:
            if yours[key][name] or theirs[key].get(name):
                yield f"{label}: {name}", key, _figure(yours[key][name]), _figure(theirs[key].get(name))


def _no_data(score: dict[str, Any]) -> bool:
    return score["minutes_of_data_lost"] is None and not score["all_data_lost"]


def _told(key: str, score: dict[str, Any]) -> str:
    return "all of it" if key == "minutes_of_data_lost" and score["all_data_lost"] else _figure(score[key])


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
