"""The runs of a class as one table in CSV: a line for each debrief that was saved as JSON."""

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
    """Write the table of runs, each with its name and its outcome; a figure that there is none of is empty."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEAD)
    for name, outcome in runs:
        score = outcome["yours"]["score"]
        lines.writerow(
            (
                _cell(name),
                _cell(str(outcome.get("trainee", ""))),
                outcome["incident"],
                outcome["era"],
                outcome["seed"],
                outcome["branch"],
                outcome["until"],
                sum(not is_injection(act["do"]) for act in outcome["acts"]),
                *(score.get(figure) for figure in FIGURES),
                "; ".join(one["mark"] for one in outcome.get("answers", ()) if one.get("mark")),
            )
        )
    return out.getvalue()


def _cell(text: str) -> str:
    """Give a text that no table program takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
