"""Long lists are read page by page."""


def paged(asked: int, *, total: int, size: int) -> tuple[int, int]:
    """Which page of a list is read, from 1, and how many there are.

    What lies past the end is the last page; an empty list has one.
    """
    pages = max(-(-total // size), 1)
    return min(max(asked, 1), pages), pages
