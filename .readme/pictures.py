"""Makes the README's pictures: python .readme/pictures.py OUT, where OUT is `oncocase extract corpus -o OUT`.

The review page is shown by `oncocase serve` (`[web]`) and taken by Debian's Chromium.
"""

import re
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

from pipeline.series.cases import read
from pipeline.series.timeline import figure
from pipeline.series.timeline.marks import story

HERE = Path(__file__).parent
WIDTH = 1100
ONCOCASE = (sys.executable, "-m", "pipeline")


def small(picture: bytes, path: Path) -> None:
    """As a PNG of few colours."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    image.quantize(128, method=Image.Quantize.MAXCOVERAGE).save(path, optimize=True)


def review_page(out: Path, case_id: str) -> bytes:
    """The first screen of a case."""
    with tempfile.TemporaryDirectory() as folder:
        db, shot = f"sqlite:///{folder}/r.db", f"{folder}/shot.png"
        subprocess.run([*ONCOCASE, "registry", "load", str(out), "--db", db, "--quiet"], check=True)
        serve = [*ONCOCASE, "serve", "--db", db, "--port", "0", "--reviewer", "A. Registrar"]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            found = re.search(r"http://\S+?(?=:? )", server.stdout.readline())
            assert found is not None, "the server says where it listens"
            chromium = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1280,900"]
            subprocess.run([*chromium, f"--screenshot={shot}", f"{found[0]}/case/{case_id}"], check=True)
            server.terminate()
        return Path(shot).read_bytes()


def main() -> None:
    out = Path(sys.argv[1])
    (case,) = read(out, out / "records" / "BC0022.json")
    small(figure.draw(case.case_id, story(case.record), ["png"])["png"], HERE / "timeline.png")
    small(review_page(out, "BC0050"), HERE / "review.png")


if __name__ == "__main__":
    main()
