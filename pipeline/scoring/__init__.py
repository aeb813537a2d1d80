"""Gold annotations against predicted ones, or one annotator's against another's.

    folders -> gold (read, check) -> pairs -> mentions, records -> intervals -> report
                                           \\_ agreement _______________________/

`tally` holds the counts of which precision, recall and F1 are made. The numbers are those of the
project's shared scorer (`score.py`), which the tests compare them with.
"""
