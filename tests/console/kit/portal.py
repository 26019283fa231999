"""The part of a desktop's portal that tells one setting: its place, key, type and value; run by the system's Python."""

import sys

from gi.repository import Gio, GLib

SPACE, KEY, KIND, VALUE = sys.argv[1:]
TOLD = GLib.Variant(KIND, VALUE == "true" if KIND == "b" else int(VALUE))
XML = """<node><interface name="org.freedesktop.portal.Settings"><method name="ReadOne">
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/></method></interface></node>"""


def answer(_bus, _sender, _place, _interface, _method, asked, call):
    if asked.unpack() == (SPACE, KEY):
        call.return_value(GLib.Variant.new_tuple(GLib.Variant("v", TOLD)))
    else:
        call.return_dbus_error("org.freedesktop.portal.Error.NotFound", "there is no such setting")


def stand(bus, _name):
    described = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
    bus.register_object("/org/freedesktop/portal/desktop", described, answer, None, None)


def tell(_bus, _name):
    sys.stdout.write("ready\n")
    sys.stdout.flush()


Gio.bus_own_name(Gio.BusType.SESSION, "org.freedesktop.portal.Desktop", 0, stand, tell, None)
GLib.MainLoop().run()
