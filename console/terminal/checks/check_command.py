"""`underkeel check`: reads regions, playbooks and incidents as the console would, and says everything that is wrong."""

from pathlib import Path
from typing import TextIO

from console.operating.access import read_regular
from console.operating.incidents.folders import is_incident
from console.operating.procedures.playbooks import read_one
from console.operating.regions import read_file, refuse_source
from console.operating.state_reading import read_state
from console.terminal.checks.check_incident import checked_incident
from console.terminal.checks.checked import FORMATS, Checked
from console.terminal.colour import Rendition, paint_for
from console.terminal.progress_line import ProgressLine
from console.words.observed import differences
from console.words.public.targets import ground_sentences
from console.words.writing import plural
from topology.playbook.reading import LARGEST_TEXT as LARGEST_PLAYBOOK
from topology.playbook.reading import PlaybookError, is_playbook
from topology.region.description import RegionError
from topology.region.errors import LinkError
from topology.region.problems.problem import Problem

WRONG = 2


def check_command(paths: list[Path], out: TextIO, err: TextIO, *, live: bool = False, form: str = "text") -> int:
    """Check every file, with *live* also against what the source of a region has now; gives 0 when all can be operated, else 2.

    *form* is `text`, which is written as it is found, or one of `FORMATS`.
    """
    checked = []
    for path in paths:
        for one in _checked(path, err, live=live):
            checked.append(one)
            if form == "text":
                say(one, out, err)
    if form != "text":
        out.write((FORMATS[form](checked) + "\n").lstrip("\n"))
    return 0 if all(one.is_good for one in checked) else WRONG


def say(checked: Checked, out: TextIO, err: TextIO) -> None:
    """Write what came of one file: what is wrong to *err*, with line and column, and the rest to *out*."""
    paint = paint_for(err)
    err.writelines(f"{paint(_located(one), Rendition.ALARM)}\n" for one in checked.problems)
    out.writelines(f"{_located(one)} (allowed)\n" for one in checked.remarks)
    if checked.is_good:
        out.write(f"{checked.path}: {checked.summary}: {paint_for(out)('good', Rendition.GOOD)}\n")


def checked_playbook(path: Path) -> Checked:
    """Check one playbook as it would be read to be run."""
    try:
        playbook = read_one(path)
    except PlaybookError as error:
        return Checked(path, "playbook", error.problems)
    steps, parameters = f"{len(playbook.steps):,} steps", f"{len(playbook.parameters):,} parameters"
    return Checked(path, "playbook", (), playbook.remarks, f"{playbook.name}: {steps}, {parameters}")


def _located(said: str) -> str:
    return said.located if isinstance(said, Problem) else said


def _checked(path: Path, err: TextIO, *, live: bool) -> tuple[Checked, ...]:
    if is_incident(path):
        incident, playbooks = checked_incident(path)
        return (*map(checked_playbook, playbooks), incident)
    return (checked_playbook(path) if _is_playbook(path) else _checked_region(path, err, live=live),)


def _is_playbook(path: Path) -> bool:
    """Whether a file is meant as a playbook; what cannot be read is left to whoever says why."""
    try:
        return is_playbook(read_regular(path, f"{path}:", LARGEST_PLAYBOOK, "")[0].decode("utf-8-sig"))
    except (LinkError, UnicodeDecodeError):
        return False


def _checked_region(path: Path, err: TextIO, *, live: bool) -> Checked:
    progress = ProgressLine(err)

    def tell(text: str) -> None:
        progress.show(f"{path}: {text}")

    try:
        refuse_source(path)
        state = read_state(str(path), tell, live=True) if live else None
        region = read_file(path, str(path), tell) if state is None else state.region
    except RegionError as error:
        return Checked(path, "region", error.problems)
    finally:
        progress.clear()
    source = f", from {region.source.fleet}" if live and region.source is not None else ""
    parts = (
        plural(len(region.roster), "server"),
        plural(len(region.subsystems), "subsystem"),
        plural(len(region.dependencies), "dependency", "dependencies"),
    )
    seen = () if state is None or state.observed is None else tuple(differences(region, state.observed))
    grounds = (f"{path}: status_page: {said}" for said in ground_sentences(region))
    remarks = (*region.remarks, *seen, *grounds)
    return Checked(path, "region", region.gaps, remarks, f"{region.name}{source}: {', '.join(parts)}")
