"""The JSON Schema of a playbook."""

from console.terminal.schemas.kinds import (
    AMOUNT,
    DURATION,
    FLAG,
    FORMAT_1,
    NAMED,
    TEXT,
    Schema,
    by_name,
    many,
    number,
    one_of,
    said,
    table,
    whole,
)
from topology.command.grammar.quantities import MOST_SERVERS
from topology.playbook.parameters import MOST_PARAMETERS
from topology.playbook.reading import MOST_STEPS
from topology.playbook.templates import PARAMETER_NAME
from topology.playbook.values import TYPES

_REFERENCE: Schema = {"type": "string", "pattern": r"^\{[^{}]*\}$"}
_VALUE: Schema = {"oneOf": [number(1, MOST_SERVERS), TEXT]}
_PARAMETER = table(
    {
        "name": {"type": "string", "pattern": f"^{PARAMETER_NAME.pattern}$"},
        "type": one_of(*TYPES),
        "help": TEXT,
        "least": said(_VALUE, "the smallest that is accepted, or {another} parameter"),
        "most": said(_VALUE, "the largest that is accepted, or {another} parameter"),
        "among": many(TEXT),
        "default": _VALUE,
        "usual": many(_VALUE),
    },
    "name",
    "type",
)
_EXPECTS = table(
    {
        "servers_at_most": {"oneOf": [number(), _REFERENCE]},
        "only_subsystems": many(TEXT),
        "headroom_at_least": {"oneOf": [AMOUNT, by_name(AMOUNT)]},
        "takes_at_most": DURATION,
    }
)
_STEP = table(
    {"command": said(TEXT, "one command, with {parameters}"), "explanation": TEXT, "expects": _EXPECTS}, "command"
)

PLAYBOOK: Schema = whole(
    "playbook",
    "A procedure that an operator follows step by step",
    table(
        {
            "format": FORMAT_1,
            "playbook": table({"name": NAMED, "title": TEXT, "purpose": TEXT}, "name", "title", "purpose"),
            "parameter": {**many(_PARAMETER), "maxItems": MOST_PARAMETERS},
            "before": _EXPECTS,
            "step": {**many(_STEP, 1), "maxItems": MOST_STEPS},
            "after": _EXPECTS,
            "undo": _STEP,
            "illustrative": FLAG,
        },
        "format",
        "playbook",
        "step",
    ),
)
