#!/usr/bin/env python3
"""An adapter over an inventory in SQLite: racks_sqlite.py DATABASE [--drain-s SECONDS] [--create].

Whole waves in one transaction: the floors are judged where the states are changed, so two consoles cannot break one together.
"""

import argparse
import json
import sqlite3
import time
from itertools import groupby
from pathlib import Path

from json_lines import Adapter, refused, send, serve

SUPPORTS = "SELECT group_concat(subsystem || ':' || units, ' ') FROM supports WHERE server = name"
SERVER = f"SELECT state, zone, cell, ({SUPPORTS}) FROM servers WHERE name = ?"
IN_SERVICE = """SELECT coalesce(sum(units), 0) FROM supports JOIN servers ON name = server WHERE subsystem = ? AND state = 's'
  AND (? = 'region' OR ? = 'zone:' || zone OR ? = 'cell:' || zone || '/' || cell)"""


class Racks(Adapter):
    def __init__(self, path, drain_s):
        self.db, self.drain_s = sqlite3.connect(path, isolation_level=None, timeout=10), drain_s
        self.db.execute("PRAGMA synchronous = FULL")
        super().__init__(self.db.execute("SELECT coalesce(max(revision), 0) FROM facts").fetchone()[0])

    def hello(self, number, params):
        can = {"atomic_waves": True, "restores_by_name": True, "stops_mid_wave": True, "remembers_waves": True}
        return self.greeting(params, "racks", self.db.execute("SELECT id FROM region").fetchone()[0], 1, **can)

    def load(self, number, params):
        self.db.execute("BEGIN")  # one snapshot: what happened until now is told before, what comes later after
        self.tell()
        rows = self.db.execute(f"SELECT name, zone, cell, rack, state, ({SUPPORTS}) FROM servers ORDER BY 1").fetchall()
        self.db.execute("COMMIT")
        return self.loaded(number, [(row[0], row[1:4], tuple((row[5] or "").split()), row[4]) for row in rows])

    def tell(self, heartbeat=False):
        """Send what happened since the last time; nothing of it is a heartbeat."""
        rows = self.db.execute(
            "SELECT revision, what, name, state, wave, actor FROM facts WHERE revision > ? ORDER BY 1", (self.revision,)
        ).fetchall()
        for (what, wave, actor), group in groupby(rows, lambda row: (row[1], row[4], row[5])):
            facts = list(group)
            names = [row[2] for row in facts]
            if what == "joined":  # what it supports is written a moment later
                send(method="reload", params={"why": f"{names[0]} joined"})
            more = {"servers": names, "states": "".join(row[3] for row in facts)} if what == "states" else {}
            more |= {"gone": names} if what == "gone" else {}
            self.event(facts[-1][0], wave=wave, actor=actor, **more)
        if heartbeat and not rows:
            self.event(self.revision)

    def remove(self, number, params):
        return self.act(params, "s", "d")

    def restore(self, number, params):
        return self.act(params, "srd", "s")

    def act(self, wave, before, after):
        unknown = set(wave["must"]) - {"floors"}
        if unknown:
            raise ValueError(f"this adapter does not know {sorted(unknown)}, which the wave must have judged")
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            done = self.db.execute("SELECT answer FROM waves WHERE id = ?", (wave["wave"],)).fetchone()
            if done and done[0]:
                return json.loads(done[0])
            why = ["abandoned", "this wave was given up"] if done else self.judge(wave, before, after)
            if why:
                return refused(wave, *why)
            answers = [[name, "done"] for name in wave["servers"]]
            row = wave["wave"], wave["execution"], json.dumps({"wave": wave["wave"], "answers": answers})
            for name in wave["servers"]:
                self.db.execute("UPDATE servers SET state = ?, wave = ?, actor = ?, since = ? WHERE name = ? AND state != ?",
                                (after, wave["wave"], wave["operator"], time.time(), name, after))  # fmt: skip
            self.db.execute("INSERT OR REPLACE INTO waves VALUES (?, ?, ?)", row)
            return json.loads(row[2])

    def judge(self, wave, before, after):
        if after == "d" and self.db.execute("SELECT 1 FROM stops WHERE execution = ?", (wave["execution"],)).fetchone():
            return ["stopped", f"{wave['execution']} was stopped"]
        leaving = {}
        for name, planned in zip(wave["servers"], wave["supports"], strict=True):
            row = self.db.execute(SERVER, (name,)).fetchone()
            if row is None or row[0] not in before:
                return ["stale", f"{name} is {'not there' if row is None else 'in state ' + row[0]}"]
            supports = dict(text.split(":") for text in (row[3] or "").split())
            if supports != dict((text + ":1").split(":")[:2] for text in planned):
                return ["stale", f"{name} supports {row[3]} now"]
            for subsystem, units in supports.items():
                for scope in ("region", f"zone:{row[1]}", f"cell:{row[1]}/{row[2]}"):
                    leaving[subsystem, scope] = leaving.get((subsystem, scope), 0) + int(units)
        for subsystem, scope, floor in wave["floors"] if after == "d" else []:
            now = self.db.execute(IN_SERVICE, (subsystem, scope, scope, scope)).fetchone()[0]
            left = now - leaving.get((subsystem, scope), 0)
            if left < floor:
                return ["floor", f"{subsystem} would keep {left:,} of the {floor:,} of its floor in {scope}"]
        return None

    def outcome(self, number, params):
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            row = self.db.execute("SELECT answer FROM waves WHERE id = ?", (params["wave"],)).fetchone()
            if row is None and params["abandon"]:
                self.db.execute("INSERT INTO waves (id) VALUES (?)", (params["wave"],))
            return json.loads(row[0]) if row and row[0] else None

    def stop(self, number, params):
        execution = params["execution"]
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            self.db.execute("INSERT OR IGNORE INTO stops VALUES (?)", (execution,))
            of = "state = 'd' AND wave IN (SELECT id FROM waves WHERE execution = ?)"
            names = [name for (name,) in self.db.execute(f"SELECT name FROM servers WHERE {of}", (execution,))]
            self.db.execute(f"UPDATE servers SET state = 's', actor = ?, since = ? WHERE {of}",
                            (self.operator, time.time(), execution))  # fmt: skip
            waves = self.db.execute("SELECT id, answer FROM waves WHERE execution = ?", (execution,)).fetchall()
            for wave, answer in ((wave, json.loads(answer)) for wave, answer in waves if names):
                answer["answers"] = [[name, "returned" if name in names else word] for name, word in answer["answers"]]
                self.db.execute("UPDATE waves SET answer = ? WHERE id = ?", (json.dumps(answer), wave))
        return names

    def resume(self, number, params):
        self.db.execute("DELETE FROM stops WHERE execution = ?", (params["execution"],))
        return True

    def idle(self):
        ended = "UPDATE servers SET state = 'r', since = ? WHERE state = 'd' AND since < ?"
        self.db.execute(ended, (time.time(), time.time() - self.drain_s))
        self.tell(heartbeat=time.monotonic() - self.told > 0.8)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("--drain-s", type=float, default=5.0, help="how long a server drains")
    parser.add_argument("--create", action="store_true", help="make the tables, and end")
    given = parser.parse_args()
    if given.create:
        return sqlite3.connect(given.database).executescript(Path(__file__).with_name("racks.sql").read_text())
    return serve(Racks(given.database, given.drain_s))


if __name__ == "__main__":
    main()
