"""Alarms: what of a region needs an act now, which act, and what became of it. Values in, values out."""
