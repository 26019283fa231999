"""Reads a playbook's TOML into a `Playbook`: every problem in one pass, each with its place; nothing is guessed.

Whether the names in it exist is a question to a region (`topology.playbook.binding.misfits`). Reading files is the
caller's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from topology.command.grammar.reading import listed
from topology.command.verbs import VERBS
from topology.playbook.model import Expects, Parameter, Playbook, Reference, Step
from topology.playbook.parameters import prose, read_parameters, reference, references_of
from topology.playbook.templates import BadTemplate, read_template
from topology.region.decoding.toml_text import decoded_toml, first_twice
from topology.region.problems.problem import not_toml
from topology.region.region import NAME, Amount, shown
from topology.region.tables import Problems, Table

FORMAT = 1
LARGEST_TEXT = 1024 * 1024
"""Characters of a playbook read at most."""
MOST_STEPS = 100
"""Steps of a playbook: more are a program, and nobody can look at each of them."""

_EXPECTS = {"servers_at_most", "only_subsystems", "headroom_at_least", "takes_at_most"}


class PlaybookError(Exception):
    """A playbook that cannot be read; *problems* are sentences, each with its place."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_playbook(text: str, source: str) -> Playbook:
    """Read a playbook.

    Args:
        text: the TOML.
        source: what to call it in messages, such as the file's name.

    Raises:
        PlaybookError: with every problem found.
    """
    problems = Problems(source, text)
    top = Table(_decode(text, source), "", problems)
    top.only({"format", "playbook", "parameter", "before", "step", "after", "undo", "illustrative"})
    if top.get("format") != FORMAT:
        problems.add(
            "format", path=("format",), what=f"is {shown(top.get('format'))}; this version reads format = {FORMAT}"
        )
    head = top.table("playbook")
    head.only({"name", "title", "purpose"})
    parameters = read_parameters(top)
    playbook = Playbook(
        head.name("name"),
        _required(head, "title"),
        _required(head, "purpose"),
        parameters,
        _steps(top, parameters),
        _condition(top, "before", parameters),
        _condition(top, "after", parameters),
        _undo(top, parameters),
        top.flag("illustrative"),
    )
    problems.raise_if_any(PlaybookError)
    return replace(playbook, remarks=tuple(_remarks(playbook, source)))


def is_playbook(text: str) -> bool:
    """Say whether TOML *text* means to be a playbook rather than a region; unreadable text does not."""
    try:
        return "playbook" in decoded_toml(text)
    except (ValueError, RecursionError):
        return False


def _decode(text: str, source: str) -> Mapping[str, object]:
    if len(text) > LARGEST_TEXT:
        raise PlaybookError((f"{source}: {len(text):,} characters, more than {LARGEST_TEXT:,}; split the playbook",))
    if not text.strip():
        raise PlaybookError((f"{source}: is empty; a playbook starts with format = {FORMAT}",))
    try:
        return decoded_toml(text)
    except ValueError as error:  # a decode error, or a number too long for Python to read
        raise PlaybookError((not_toml(source, error),)) from error
    except RecursionError as error:
        raise PlaybookError((f"{source}: is nested too deeply to be a playbook",)) from error


def _required(table: Table, key: str) -> str:
    text = prose(table, key)
    if table.get(key) is None or (not text and table.get(key) == ""):
        table.problem(key, "is missing; say it in a sentence")
    return text


def _steps(top: Table, parameters: tuple[Parameter, ...]) -> tuple[Step, ...]:
    tables = top.tables("step")
    if not tables:
        top.problem("step", "is missing; write at least one [[step]] with a command")
    if len(tables) > MOST_STEPS:
        top.problem("step", f"is there {len(tables):,} times; a playbook has at most {MOST_STEPS} steps: split it")
        tables = tables[:MOST_STEPS]
    steps = (_step(table, number, parameters) for number, table in enumerate(tables, 1))
    return tuple(step for step in steps if step is not None)


def _undo(top: Table, parameters: tuple[Parameter, ...]) -> Step | None:
    if top.get("undo") is None:
        return None
    return _step(top.table("undo"), 0, parameters)


def _step(table: Table, number: int, parameters: tuple[Parameter, ...]) -> Step | None:
    table.only({"command", "explanation", "expects"})
    text = table.text("command")
    expects = _expects(table.table("expects"), parameters) if table.get("expects") is not None else None
    explanation = prose(table, "explanation")
    if not text.strip():
        if table.get("command") is None or isinstance(table.get("command"), str):
            table.problem("command", 'is missing; write one such as "remove {count} servers from billing"')
        return None
    verb = text.split()[0]
    if verb == "run":
        table.problem("command", "runs a playbook; a step is one command, so write its steps here")
        return None
    template = read_template(text, {one.name: one.type for one in parameters})
    if isinstance(template, BadTemplate):
        verbs = (
            f"; a step begins with {listed(tuple(one for one in VERBS if one != 'run'))}" if verb not in VERBS else ""
        )
        table.problem("command", f"(column {template.column:,}): {template.message}{verbs}")
        return None
    if expects is not None and not template.makes_plan:
        table.problem(
            "expects", f"is stated for {template.verb}, which makes no plan to judge beforehand; leave it out"
        )
    return Step(number, template, explanation, expects)


def _condition(top: Table, key: str, parameters: tuple[Parameter, ...]) -> Expects | None:
    if top.get(key) is None:
        return None
    table = top.table(key)
    if key == "before" and table.get("takes_at_most") is not None:
        table.problem("takes_at_most", "is stated for what has not begun; it belongs to a step or to [after]")
    return _expects(table, parameters)


def _expects(table: Table, parameters: tuple[Parameter, ...]) -> Expects:
    table.only(_EXPECTS)
    types = {one.name: one.type for one in parameters}
    by_name = isinstance(table.get("headroom_at_least"), dict)
    return Expects(
        _servers(table, types),
        _subsystems(table, types),
        None if by_name else table.amount("headroom_at_least"),
        _headroom_of(table) if by_name else (),
        _minutes(table),
    )


def _headroom_of(table: Table) -> tuple[tuple[str, Amount], ...]:
    inside, raw = table.table("headroom_at_least"), table.get("headroom_at_least")
    found = []
    for name in raw if isinstance(raw, dict) else ():
        if not NAME.fullmatch(name):
            inside.problem(shown(name), "cannot be the name of a subsystem")
        elif (amount := inside.amount(name)) is not None:
            found.append((name, amount))
    return tuple(found)


def _servers(table: Table, types: Mapping[str, str]) -> int | Reference | None:
    found = reference(table.get("servers_at_most"))
    if found is None:
        return table.optional_count("servers_at_most")
    if types.get(found.name) != "count":
        table.problem("servers_at_most", f"is {found}, which is no parameter of type count")
        return None
    return found


def _subsystems(table: Table, types: Mapping[str, str]) -> tuple[str | Reference, ...] | None:
    if table.get("only_subsystems") is None:
        return None
    found: list[str | Reference] = []
    for text in table.texts("only_subsystems"):
        one = reference(text)
        if one is None and not NAME.fullmatch(text):
            table.problem("only_subsystems", f"holds {shown(text)}, which cannot be a subsystem")
        elif one is not None and types.get(one.name) != "subsystem":
            table.problem("only_subsystems", f"holds {one}, which is no parameter of type subsystem")
        else:
            found.append(one or text)
    if len(set(found)) < len(found):
        twice = str(first_twice(found))
        table.problem("only_subsystems", f"holds {shown(twice)} twice")
    return tuple(dict.fromkeys(found))


def _minutes(table: Table) -> float | None:
    return table.seconds("takes_at_most", 0.0) / 60.0 if table.get("takes_at_most") is not None else None


def _remarks(playbook: Playbook, source: str) -> Iterator[str]:
    """Say what is legal and worth a look."""
    for step in playbook.steps:
        if step.command.makes_plan and (step.expects is None or step.expects.says_nothing):
            yield f"{source}: step {step.number} expects nothing, so only the region's own guards hold it back"
    used = {name for step in (*playbook.steps, *filter(None, (playbook.undo,))) for name in step.parameters()}
    used |= {name for one in (playbook.before, playbook.after) if one is not None for name in one.references()}
    used |= {name for one in playbook.parameters for name in references_of(one)}
    for one in playbook.parameters:
        if one.name not in used:
            yield f'{source}: parameter "{one.name}" is not used by any step'
        if one.type in ("count", "percent") and one.most is None:
            limit = "any count" if one.type == "count" else "up to 100%"
            yield f'{source}: parameter "{one.name}" states no most, so {limit} is accepted'
    if playbook.undo is None and any(step.command.verb == "remove" for step in playbook.steps):
        yield f"{source}: removes servers and states no undo step"
