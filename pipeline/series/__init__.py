"""The case series: from records to the table and the figures of a paper, each cell traced to its sentence.

```
OUT/records -> cases.py -> columns.py (a cell a column) -> tables/ (CSV, XLSX, HTML, Word), summary.py, evidence.py
                        -> timeline/ (lanes of a patient; the swimmer plot of the series)
```
"""
