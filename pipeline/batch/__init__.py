"""Many documents into one folder: annotations, facts, what failed, and how it was made.

    Source -> read -> annotate -> annotations/<id>.json -> facts.parquet, facts.csv
                 \\________\\____ failures.jsonl              run.json

`facts` knows what a fact is, `output` how a file gets into OUT whole, `stamp` when an annotation may
be used again, `worker` how a text is annotated, and `run` is the loop over the documents.
"""
