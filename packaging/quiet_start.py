"""Runs in a frozen program before PyInstaller's own start: until ours is loaded, Ctrl+C ends it as it ends any other."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is to be passed over
    signal.signal(signal.SIGINT, signal.SIG_DFL)
