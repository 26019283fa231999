"""Findings in words: what each guard's facts say, what they protect, what would do, and the few words of a verdict."""
