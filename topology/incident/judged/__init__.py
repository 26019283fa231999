"""What a run is judged by besides floors: services, objectives with rules, and figures that were published."""
