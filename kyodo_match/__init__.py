"""Kyodo Match（協働マッチ）: citizens, groups and the city, together and counted."""
