"""Calls that a live region waits for only so long: of its ledger, and acts as a whole."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from topology.links.deadline import Calls, SilenceError
from topology.region.errors import LinkError

LEDGER_S = 8.0
"""Seconds that the ledger has for one call."""
_Result = TypeVar("_Result")


class TimedCalls:
    """Waits for calls of the ledger called *ledger*, and for longer ones of the region called *name*."""

    def __init__(self, name: str, ledger: str) -> None:
        self._name = name
        self._ledger = ledger
        self._calls = Calls()

    async def __call__(self, call: Coroutine[Any, Any, _Result], seconds: float = LEDGER_S) -> _Result:
        """Wait for a call for so many *seconds*.

        Raises:
            LinkError: it did not end in its time, or failed.
        """
        try:
            return await self._calls.within("call", call, seconds)
        except SilenceError as error:
            what = f"the ledger {self._ledger}" if seconds == LEDGER_S else self._name
            raise LinkError(f"{what} did not answer within {seconds:g} s") from error

    def close(self) -> None:
        """Cancel what is still there."""
        self._calls.close()
