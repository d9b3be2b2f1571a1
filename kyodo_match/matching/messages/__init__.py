"""Words of matching, by subject; `every` registers them all, a check of a draw loads its own."""
