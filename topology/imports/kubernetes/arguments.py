"""Addresses in what a container is started with: each argument is a value, named by the option that it belongs to."""

from topology.imports.facts import Literal
from topology.imports.kubernetes.readers import Fields
from topology.imports.shapes import DefectError, Steps, items_of

MOST_ARGUMENTS = 1_000


def read_arguments(container: Fields, steps: Steps) -> tuple[Literal, ...]:
    """Give the values among `command` and `args`, each with a name of its own.

    `--db=db:5432` and `--db db:5432` are called `--db`; what belongs to no option is called `args`, and a bare word there is none.
    """
    found: list[Literal] = []
    for part in ("command", "args"):
        option = ""
        for number, raw in enumerate(items_of(container.get(part), f"{part} of a container", steps), 1):
            if not isinstance(raw, str):
                raise DefectError(f"an entry of {part} is no text")
            if number > MOST_ARGUMENTS:
                break
            if raw.startswith("-"):
                name, equals, value = raw.partition("=")
                option = "" if equals else name
                if equals:
                    found.append(Literal(f"{name} ({part} {number})", value))
                continue
            found.append(Literal(f"{option or part} ({part} {number})", raw))
            option = ""
    return tuple(found)


def is_argument(variable: str) -> bool:
    """Whether a name is one that `read_arguments` gave: no variable of a container has a space in its name."""
    return variable.endswith(")") and " (" in variable
