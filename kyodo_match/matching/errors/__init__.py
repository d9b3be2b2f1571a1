"""Refusals of matching, by subject."""
