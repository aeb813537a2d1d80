"""Annotations outside the pipeline: what they may say, and the files that hold them.

    from_doc (a processed text) \\
    json, brat files ----------- > raw value -> label map -> checks -> Annotated
                                                                          \\_ brat, json files

`scheme` is what the guidelines allow; `folder` finds and reads files of either kind.
"""
