"""The rim that keeps things: journal, locks, kept files, descriptions and incidents on disk. It knows no link."""
