"""Speed against stock medspaCy, growth with length, import and start: the figures of the README.

    python tests/benchmarks/speed.py [TEXT_FILE …]

Stock is `medspacy.load()` with a few dozen target rules, as a user of medspaCy would begin. All read
the same texts in the same run, each warmed up once. One core. edsnlp (sentences, the same terms, TNM, dates,
negation) takes part where it is installed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGETS = [
    "breast cancer",
    "carcinoma",
    "metastasis",
    "metastases",
    "liver",
    "lung",
    "bone",
    "brain",
    "lymph node",
    "estrogen receptor",
    "progesterone receptor",
    "HER2",
    "Ki-67",
    "letrozole",
    "tamoxifen",
    "paclitaxel",
    "docetaxel",
    "trastuzumab",
    "cisplatin",
    "carboplatin",
    "capecitabine",
    "radiotherapy",
    "chemotherapy",
    "mastectomy",
    "recurrence",
    "nodule",
    "mass",
    "pain",
    "fever",
    "biopsy",
    "stage IV",
    "stage II",
    "nausea",
    "dyspnea",
    "effusion",
    "tumor",
]


def stock():
    """Stock medspaCy with target rules for `TARGETS`."""
    import medspacy
    from loguru import logger
    from medspacy.ner import TargetRule

    logger.remove()  # PyRuSH sends every token to stderr
    nlp = medspacy.load()
    nlp.get_pipe("medspacy_target_matcher").add([TargetRule(literal, "TARGET") for literal in TARGETS])
    return nlp


def edsnlp_rules():
    """edsnlp's rule components; its rules are for French, which makes no difference to the work they do."""
    import edsnlp

    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.sentences")
    nlp.add_pipe("eds.matcher", config={"terms": {literal: [literal] for literal in TARGETS}})
    for name in ("eds.tnm", "eds.dates", "eds.negation"):
        nlp.add_pipe(name)
    return nlp


def words_per_second(
    pipelines: dict[str, Any], texts: list[str], rounds: int = 8, seconds: float = 1.0
) -> dict[str, float]:
    """Words read a second by each pipeline, in turns of about `seconds`; the best of its turns.

    In turns, since a machine that others share is quick at one time and slow at another, and the best, since what
    disturbs a turn only ever makes it slower.
    """
    found = dict.fromkeys(pipelines, 0.0)
    for nlp in pipelines.values():
        nlp(texts[0])
    for _ in range(rounds):
        for name, nlp in pipelines.items():
            count, begin = 0, time.perf_counter()
            while (spent := time.perf_counter() - begin) < seconds:
                for text in texts:
                    nlp(text)
                    count += len(text.split())
            found[name] = max(found[name], count / spent)
    return found


def used(nlp: Any, text: str) -> float:
    """Seconds of the processor that a text takes."""
    begin = time.process_time()
    nlp(text)
    return time.process_time() - begin


def child(code: str) -> float:
    """Seconds that a fresh interpreter takes for `code`, the best of three."""
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    import pipeline

    files = [Path(name) for name in sys.argv[1:]] or sorted((ROOT / "corpus").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    import spacy

    ours = pipeline.load()
    compared = {
        "oncocase": ours,
        "rules alone": pipeline.load("none"),
        "stock medspaCy": stock(),
        "spaCy's tokenizer": spacy.blank("en"),
    }
    if find_spec("edsnlp"):
        compared["edsnlp"] = edsnlp_rules()
    speeds = words_per_second(compared, texts)
    for name, speed in speeds.items():
        ratios = (f"{speed / speeds[other]:.2f} times {other}" for other in compared if other != name)
        print(f"{name}: {speed:,.0f} words a second; {', '.join(ratios)}")

    longest = max(texts, key=len)
    once = min(used(ours, longest) for _ in range(9))
    for times in (4, 16, 64):
        ours.max_length = len(longest) * times + times
        many = "\n".join([longest] * times)
        print(f"the longest text {times} times: {min(used(ours, many) for _ in range(2)) / once:.1f} times the time")

    first = repr(texts[0])
    quiet = "from loguru import logger; logger.remove(); "
    print(f"import pipeline: {child('import pipeline') - child('pass'):.2f} s")
    print(f"start to first document, oncocase: {child(f'import pipeline; pipeline.load()({first})'):.2f} s")
    print(
        f"start to first document, stock medspaCy: {child(f'{quiet}import medspacy; medspacy.load()({first})'):.2f} s"
    )


if __name__ == "__main__":
    main()
