"""Sound, words and time."""
