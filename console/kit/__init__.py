"""What every panel is made of: theme, painting, parts, the tank, tables. It knows widgets and no region."""
