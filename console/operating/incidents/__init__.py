"""Incidents beside a region: found, recorded, and the scores of their runs."""
