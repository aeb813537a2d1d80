"""REDCap: a data dictionary and an import file that fits it.

    redcap_data_dictionary.csv         Project Setup > Data Dictionary
    redcap_repeating_instruments.csv   which forms repeat (the API's form of it, and the list to tick in Project Setup)
    redcap_import.csv                  Data Import Tool, dates as YYYY-MM-DD
    left_out.csv                       what is not there, and why

A case is one row of the form `patient` and one row an instance of `receptor_panels`, `stages`, `treatments` and
`metastases`. A choice that the text does not report is `nr`, never empty and never 'negative'; a text or date that is
not reported is empty. A date field takes only a full day, and the field `…_told` beside it the date as the record has
it. Text fields are one line. `check.problems` says whether data fit a dictionary.
"""

from pipeline.registry.feeds.redcap.feed import write

__all__ = ["write"]
