"""Due work of matching, by subject."""
