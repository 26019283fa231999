"""The debrief of a training in rows of figures, and as a text for the terminal. It only shows the outcome."""

from collections.abc import Iterator
from typing import Any, cast

from topology.incident.session.outcome import Plain
from topology.incident.session.score import FORMULAE

_TITLES = {
    "minutes_short": "Minutes below any floor",
    "minutes_to_notice": "Minutes to notice",
    "wrong_confirmations": "Wrong confirmations",
    "wrong_refused": "… of them refused",
    "minutes_of_silence": "Minutes of status silence",
    "minutes_of_data_lost": "Minutes of data lost",
}


def debrief_lines(outcome: Plain) -> list[str]:
    """Write the score for the terminal."""
    values = cast("dict[str, Any]", outcome)
    yours, theirs = values["yours"]["score"], values["what_happened"]["score"]
    lines = [
        f"{values['title']}: {values['era_title']}, from {values['branch']} to {values['until']}, seed {values['seed']}",
        "",
    ]
    lines += [f"  {act['time']}  {act['do']}  [{act['outcome']}] {' '.join(act['says'])}" for act in values["acts"]]
    lines += ["", f"{'':<42}{'yours':>10}{'happened':>10}"]
    for label, _, mine, other in figures(yours, theirs):
        lines.append(f"{label:<42}{mine:>10}{other:>10}")
    lines += [
        "",
        *(f"{_TITLES.get(key, key.replace('_', ' ').capitalize())}: {text}." for key, text in FORMULAE.items()),
    ]
    return [*lines, values["model_values"]]


def score_rows(outcome: Plain) -> list[tuple[str, str, str, str]]:
    """Give label, formula and both figures, yours first, for a screen."""
    values = cast("dict[str, Any]", outcome)
    rows = figures(values["yours"]["score"], values["what_happened"]["score"])
    return [
        (label, FORMULAE.get(key, FORMULAE["wrong_confirmations"]), mine, other) for label, key, mine, other in rows
    ]


def figures(yours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Give label, key and both figures; subsystems that never were below in either run are left out."""
    for key, label in _TITLES.items():
        if key == "minutes_of_data_lost" and yours[key] is None and theirs[key] is None:
            continue
        yield label, key, _figure(yours[key]), _figure(theirs[key])
    for key, label in (("minutes_below", "Minutes below its floor"), ("peak_shortfall", "Most units below its floor")):
        for name in yours[key]:
            if yours[key][name] or theirs[key].get(name):
                yield f"{label}: {name}", key, _figure(yours[key][name]), _figure(theirs[key].get(name))


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
