"""Prints each value of an article's record that is wrong, missing or beyond its gold record, and the counts of issue 5.

python tests/benchmarks/seed_record.py [FOLDER …] [--all]

A folder holds one text and its `record.json`; without one, the seed article and the second article are read.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "patient"))

from articles import Article

from pipeline import load

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT.parent / "shared" / "gold" / "seed", ROOT / "tests" / "patient" / "second_article")


def report(article: Article, everything: bool) -> None:
    """The values that are not right, by part, and the counts."""
    values = article.values()
    for value in values:
        if value.part == "contradictions" or (value.verdict == "right" and not everything):
            continue
        print(f"{value.verdict:16}{value.part}: {value.item[:50]}, {value.key}: {value.gold!r}, not {value.pred!r}")
    found, false = article.contradictions()
    for contradiction in article.prose["contradictions"]:
        sign = "found" if contradiction["what"] in found else "not found"
        print(f"{sign:16}contradiction: {contradiction['what'][:110]}")
    for what in false:
        print(f"{'false':16}contradiction: {what}")
    markers, cells = article.markers(), [value for value in values if value.part == "table"]
    panels = len(article.pred["receptor_panels"]), len(article.gold["receptor_panels"])
    print(f"\npanels {panels[0]} for {panels[1]}, {sum(markers)} of {len(markers)} values right")
    for part in ("case", "stages", "treatments", "metastases"):
        counts = Counter(value.verdict for value in values if value.part == part)
        print(f"{part}: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.most_common()))
    print(f"table: {sum(cell.verdict == 'right' for cell in cells)} of {len(cells)} cells right")
    print(f"contradictions: {len(found)} of {len(article.prose['contradictions'])} found, {len(false)} false\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", help="folders with a text and its record.json")
    parser.add_argument("--all", action="store_true", help="print the values that are right too")
    args = parser.parse_args()
    nlp = load()
    for folder in args.folders or [folder for folder in FOLDERS if folder.is_dir()]:
        print(f"{folder.name}\n")
        report(Article(nlp, folder), args.all)


if __name__ == "__main__":
    main()
