"""Words of matching, by subject; each explains what the errors of its name refuse."""
