"""Many documents into one folder: annotations, facts, what failed, and how it was made.

    Source -> Task -> Outcome -> journal -> facts.parquet, facts.csv, failures.jsonl, run.json
              \\__ annotations/<id>.json, text/<id>.txt

`task` makes one document's files and its `Outcome`, plain values; it knows no engine. An engine takes
sources to outcomes, in any order: `map` in this process, a `crew` of child processes on this machine
(`child` is what runs in each, `guard` its limits of time and memory), or `dask_engine` on many machines.
`run` is the one loop: it picks up what the `journal` of a killed run has and makes the `tables`.
`facts` knows what a fact is, `output` which files OUT holds, `store` how one gets there whole, `stamp`
when an annotation may be used again, `worker` how a text is annotated.
"""
