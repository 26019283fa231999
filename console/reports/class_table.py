"""The runs of a class as one table: a line for each debrief that was saved as JSON."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from topology.incident.orders.orders import is_injection

FIGURES = (
    "minutes_short",
    "minutes_to_notice",
    "wrong_confirmations",
    "wrong_refused",
    "minutes_of_silence",
    "minutes_of_data_lost",
)
MARK = "open_answer"
HEAD = ("run", "trainee", "incident", "tool", "seed", "from", "until", "acts", *FIGURES, MARK)


def class_table(runs: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Write the table of runs in CSV, each with its name and its outcome; a figure that there is none of is empty."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEAD)
    for name, outcome in runs:
        row = class_row(name, outcome)
        lines.writerow((_cell(row["run"]), _cell(row["trainee"]), *list(row.values())[2:]))
    return out.getvalue()


def class_row(name: str, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Give the line of one run, by the columns of `HEAD`; a figure that there is none of is None."""
    score = outcome["yours"]["score"]
    values = (
        name,
        str(outcome.get("trainee", "")),
        outcome["incident"],
        outcome["era"],
        outcome["seed"],
        outcome["branch"],
        outcome["until"],
        sum(not is_injection(act["do"]) for act in outcome["acts"]),
        *(score.get(figure) for figure in FIGURES),
        "; ".join(one["mark"] for one in outcome.get("answers", ()) if one.get("mark")),
    )
    return dict(zip(HEAD, values, strict=True))


def _cell(text: str) -> str:
    """Give a text that no table program takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
