"""The timeline of an incident, and the clock that runs along it."""
