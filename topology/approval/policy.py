"""What a description says of a second person: which plans need an approval, by whom, and what one may lift."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

SHARE = "share"
"""The need of an approval because more of a scope leaves than the policy leaves to one operator."""
LIFTABLE = ("frozen", "too-large", "pace")
"""What an approval may lift where the policy says so; `floor`, `unknown` and `protected` are lifted by nobody."""
CAUTIONS = ("ceiling", "pace", "tight", "collateral", "impact", "unusual", "self")
"""The cautions that a policy may want a second person for."""


@dataclass(frozen=True, slots=True)
class ApproverGroup:
    """Operators of whom *count* have to be among those who approve."""

    name: str
    members: tuple[str, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """When a plan needs another operator. The default asks for nobody and lifts nothing.

    *cautions* are codes: a plan with one of them needs an approval. So does one that takes more than *share_permille* of the
    declared units of any scope. *lifts* are codes of blocks that an approval may lift, *break_glass* those needs (codes, or
    `share`) that one operator alone may meet with a reason. *count* operators approve, of whom the *groups* want theirs; an
    approval lasts *lasts_s* seconds from when it was given.
    """

    cautions: tuple[str, ...] = ()
    share_permille: int | None = None
    lifts: tuple[str, ...] = ()
    break_glass: tuple[str, ...] = ()
    count: int = 1
    groups: tuple[ApproverGroup, ...] = ()
    lasts_s: float = 1800.0

    @property
    def asks(self) -> bool:
        """Whether anything at all needs an approval."""
        return bool(self.cautions or self.lifts) or self.share_permille is not None

    def needs(self, codes: Iterable[str], blocks: Iterable[str], largest_permille: float) -> tuple[str, ...]:
        """Give why a plan needs an approval: its cautions, what blocks it and can be lifted, and its share.

        *codes* are those of its cautions, *largest_permille* the largest share of any scope that it takes.
        """
        found = [code for code in dict.fromkeys(codes) if code in self.cautions]
        found += [code for code in dict.fromkeys(blocks) if self.may_lift(code)]
        if self.share_permille is not None and largest_permille > self.share_permille:
            found.append(SHARE)
        return tuple(dict.fromkeys(found))

    def may_lift(self, code: str) -> bool:
        """Whether an approval lifts a block with this code; some are lifted by nobody, whatever is written."""
        return code in self.lifts and code in LIFTABLE

    def may_break_glass(self, needs: Collection[str]) -> bool:
        """Whether one operator alone may meet all of these needs."""
        return bool(needs) and all(need in self.break_glass for need in needs)
