"""Speed against stock medspaCy, growth with length, import and start: the figures of the README.

    python tests/benchmarks/speed.py [TEXT_FILE …]

Stock is `medspacy.load()` with a few dozen target rules, as a user of medspaCy would begin. Both read
the same texts in the same run, each warmed up once. One core.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

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


def words_per_second(nlp, texts: list[str], seconds: float = 5.0) -> float:
    """Words read in about `seconds`, by the second."""
    nlp(texts[0])
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        for text in texts:
            nlp(text)
            count += len(text.split())
    return count / (time.perf_counter() - begin)


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
    ours, theirs = pipeline.load(), stock()
    a, b = words_per_second(ours, texts), words_per_second(theirs, texts)
    print(f"words a second: oncocase {a:,.0f}, stock medspaCy {b:,.0f}, ratio {a / b:.1f}")

    longest = max(texts, key=len)
    begin = time.perf_counter()
    for _ in range(3):
        ours(longest)
    once = (time.perf_counter() - begin) / 3
    for times in (4, 16, 64):
        begin = time.perf_counter()
        ours.max_length = len(longest) * times + times
        ours("\n".join([longest] * times))
        print(f"the longest text {times} times: {(time.perf_counter() - begin) / once:.1f} times the time")

    first = repr(texts[0])
    quiet = "from loguru import logger; logger.remove(); "
    print(f"import pipeline: {child('import pipeline') - child('pass'):.2f} s")
    print(f"start to first document, oncocase: {child(f'import pipeline; pipeline.load()({first})'):.2f} s")
    print(
        f"start to first document, stock medspaCy: {child(f'{quiet}import medspacy; medspacy.load()({first})'):.2f} s"
    )


if __name__ == "__main__":
    main()
