"""`python -m kyodo_match` is `kyodo-match`."""

from kyodo_match.cli import main

main()
