"""Forms of matching, by subject."""
