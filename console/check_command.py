"""`underkeel check`: reads region files as the console would, and says everything that is wrong with them."""

from pathlib import Path
from typing import TextIO

from console.regions import read_file
from topology.description import RegionError


def check_command(paths: list[Path], out: TextIO, err: TextIO) -> int:
    """Check every file; gives 0 when all can be operated, else 2."""
    status = 0
    for path in paths:
        try:
            region = read_file(path, str(path))
        except RegionError as error:
            err.write("\n".join(error.problems) + "\n")
            status = 2
            continue
        for gap in region.gaps:
            err.write(gap + "\n")
            status = 2
        for remark in region.remarks:
            out.write(f"{remark} (allowed)\n")
        if not region.gaps:
            out.write(
                f"{path}: {region.name}: {len(region.roster):,} servers, {len(region.subsystems):,} subsystems, "
                f"{len(region.dependencies):,} dependencies: good\n"
            )
    return status
