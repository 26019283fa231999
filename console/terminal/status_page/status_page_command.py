"""`underkeel status-page build|publish|serve|drill`: each answers in lines, one for each target."""

from itertools import combinations
from pathlib import Path
from typing import TextIO

from console.operating.headless.status_page import HeadlessPage, JournalError, PublishError, TargetOutcome
from console.terminal.status_page.serving import serve
from console.terminal.streams.json_answer import FORMAT, write_json
from console.words import writing as words
from console.words.public import status_page as said
from console.words.public.targets import ground_sentences
from topology.region.description import RegionError

DONE, FAILED, UNREADABLE = 0, 1, 2


def status_page_command(
    verb: str,
    region: str | None,
    folder: Path | None,
    out: TextIO,
    err: TextIO,
    *,
    live: bool = False,
    port: int = 0,
    as_json: bool = False,
) -> int:
    """Do *verb*; gives the exit status."""
    try:
        if verb == "serve":
            return serve(lambda: HeadlessPage(region, live=live).page(), port, out)
        page = HeadlessPage(region, live=live)
    except (RegionError, JournalError) as error:
        err.write("\n".join(getattr(error, "problems", (str(error),))) + "\n")
        return UNREADABLE
    if verb == "build" and folder is not None:
        return _build(page, folder, out, err, as_json=as_json)
    for sentence in ground_sentences(page.state.region):
        err.write(f"Take care: {sentence}.\n")
    answer = _Answer(verb, out, as_json)
    status = _publish(page, answer, err) if verb == "publish" else _drill(page, answer, err)
    answer.end(good=status == DONE)
    return status


class _Answer:
    """What became of a page: line by line, or as JSON at the end."""

    def __init__(self, did: str, out: TextIO, as_json: bool) -> None:
        self._did, self._out, self._as_json = did, out, as_json
        self._targets: list[dict[str, object]] = []
        self._cautions: list[str] = []

    def target(self, one: TargetOutcome) -> None:
        """Tell of one target."""
        self._targets.append(_values(one))
        self.say(f"{_line(one)}{_read_as(one)}")

    def caution(self, sentence: str) -> None:
        """Tell what is to be looked at."""
        self._cautions.append(sentence)
        self.say(f"Take care: {sentence}.")

    def say(self, line: str) -> None:
        """Say a line that says no more than the values do."""
        if not self._as_json:
            self._out.write(f"{line}\n")

    def end(self, *, good: bool) -> None:
        """Write the JSON."""
        if self._as_json:
            values = {"format": FORMAT, "did": self._did, "good": good, "targets": self._targets}
            write_json({**values, "cautions": self._cautions}, self._out)


def _build(page: HeadlessPage, folder: Path, out: TextIO, err: TextIO, *, as_json: bool) -> int:
    try:
        done = page.build(folder)
    except PublishError as error:
        err.write(f"{folder}: {error}\n")
        return FAILED
    if as_json:
        written = {"path": str(folder / "index.html"), "written": done.written}
        write_json({"format": FORMAT, "did": "build", "good": True, **written}, out)
        return DONE
    out.write(f"{folder / 'index.html'}: {said.overall(page.page())}; {words.plural(done.written, 'file')} written.\n")
    return DONE


def _publish(page: HeadlessPage, answer: _Answer, err: TextIO) -> int:
    try:
        page.keep()
    except JournalError as error:
        err.write(f"How services are is published, and not kept for the ninety days: {error}\n")
    outcomes = page.publish()
    for one in outcomes:
        answer.target(one)
    return FAILED if any(one.trouble for one in outcomes) or not outcomes else DONE


def _drill(page: HeadlessPage, answer: _Answer, err: TextIO) -> int:
    try:
        outcomes = page.drill()
    except JournalError as error:
        err.write(f"The drill was passed, and could not be written down, so the page does not say it: {error}\n")
        return FAILED
    for one in outcomes:
        answer.target(one)
    for one, other in combinations(outcomes, 2):
        if shared := _shared(one, other):
            answer.caution(f"{one.target.name} and {other.target.name} share {words.listed(shared)}")
    if not outcomes or any(one.trouble for one in outcomes):
        answer.say("The drill was not passed.")
        return FAILED
    again = page.publish()
    promised = words.duration(page.page().promised_s)
    answer.say(
        f"The drill was passed. None of the pages is older than {promised}, the page promises, and says when it was tried."
    )
    return FAILED if any(one.trouble for one in again) else DONE


def _values(one: TargetOutcome) -> dict[str, object]:
    """Give what became of a target as JSON has it."""
    stands = None if one.trouble else one.published
    return {
        "name": one.target.name,
        "kind": one.target.kind,
        "address": one.target.address,
        "trouble": one.trouble or ("" if stands else "it was not published"),
        "revision": None if stands is None else stands.number,
        "seconds": None if stands is None else stands.seconds,
        "read_from": None if one.copy is None else one.copy.address,
    }


def _line(one: TargetOutcome) -> str:
    where = f"{one.target.kind}:{one.target.address}"
    if one.trouble or one.published is None:
        return f"{one.target.name}: FAILED: {words.literal(one.trouble)} ({where})"
    done = one.published
    return f"{one.target.name}: revision {done.number:,} stands, in {words.duration(done.seconds)} ({where})"


def _read_as(one: TargetOutcome) -> str:
    if one.copy is None:
        return ""
    certificate = (
        f", certificate {words.short_digest(one.copy.certificate)}" if one.copy.certificate else ", no certificate"
    )
    return f"; read back at {one.target.read} from {one.copy.address}{certificate}"


def _shared(one: TargetOutcome, other: TargetOutcome) -> list[str]:
    if one.copy is None or other.copy is None:
        return []
    pairs = (
        (f"the host {one.copy.host}", one.copy.host, other.copy.host),
        (f"the address {one.copy.address}", one.copy.address, other.copy.address),
        ("a certificate", one.copy.certificate, other.copy.certificate),
        (f"the ground {one.target.stands_on}", one.target.stands_on, other.target.stands_on),
    )
    return [what for what, first, second in pairs if first and first == second]
