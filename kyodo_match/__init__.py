"""Kyodo Match（協働マッチ）: citizens, volunteer groups and the city, brought together and counted."""
