"""The layout of up to sixty nodes: a search for the best order of few rows."""
