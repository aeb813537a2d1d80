"""One module a slot, the lexicon matcher, and the one overlap policy."""
