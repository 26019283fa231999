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

from json_lines import Adapter, keep, refused, send, serve

LETTERS = {"draining": "d", "drained": "r", "down": "f", "fail": "f", "failing": "f", "error": "f", "unknown": "f"}
JOINING = ("powering_up", "powered_down", "rebooting", "boot")


class Slurm(Adapter):
    def __init__(self, memory):
        super().__init__()
        self.memory, self.nodes = Path(memory), None
        kept = json.loads(self.memory.read_text()) if self.memory.exists() else {"waves": {}, "stops": []}
        self.waves, self.stops = kept["waves"], kept["stops"]

    def keep(self):
        keep(self.memory, {"waves": self.waves, "stops": self.stops})

    def hello(self, number, params):
        can = {"restores_by_name": True, "stops_mid_wave": True, "remembers_waves": True,
               "others_act": "whoever may use scontrol can act beside us"}  # fmt: skip
        config = dict(line.split("=", 1) for line in run("scontrol", "show", "config").splitlines() if "=" in line)
        cluster = {key.strip(): value.strip() for key, value in config.items()}["ClusterName"]
        return self.greeting(params, "slurm", cluster, 2, **can)

    def load(self, number, params):
        self.look()
        nodes = sorted(self.nodes.items())
        return self.loaded(number, [(name, ("", "", ""), node[1], node[0]) for name, node in nodes])

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
            letters = "".join(now[name][0] for name in names)
            self.event(self.revision + 1, servers=names, states=letters, wave=wave, actor=by)
        if not groups:
            self.event(self.revision)

    def remove(self, number, params):
        reason = f"Reason=underkeel {params['wave']} {params['operator']}"
        return self.act(params, "s", lambda name: update(name, "State=DRAIN", reason))

    def restore(self, number, params):
        return self.act(params, "dr", lambda name: update(name, "State=RESUME"))

    def act(self, wave, before, change):
        if wave["must"]:
            raise ValueError(f"this adapter cannot judge {wave['must']}")
        if wave["wave"] in self.waves:
            known = self.outcome(0, {"wave": wave["wave"], "abandon": False})
            return known or refused(wave, "abandoned", "was given up")
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
        back = []
        self.stops.append(params["execution"])
        for name, (state, _, (wave, _)) in nodes().items():
            if state == "d" and (wave or "").rpartition(".")[0] == params["execution"] and update(name, "State=RESUME"):
                back.append(name)
                answers = self.waves[wave]["answers"]
                self.waves[wave]["answers"] = [[one, "returned" if one == name else word] for one, word in answers]
        self.keep()
        return back

    def resume(self, number, params):
        self.stops = [execution for execution in self.stops if execution != params["execution"]]
        self.keep()

    def idle(self):
        if self.nodes is not None and time.monotonic() - self.told > 1:
            self.look()


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=10).stdout


def update(name, *words):
    words = ("scontrol", "update", f"NodeName={name}", *words)
    return subprocess.run(words, check=False, capture_output=True, timeout=10).returncode == 0


def nodes():
    """Give (letter, partitions, (wave, operator)) of each node; sinfo has a line for each partition of it."""
    found = {}
    for line in run("sinfo", "-N", "-h", "-o", "%N|%P|%T|%E").splitlines():
        name, partition, state, reason = line.split("|", 3)
        word = state.rstrip("*~#!%$@+^-").lower()
        letter = LETTERS.get(word, "j" if word in JOINING else "f" if state.endswith("*") else "s")
        wave = tuple(reason.split()[1:3]) if reason.startswith("underkeel ") else ()
        partitions = tuple(sorted({*found.get(name, ("", ()))[1], partition.rstrip("*")}))
        found[name] = letter, partitions, wave if len(wave) == 2 else (None, None)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("memory", help="a file of its own, where it keeps what became of waves")
    parser.add_argument("--conf", help="the slurm.conf of the cluster")
    given = parser.parse_args()
    if given.conf:
        os.environ["SLURM_CONF"] = given.conf
    serve(Slurm(given.memory))
