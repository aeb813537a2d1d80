"""Plain tables for people and statistics: CSV, XLSX and Parquet, with a codebook.

values.csv, values.parquet   one row a value, with the sentence that says it
cases.csv, cases.parquet     one row a case
oncocase.xlsx                both and the codebook as sheets
codebook.csv                 what each column means, its unit, its values, how 'not reported' is written
left_out.csv                 what is not there, and why
"""

from pipeline.registry.feeds.tabular.feed import write

__all__ = ["write"]
