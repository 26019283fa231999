"""How one comes to an input of a playbook, and what an audit does not look at, in words."""

from console.words.findings.wording import said
from topology.audit.limits import AuditLimit, BeyondAudit, InputsLeftOut, InputsUnusable, WouldNotStart
from topology.audit.origins import AtEdge, OneOfMany, SlipOf, UsualValue
from topology.command.slips import SlipKind

_SLIPS = {
    SlipKind.DIGIT_DROPPED: "a digit dropped",
    SlipKind.ZERO_ADDED: "a zero added",
    SlipKind.DIGIT_DOUBLED: "a digit doubled",
    SlipKind.DIGITS_SWAPPED: "two digits swapped",
    SlipKind.NEIGHBOURING_KEY: "a neighbouring key hit",
    SlipKind.PERCENT_LOST: "the percent sign lost",
    SlipKind.PERCENT_GAINED: "a percent sign added",
    SlipKind.SEPARATOR_LOST: "a separator lost",
    SlipKind.SEPARATOR_GAINED: "a separator added",
    SlipKind.FORGOTTEN: "something forgotten",
    SlipKind.OTHER_NAME: "another name, one edit away",
}
_LIMITS = {
    AuditLimit.OTHER_MOMENTS: (
        "Other moments: servers that have left or failed by then leave less headroom than there is now."
    ),
    AuditLimit.RUN_TWICE: ("A playbook run twice, or two at once: each step is judged by the region as it is now."),
    AuditLimit.REGION_ENFORCES: (
        "What else stands in the way: the floors, the largest command and the pace that the region itself enforces."
    ),
    AuditLimit.LOAD: "The load that subsystems carry: floors say how much capacity is enough.",
    AuditLimit.BETWEEN_EDGES: (
        "Numbers between the edges: a larger command takes the same servers and more, so the edges tell."
    ),
    AuditLimit.ALIKE: "Each server and each rack: one of each make in each cell stands for the others like it.",
    AuditLimit.TEXTS: "Slips in texts: a text only ends up in a reason.",
    AuditLimit.UNDO: "What an undo would do: it depends on what was done.",
    AuditLimit.RESTORE: (
        "Steps that restore: what they give back depends on what has left, and no floor is broken by it."
    ),
}


def _step(number: int) -> str:
    return f"step {number}" if number else "the undo step"


def _left_out(facts: InputsLeftOut) -> str:
    return f"{facts.playbook}: {facts.count:,} inputs of {_step(facts.step)}, beyond the first {facts.most:,}."


def _unusable(facts: InputsUnusable) -> str:
    return f"{facts.playbook}: {facts.count:,} inputs of {_step(facts.step)} that make no command."


def would_not_start(facts: WouldNotStart, reason: str) -> str:
    """Say that a playbook was judged as if it started, and the *reason* why it would not."""
    return f"{facts.playbook} would not start now, and was judged as if it did: {reason}."


def _slip_of(facts: SlipOf) -> str:
    return f"{facts.parameter} {facts.value} for {facts.meant}: {_SLIPS[facts.slip]}"


WORDINGS = (
    said(UsualValue, lambda _: "the usual values"),
    said(AtEdge, lambda facts: f"{facts.parameter} {'at its most' if facts.most else 'at its least'}"),
    said(OneOfMany, lambda facts: f"{facts.parameter} {facts.value}"),
    said(SlipOf, _slip_of),
    said(BeyondAudit, lambda facts: _LIMITS[facts.limit]),
    said(InputsLeftOut, _left_out),
    said(InputsUnusable, _unusable),
)
