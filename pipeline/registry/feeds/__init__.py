"""One module or room a form of export; each has `write(cases, folder, trace)`, the `Feed` of `cases.py`."""
