"""The registry: a store of cases with provenance and review, and the feeds that registries take.

`cases.py` is what flows from the store to a feed; `feeds/` holds one room a form.
"""
