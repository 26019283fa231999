"""Reasons as typed values: why a region is read anew, only looked at, or not heard."""
