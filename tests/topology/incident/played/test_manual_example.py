"""The incident of the manual, word for word: it is checked, replayed and played."""

import io
import re
from pathlib import Path

import resources
from console.terminal.checks.check_command import check_command
from console.words.findings.table import sentence
from topology.incident.session.acts import read_acts
from topology.incident.session.outcome import outcome_of
from topology.incident.session.session import run_acts
from topology.incident.timeline import Timeline
from topology.records.incident_folder import read_incident_folder


def block(*has: str) -> str:
    """Give the one example of the manual that has all of these."""
    text = resources.text("manual/incidents.md")
    found = [one for one in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if all(part in one for part in has)]
    assert len(found) == 1, has
    return found[0]


def example(folder: Path) -> Path:
    """Write the example as its reader would, beside the region of the bundled incident of the same name."""
    parts = (block("[incident]"), block("[[decision]]", "situation"), block("[[era]]", "empty_means_all"))
    # The example of a tool shows a check of shares, of a subsystem that another incident has.
    text = "\n".join(parts).replace('share_of = "monitoring"', 'share_of = "keymap"')
    (folder / "incident.toml").write_text(text)
    for name in ("region.toml", "playbook.toml"):
        (folder / name).write_text(resources.text(f"incidents/s3-2017/{name}"))
    (folder / "record.csv").write_text("seconds,server,state\n12.5,billing-0001,draining\n")
    return folder


def test_that_the_manuals_example_is_good(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert check_command([example(tmp_path)], out, err) == 0, err.getvalue()
    assert "good" in out.getvalue()


def test_that_the_manuals_example_is_played_by_the_manuals_acts(tmp_path: Path) -> None:
    incident = read_incident_folder(example(tmp_path))
    acts = read_acts(block("[[act]]"), "acts.toml", incident)
    timeline = Timeline(incident)
    outcome = outcome_of(timeline, run_acts(timeline, acts, sentence))
    assert [one["outcome"] for one in outcome["acts"]][:2] == ["done", "done"]  # type: ignore[attr-defined]
    assert outcome["yours"]["score"]["minutes_below"]["index"] > 100  # type: ignore[index]
