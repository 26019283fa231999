"""The lesson of an incident, and its questions."""
