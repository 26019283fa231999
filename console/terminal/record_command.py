"""`underkeel record`: watches a region and saves what happened there as an incident. It acts on nothing."""

import asyncio
import signal
from pathlib import Path
from typing import TextIO

from console.operating.access import RegionLink, ResyncNeeded
from console.operating.incidents.recording import NotSavedError, save_session
from console.operating.regions import address_of, file_of, folder_of, open_to_look
from console.terminal.streams.made import tell_made
from console.words.anew.sentences import anew_sentence
from topology.fleet.batches import EventBatch
from topology.incident.recording import Recorder
from topology.region.description import RegionError
from topology.region.errors import LinkError
from topology.region.server_states import STATE_NAMES


def record_command(
    region: str | None, folder: Path, seconds: float | None, out: TextIO, err: TextIO, *, as_json: bool = False
) -> int:
    """Watch for *seconds*, or until Ctrl+C or a request to end (SIGTERM), and write *folder*; gives the exit status."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        err.write(f"{folder} is there already; name a new folder.\n")
        return 2
    try:
        address = address_of(region)
        link = open_to_look(address, folder_of(address))
        recorder, until = asyncio.run(_watch(link, seconds, err if as_json else out))
        save_session(recorder, file_of(address), folder, until)
    except RegionError as error:
        err.write("\n".join(error.problems) + "\n")
        return 2
    except (LinkError, NotSavedError) as error:
        err.write(f"{error}\n")
        return 2
    facts = {"region": link.name, "seconds": round(until - recorder.starts, 3)}
    tell_made(out, "incident", folder, f"{folder}: saved; underkeel replay {folder} shows it", facts, as_json=as_json)
    return 0


async def _watch(link: RegionLink, seconds: float | None, out: TextIO) -> tuple[Recorder, float]:
    state = await link.load()
    if not link.freshness.connected:
        await link.aclose()
        raise LinkError(f"{link.name}: {link.freshness.reason or 'its source does not answer'}; nothing is recorded")
    recorder = Recorder(state)
    me = asyncio.current_task()
    if me is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    out.write(
        f"Recording {link.name}" + ("; Ctrl+C ends and saves\n" if seconds is None else f" for {seconds:,.0f} s\n")
    )
    out.flush()
    try:
        async with asyncio.timeout(seconds):
            async for batch in link.events(state.revision):
                if batch.changes_roster:
                    recorder.tell(batch.time, "Servers joined or left the region. The recording ends.")
                    break
                recorder.hear(batch)
                if (batch.operation or batch.actor) and len(batch.servers):
                    told = _act(batch)
                    recorder.tell(batch.time, told)
                    out.write(f"{told}\n")
                    out.flush()
    except (TimeoutError, asyncio.CancelledError):
        pass  # the end that was asked for: time is up, or Ctrl+C, or SIGTERM
    except ResyncNeeded as fact:
        why = "" if fact.why is None else f"{anew_sentence(fact.why)} "
        recorder.tell(link.now(), f"{why}The recording ends.")
    finally:
        until = link.now()
        await link.aclose()
    return recorder, until


def _act(batch: EventBatch) -> str:
    """Say who did what to how many servers."""
    states = ", ".join(STATE_NAMES[state] for state in sorted(set(batch.states.tolist())))
    by = f" by {batch.operation}" if batch.operation else ""
    return f"{batch.actor or 'somebody'}: {len(batch.servers):,} servers{by}: {states}"
