"""Use cases of matching, by subject."""
