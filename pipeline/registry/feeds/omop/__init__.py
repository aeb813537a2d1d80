"""OMOP CDM 5.4 as CSV files, one a table, to be loaded in the order of `tables.ORDER`.

What the CDM demands and a case report does not say:

- **Year of birth.** The CDM: 'If no year of birth is available all the person's data should be dropped from the CDM
  instance'; an approximate year by age is allowed. It is the year of diagnosis less the age at diagnosis (true to one
  year); where the record knows neither, the case is left out and told.
- **Full dates.** A clinical table takes a fact only where its day is known. What has only `2019-10`, an interval or no
  date becomes an OBSERVATION of the note's day, which the CDM allows for a history ('the date a patient's history was
  taken'), with the date as told in `qualifier_source_value`. No day is made up.
- **The note's day.** `recorded` of `write`: the day on which the reports were taken in. Not given it is 1970-01-01,
  the CDM's own 'no known date' (as `valid_start_date` of a concept), and so it is said.
- **The end of an exposure.** The day said, else start and duration where that is in days or weeks, else the start day:
  the last day that the text vouches for. `verbatim_end_date` holds only a day that is said.

Drugs that were declined, planned, considered or not given, and sites that are absent, possible or resolved, are rows of
NOTE_NLP alone: `term_exists` is N, for 'possible' it is empty. NOTE_NLP has every value of the record with its place:
`offset` counts code points of `note_text`, `term_modifiers` holds `value`, `path`, `end` of the place, `date` and more
as `key=value` joined by `; `, a `;` or `\\` within as `\\;`, `\\\\`.

Ids count up in the order of the cases. Without a vocabulary every concept id is 0 and `vocabulary/` holds the one
concept that the foreign keys need; with one (`Vocabulary.read` of a folder from Athena), codes of `concepts.tsv`,
ICD-O-3 and RxNorm become its standard concepts. Text in CSV is made inert (`cells`): where a note begins like a
formula, the apostrophe in front is counted by the offsets.
"""

from pipeline.registry.feeds.omop.feed import write
from pipeline.registry.feeds.omop.vocabulary import Vocabulary

__all__ = ["Vocabulary", "write"]
