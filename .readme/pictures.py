"""Makes the README's pictures: python .readme/pictures.py OUT, where OUT is `oncocase extract corpus -o OUT`."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from pipeline.series.cases import read
from pipeline.series.timeline import figure
from pipeline.series.timeline.marks import story

HERE = Path(__file__).parent
WIDTH = 1400


def small(picture: bytes, path: Path) -> None:
    """As a PNG of few colours."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    image.quantize(128, method=Image.Quantize.MAXCOVERAGE).save(path, optimize=True)


def main() -> None:
    out = Path(sys.argv[1])
    (case,) = read(out, out / "records" / "BC0022.json")
    small(figure.draw(case.case_id, story(case.record), ["png"])["png"], HERE / "timeline.png")


if __name__ == "__main__":
    main()
