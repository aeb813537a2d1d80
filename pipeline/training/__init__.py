"""Training of the tagger.

sources (folders and files of other corpora, through label maps) -> examples -> loop -> models/tagger
"""
