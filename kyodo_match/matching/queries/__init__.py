"""What pages and services read of matching, by subject."""
