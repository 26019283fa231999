"""Starts the audit of the region as it is now in a child process, and says how far it is and what came of it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec
from PySide6.QtCore import QObject, Signal

from console.kit.host.own_program import AUDIT_CHILD, own_words
from console.operating.jobs import Jobs
from console.operating.procedures.audit_child import packed
from topology.audit.report import AuditReport
from topology.fleet.state import State

LONGEST_LINE = 1 << 28
"""Bytes of a report; a longer one is taken for a fault."""


class AuditFailedError(Exception):
    """The audit came to no report; the sentence says why."""


class Auditing(QObject):
    """One audit at a time; another one wanted meanwhile begins anew."""

    went_on = Signal(int, int, str)
    """Steps done, steps in all, and the playbook that is next."""
    ended = Signal(object)
    """AuditReport."""
    failed = Signal(str)

    def __init__(self, jobs: Jobs, state: Callable[[], State | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._state = state
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether an audit is under way."""
        return self._task is not None and not self._task.done()

    def begin(self, keyboard: str) -> None:
        """Audit the region as it is now; *keyboard* names the layout on which slips happen."""
        state = self._state()
        if state is None:
            self.failed.emit("There is no region to audit yet: it is still being loaded.")
            return
        if self._task is not None:
            self._task.cancel()
        self.went_on.emit(0, 0, "")
        self._task = self._jobs.start("The audit", self._run(packed(state, keyboard)))

    async def _run(self, order: bytes) -> None:
        child = await asyncio.create_subprocess_exec(
            *own_words(AUDIT_CHILD),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
        )
        try:
            self.ended.emit(await self._heard(child, order))
        except AuditFailedError as error:
            self.failed.emit(f"The playbooks could not be audited: {error}.")
        finally:
            with suppress(ProcessLookupError):
                child.kill()

    async def _heard(self, child: asyncio.subprocess.Process, order: bytes) -> AuditReport:
        if child.stdin is None:
            raise RuntimeError("there is no child stdin here, as there has to be")
        if child.stdout is None:
            raise RuntimeError("there is no child stdout here, as there has to be")
        if child.stderr is None:
            raise RuntimeError("there is no child stderr here, as there has to be")
        with suppress(BrokenPipeError, ConnectionResetError):  # it ended early: its own words say why
            child.stdin.write(order)
            await child.stdin.drain()
            child.stdin.close()
        async for line in child.stdout:
            said = msgspec.json.decode(line)
            if "report" in said:
                return AuditReport.from_json(said["report"].encode())
            self.went_on.emit(said["done"], said["total"], said["playbook"])
        last = (await child.stderr.read()).decode(errors="replace").strip().splitlines()
        raise AuditFailedError(last[-1] if last else "its process ended without a word")
