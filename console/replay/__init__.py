"""Incidents in the window: watching, training, and what is said afterwards. Nothing here can reach a live region."""
