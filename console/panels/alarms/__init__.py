"""The alarms: what needs an act now, which act, and who has seen it."""
