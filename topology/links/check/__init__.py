"""The region's own check at the moment of the act. It shares no code with planning."""
