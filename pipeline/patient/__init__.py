"""From the mentions of a processed document to the records of its patients.

    Doc -> story (passages of one patient, dated) -> case, panels, stages, treatments, metastases, events
        -> contradictions, literature cases -> Record

`records` gives one `Record` a patient. What the text does not say stays None ('not reported'), which is
never the same as negative or absent; what follows without being said is named in `derived`, and `how`
says by which rule.
"""
