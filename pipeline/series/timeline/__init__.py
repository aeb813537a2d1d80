"""The figures: one timeline a patient, and the swimmer plot of the series.

`marks.py` says what is drawn when, `layout.py` finds a free row for each mark and its label, `figure.py` draws,
`swimmer.py` is the plot of the series. Dates are days of the calendar (`date.toordinal`).
"""
