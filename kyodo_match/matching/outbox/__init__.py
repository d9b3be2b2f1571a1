"""What matching writes to people, by subject."""
