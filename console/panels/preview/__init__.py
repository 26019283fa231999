"""The side panel: headroom while nothing is typed, else what the typed command would do, and its confirmation."""
