"""Gold annotations against predicted ones, or one annotator's against another's.

    folders -> pairs -> measures (mentions, schemes, relations, records) -> evaluation -> report
                  \\                                  \\_ comparison (of two runs) ____/
                   \\_ agreement (of two annotators) _________________________________/

`tally` holds the counts of which precision, recall and F1 are made, `intervals` says how far they could
have come out otherwise. The numbers that the shared scorer (`score.py`) gives too are the same; the tests
compare them. `schemes` are nervaluate's.
"""
