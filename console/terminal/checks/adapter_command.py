"""`underkeel adapter check -- PROGRAM ARG...`: the conformance kit as a table, and an exit status."""

import shlex
import sys
from argparse import ArgumentParser, Namespace
from typing import TextIO

from console.terminal.subcommand import Subcommand, json_argument, whole

FAILED = 1
NOT_RUN = 2
_KILLS = 20


def check_adapter_command(chosen: Namespace, asked: TextIO, out: TextIO, err: TextIO) -> int:
    """Run the kit; gives 0 when no step failed, 1 when one did, 2 when it was not run."""
    from console.operating.trusting.adapter_check import StepResult, run_adapter_check
    from console.words.anew.sentences import anew_sentence

    as_json = chosen.json
    said = err if as_json else out
    said.write(
        f"This starts {shlex.join(chosen.program)} as you, and acts on its store: servers in service are taken out and put "
        "back, and the program is killed again and again. Run it on a store that nobody needs.\n"
    )
    if not chosen.yes and not _agrees(asked, said):
        said.write("Nothing was started.\n")
        return NOT_RUN
    steps: list[dict[str, str]] = []

    def told(result: StepResult) -> None:
        text = result.text if result.anew is None else anew_sentence(result.anew)
        steps.append({"step": result.step, "verdict": result.verdict.value, "text": text})
        said.write(f"{result.step:<25} {result.verdict.value:<11} {text}\n")
        said.flush()

    try:
        good = run_adapter_check(
            chosen.program,
            chosen.environment or [],
            told,
            (lambda line: print(line, file=err)) if chosen.log else (lambda line: None),
            kills=chosen.kills,
            seed=chosen.seed,
        )
    except ValueError as error:
        err.write(f"{shlex.join(chosen.program)}: is not run: {error}; write -- /ABSOLUTE/PATH ARG...\n")
        return NOT_RUN
    if as_json:
        from console.terminal.streams.json_answer import FORMAT, write_json

        write_json({"format": FORMAT, "program": chosen.program, "good": good, "steps": steps}, out)
        return 0 if good else FAILED
    out.write("It keeps what was tried.\n" if good else "It does not keep the protocol: see the steps that failed.\n")
    return 0 if good else FAILED


def _agrees(asked: TextIO, out: TextIO) -> bool:
    if not asked.isatty():
        out.write("Nobody is there to ask; say --yes if that is meant.\n")
        return False
    out.write("Go on? Type yes: ")
    out.flush()
    return asked.readline().strip().lower() == "yes"


def _words(parser: ArgumentParser) -> None:
    parser.add_argument("verb", choices=("check",), help="try whether a program keeps the protocol of adapters")
    parser.add_argument("program", nargs="+", metavar="PROGRAM", help="behind --: an absolute path, and its arguments")
    parser.add_argument("--yes", action="store_true", help="act on its store without asking")
    parser.add_argument("--kills", type=whole(1000), default=_KILLS, metavar="N", help=f"default: {_KILLS}")
    parser.add_argument(
        "--seed", type=whole(2**31, least=0), default=1, metavar="S", help="of the moments of the kills"
    )
    parser.add_argument(
        "--environment", action="append", metavar="NAME", help="a variable it is given; may be repeated"
    )
    parser.add_argument("--log", action="store_true", help="show what it writes to stderr")
    json_argument(parser, "as JSON; how it goes is told on stderr")


def _run(chosen: Namespace) -> int:
    return check_adapter_command(chosen, sys.stdin, sys.stdout, sys.stderr)


ADAPTER = Subcommand(
    "adapter",
    "try whether a program of yours can be an adapter",
    "Tries whether a program keeps the protocol of adapters, on its real store. Exit status: 0 it does, 1 it does not, "
    "2 it was not run.",
    _words,
    _run,
    ("check -- /usr/local/bin/racks-adapter --site east",),
)
