"""From an order to places: columns, rows that wrap, and as little shift as can be."""
