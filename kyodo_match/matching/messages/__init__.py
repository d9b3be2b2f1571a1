"""Words of matching, by subject; importing them registers what refusals say."""
