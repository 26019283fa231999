"""`underkeel check`: reads regions, playbooks and incidents as the console would, and says everything that is wrong."""

from pathlib import Path
from typing import TextIO

from console.operating.access import is_incident, read_regular
from console.operating.procedures.playbooks import check_playbook
from console.operating.regions import read_file
from console.operating.state_reading import read_state
from console.terminal.checks.check_incident import check_incident
from console.terminal.progress_line import ProgressLine
from console.words.writing import plural
from topology.playbook.reading import LARGEST_TEXT as LARGEST_PLAYBOOK
from topology.playbook.reading import is_playbook
from topology.region.description import RegionError
from topology.region.errors import LinkError


def check_command(paths: list[Path], out: TextIO, err: TextIO, *, live: bool = False) -> int:
    """Check every file, with *live* also against what the source of a region has now; gives 0 when all can be operated, else 2."""
    return max((_check(path, out, err, live=live) for path in paths), default=0)


def _check(path: Path, out: TextIO, err: TextIO, *, live: bool) -> int:
    if is_incident(path):
        return check_incident(path, out, err)
    return check_playbook(path, out, err) if _is_playbook(path) else _check_region(path, out, err, live=live)


def _is_playbook(path: Path) -> bool:
    """Whether a file is meant as a playbook; what cannot be read is left to whoever says why."""
    try:
        return is_playbook(read_regular(path, f"{path}:", LARGEST_PLAYBOOK, "")[0].decode("utf-8-sig"))
    except (LinkError, UnicodeDecodeError):
        return False


def _check_region(path: Path, out: TextIO, err: TextIO, *, live: bool) -> int:
    progress = ProgressLine(err)

    def tell(text: str) -> None:
        progress.show(f"{path}: {text}")

    try:
        region = read_state(str(path), tell, live=True).region if live else read_file(path, str(path), tell)
    except RegionError as error:
        progress.clear()
        err.write("\n".join(error.problems) + "\n")
        return 2
    finally:
        progress.clear()
    for gap in region.gaps:
        err.write(gap + "\n")
    for remark in region.remarks:
        out.write(f"{remark} (allowed)\n")
    if region.gaps:
        return 2
    source = f", from {region.source.fleet}" if live and region.source is not None else ""
    out.write(
        f"{path}: {region.name}{source}: {plural(len(region.roster), 'server')}, {plural(len(region.subsystems), 'subsystem')}, "
        f"{plural(len(region.dependencies), 'dependency', 'dependencies')}: good\n"
    )
    return 0
