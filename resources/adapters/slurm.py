#!/usr/bin/env python3
"""An adapter over Slurm: slurm.py MEMORY [--conf SLURM.CONF]. Partitions are subsystems, each node is one unit of its own.

Slurm has neither floors nor transactions: the console judges alone, and nodes drain one by one. What a wave was to do is
written to the file MEMORY before it is done, and the reason of each drained node names its wave.
"""

import argparse
import json
import os
import subprocess
import time
from pathlib import Path

from json_lines import send, serve

LETTERS = {"draining": "d", "drained": "r", "down": "f", "fail": "f", "failing": "f", "error": "f", "unknown": "f"}
JOINING = ("powering_up", "powered_down", "rebooting", "boot")


class Slurm:
    def __init__(self, memory):
        self.memory, self.nodes, self.revision, self.told = Path(memory), None, 0, 0.0
        kept = json.loads(self.memory.read_text()) if self.memory.exists() else {"waves": {}, "stops": []}
        self.waves, self.stops = kept["waves"], kept["stops"]

    def keep(self):
        part = self.memory.with_suffix(".part")
        with part.open("w") as file:
            json.dump({"waves": self.waves, "stops": self.stops}, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.memory)

    def hello(self, number, params):
        if 1 not in params["protocol"]:
            raise ValueError("this adapter speaks version 1 of the protocol")
        can = {"restores_by_name": True, "stops_mid_wave": True, "remembers_waves": True,
               "others_act": "whoever may use scontrol can act beside us"}  # fmt: skip
        config = dict(line.split("=", 1) for line in run("scontrol", "show", "config").splitlines() if "=" in line)
        cluster = {key.strip(): value.strip() for key, value in config.items()}["ClusterName"]
        return {"protocol": 1, "name": "slurm", "region": cluster, "identity": params["operator"], "abilities": can,
                "heartbeat_s": 2}  # fmt: skip

    def load(self, number, params):
        self.look()
        nodes = sorted(self.nodes)
        sets = sorted({self.nodes[name][1] for name in nodes})
        send(
            method="load/head", params={"id": number, "racks": [["", "", ""]], "profiles": sets, "servers": len(nodes)}
        )
        for at in range(0, len(nodes), 10_000):
            part = nodes[at : at + 10_000]
            send(method="load/chunk", params={"id": number, "at": at, "names": part, "rack": [0] * len(part),
                 "profile": [sets.index(self.nodes[name][1]) for name in part],
                 "state": "".join(self.nodes[name][0] for name in part)})  # fmt: skip
        return {"revision": str(self.revision), "time": time.time()}

    def look(self):
        """Tell what is other than a moment ago; nothing of it is a heartbeat."""
        now, before = nodes(), self.nodes
        self.nodes, self.told = now, time.monotonic()
        if before is None:
            return
        if {name: node[1] for name, node in now.items()} != {name: node[1] for name, node in before.items()}:
            send(method="reload", params={"why": "nodes or partitions changed"})
            return
        groups = {}
        for name in (name for name in now if now[name] != before[name]):
            wave, by = now[name][2] if now[name][2] != before[name][2] else (None, None)
            if now[name][0] != before[name][0]:
                groups.setdefault((wave, by), []).append(name)
        for (wave, by), names in groups.items():
            self.event(servers=names, states="".join(now[name][0] for name in names), wave=wave, actor=by)
        if not groups:
            self.event()

    def event(self, **more):
        previous, self.revision = self.revision, self.revision + bool(more)
        params = {"previous": str(previous), "revision": str(self.revision), "time": time.time(), **more}
        send(method="events", params=params)

    def remove(self, number, params):
        return self.act(params, "s", lambda name: drain(name, f"underkeel {params['wave']} {params['operator']}"))

    def restore(self, number, params):
        return self.act(params, "dr", resume)

    def act(self, wave, before, change):
        if wave["must"]:
            raise ValueError(f"this adapter cannot judge {wave['must']}")
        if wave["wave"] in self.waves:
            return self.outcome(0, {"wave": wave["wave"], "abandon": False}) or refused(
                wave, "abandoned", "was given up"
            )
        now = nodes()
        wrong = [name for name in wave["servers"] if name not in now or now[name][0] not in before]
        if wrong:
            return refused(wave, "stale", f"{wrong[0]} is not there, or in another state")
        if before == "s" and wave["execution"] in self.stops:
            return refused(wave, "stopped", f"{wave['execution']} was stopped")
        self.waves[wave["wave"]] = {"wave": wave["wave"], "answers": [[name, "unknown"] for name in wave["servers"]]}
        self.keep()
        answers = [[name, "done" if change(name) else "refused"] for name in wave["servers"]]
        self.waves[wave["wave"]]["answers"] = answers
        self.keep()
        return self.waves[wave["wave"]]

    def outcome(self, number, params):
        wave, now = params["wave"], nodes()
        if wave not in self.waves and params["abandon"]:
            self.waves[wave] = None
            self.keep()
        found = self.waves.get(wave)
        for answer in found["answers"] if found else []:
            if answer[1] == "unknown":  # we were killed in between: the reason of the node tells
                answer[1] = "done" if now.get(answer[0], ("", (), (None, None)))[2][0] == wave else "refused"
        return found

    def stop(self, number, params):
        execution, back = params["execution"], []
        self.stops.append(execution)
        for name, (state, _, (wave, _)) in nodes().items():
            if state == "d" and (wave or "").rpartition(".")[0] == execution and resume(name):
                back.append(name)
                self.waves[wave]["answers"] = [
                    [n, "returned" if n == name else a] for n, a in self.waves[wave]["answers"]
                ]
        self.keep()
        return back

    def resume(self, number, params):
        self.stops = [execution for execution in self.stops if execution != params["execution"]]
        self.keep()

    def cancel(self, number, params):
        return True

    def idle(self):
        if self.nodes is not None and time.monotonic() - self.told > 1:
            self.look()


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=10).stdout


def drain(name, reason):
    return scontrol("update", f"NodeName={name}", "State=DRAIN", f"Reason={reason}")


def resume(name):
    return scontrol("update", f"NodeName={name}", "State=RESUME")


def scontrol(*words):
    return subprocess.run(("scontrol", *words), check=False, capture_output=True, timeout=10).returncode == 0


def refused(wave, code, why):
    return {"wave": wave["wave"], "answers": [[name, "refused"] for name in wave["servers"]], "refusals": [[code, why]]}


def nodes():
    """Give (letter, partitions, (wave, operator)) of each node; sinfo has a line for each partition of it."""
    found = {}
    for line in run("sinfo", "-N", "-h", "-o", "%N|%P|%T|%E").splitlines():
        name, partition, state, reason = line.split("|", 3)
        word = state.rstrip("*~#!%$@+^-").lower()
        letter = LETTERS.get(word, "j" if word in JOINING else "f" if state.endswith("*") else "s")
        wave = tuple(reason.split()[1:3]) if reason.startswith("underkeel ") else ()
        partitions = found.get(name, ("", ()))[1]
        found[name] = (
            letter,
            tuple(sorted({*partitions, partition.rstrip("*")})),
            wave if len(wave) == 2 else (None, None),
        )
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("memory", help="a file of its own, where it keeps what became of waves")
    parser.add_argument("--conf", help="the slurm.conf of the cluster")
    given = parser.parse_args()
    if given.conf:
        os.environ["SLURM_CONF"] = given.conf
    slurm = Slurm(given.memory)
    serve(slurm, slurm.idle)
