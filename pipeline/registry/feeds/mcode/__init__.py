"""The mCODE STU4 feed."""
