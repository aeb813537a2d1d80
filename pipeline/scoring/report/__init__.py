"""Scores shown: `lines` for a terminal, `as_json` for programs, `html` (with its template) to look at."""
