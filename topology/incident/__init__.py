"""Incidents: a timeline that can be replayed, branched off and scored. Values in, values out; no clock, no file, no screen.

The way through it, for whoever shows or runs one:

- `reading.read_incident(text, source, region, record)` gives an `model.Incident`, or `IncidentError` with every problem;
- `timeline.Timeline(incident)` answers `at(time)` for any moment in either direction, `next_after`, `previous_before`,
  and `course()`, what happened as a curve of capacity over time;
- `branch.Branch(incident, states, time, seed, era)` goes on from a moment by model: `remove`, `restore`, `restart`, `fail`,
  `announce`, `advance`. It judges nothing;
- `requests` answers what is asked of a branch beside removals: `approve`, `try_copy`, `recover`, `shift`;
- `acts.read_acts(text, source, incident)` and `session.run_acts(timeline, acts)` let a trainee's acts meet the guards of an era;
- `score.score_of(incident, course)` counts by published formulae; `debrief` writes both runs as JSON and as one page.

Everything but `session` is free of planning, so that the link `replay:` may stand on it.
"""
