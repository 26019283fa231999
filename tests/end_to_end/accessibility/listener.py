"""A screen reader without a voice: writes what it hears and what it finds as lines of JSON. Runs on the system's own Python."""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - the version has to be asked for first

DEEPEST = 40
PATIENT_MS = 60_000
"""So long a window that is busy may take to answer; what is usual is less than a second, after which nothing is found."""


def tell(**said):
    print(json.dumps(said), flush=True)  # noqa: T201 - it is what it is for


def hear(event):
    if event.type.startswith("object:announcement"):
        tell(heard="announcement", text=str(event.any_data), urgent=event.detail1)
    elif event.type.startswith("object:property-change:accessible-name"):
        tell(heard="name", role=event.source.get_role_name(), text=event.source.get_name() or "")


def walk(node, depth=0):
    if node is None or depth > DEEPEST:
        return
    yield node
    for number in range(node.get_child_count()):
        yield from walk(node.get_child_at_index(number), depth + 1)


def find():
    """Tell all that is there; what goes while it is looked at ends the look, and whoever asked looks again."""
    try:
        tell_all()
    except GLib.Error as error:
        tell(gone=str(error))
    tell(end=True)


def tell_all():
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(number)
        if app is not None and "underkeel" in (app.get_name() or "").lower():
            for node in walk(app):
                tell(node=node.get_name() or "", role=node.get_role_name(), about=node.get_description() or "")


def asked(channel, _condition):
    line = sys.stdin.readline()
    if not line:
        Atspi.event_quit()
        return False
    find()
    return True


Atspi.init()
Atspi.set_timeout(PATIENT_MS, PATIENT_MS)
listener = Atspi.EventListener.new(hear)
for name in ("object:announcement", "object:property-change:accessible-name"):
    listener.register(name)
GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, asked)
tell(ready=True)
Atspi.event_main()
