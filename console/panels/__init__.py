"""The panels, a folder each. None imports another: what two of them need stands in `kit`, `words` or `operating`."""
