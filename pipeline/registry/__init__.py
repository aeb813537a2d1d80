"""The registry: a store of cases with provenance and review, and the feeds that registries take.

    OUT -> incoming -> keys (which value is which) -> judge (taken unseen, or waits) -> plan -> batch -> tables
        -> review (people decide) -> standing (what stands) -> cases -> feeds -> export

`cases.py` is what flows from the store to a feed; `feeds/` holds one room a form.
"""
