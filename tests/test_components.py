"""The components: registered, configured and documented alike; no state shared between texts."""

import ast
import configparser
import gc
import importlib
import json
import re
import subprocess
import sys
import tomllib
import tracemalloc
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT
from spacy.language import Language
from spacy.tokens import Doc

import pipeline
from pipeline.annotations.from_doc import to_annotation

PACKAGE = Path(pipeline.__file__).parent
CONFIG = PACKAGE / "config.cfg"
FIRST = "She took letrozole 2.5 mg daily for liver metastases in May 2019; ER was 90% and HER2 1+."
SECOND = (
    "A 50-year-old man had pT2N1M0 disease. Six cycles of docetaxel and radiotherapy (50 Gy in 25 fractions) followed. "
    "No bone metastases."
)


def configured() -> dict[str, str]:
    """Component -> factory, in the order of the file."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(CONFIG, encoding="utf-8")
    found = {name.removeprefix("components."): config[name] for name in config.sections()}
    return {name: json.loads(settings["factory"]) for name, settings in found.items() if "factory" in settings}


def entry_points() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["entry-points"]["spacy_factories"]


def documented() -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Components\n(.*?)(?=^## |\Z)", readme, re.M | re.S)
    return re.findall(r"^\| `([a-z_]+)` \|", section[1], re.M) if section else []


def test_registered_and_configured_are_the_same() -> None:
    factories = list(configured().values())
    assert len(factories) == len(set(factories))
    assert set(factories) == set(entry_points())
    assert factories == list(entry_points())  # in the order of the flow in both files


def test_the_readme_lists_them_in_order() -> None:
    assert documented() == list(configured())


def test_every_component_runs_once_and_in_order(nlp: Language) -> None:
    config = configparser.ConfigParser(interpolation=None)
    config.read(CONFIG, encoding="utf-8")
    assert json.loads(config["nlp"]["pipeline"]) == list(configured())
    assert nlp.pipe_names == list(configured())
    assert nlp.disabled == []


@pytest.mark.parametrize(("factory", "place"), list(entry_points().items()))
def test_an_entry_point_registers_its_factory(factory: str, place: str) -> None:
    module, _, name = place.partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    assert Language.has_factory(factory)
    meta = Language.get_factory_meta(factory)
    assert meta.assigns, f"{factory} says not what it assigns"


def test_packages_of_pyproject_are_whole() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {".".join(p.parent.relative_to(PACKAGE.parent).parts) for p in PACKAGE.rglob("__init__.py")}
    assert set(project["tool"]["setuptools"]["packages"]) == folders


def test_analyze_pipes_finds_no_problem(nlp: Language) -> None:
    analysis = nlp.analyze_pipes()
    assert set(analysis["summary"]) == set(configured())
    assert {name: wrong for name, wrong in analysis["problems"].items() if wrong} == {}


@pytest.mark.parametrize(
    "fill",
    [
        "auto_fill=True",
        "auto_fill=False",
    ],
)
def test_plain_spacy_loads_the_config(tmp_path: Path, fill: str) -> None:
    code = (
        "import sys, spacy\n"
        "assert 'pipeline' not in sys.modules\n"
        f"nlp = spacy.util.load_model_from_config(spacy.util.load_config({str(CONFIG)!r}), {fill})\n"
        f"doc = nlp({FIRST!r})\n"
        "print(*nlp.pipe_names)\n"
        "print(*(span.label_ for span in doc.spans['mentions']))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    names, labels = run.stdout.splitlines()
    assert names.split() == list(configured())
    assert labels.split() == ["Drug", "Dose", "Frequency", "Site", "Date", "Marker", "Result", "Marker", "Result"]


def test_the_public_surface_is_exact() -> None:
    found = {
        name
        for name, value in vars(pipeline).items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and name not in ("annotations", "TYPE_CHECKING")
    }
    assert pipeline.__all__ == sorted(set(pipeline.__all__))
    assert found == set(pipeline.__all__)
    assert {"extract", "load"} <= found


@pytest.mark.parametrize("name", pipeline.__all__)
def test_every_public_name_has_a_docstring(name: str) -> None:
    assert (getattr(pipeline, name).__doc__ or "").strip()


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_module_has_a_docstring(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def seen(doc: Doc, text: str) -> str:
    """All that the pipeline says of a text, as one string."""
    tokens = [(t.text, t.is_sent_start) for t in doc]
    places = [str(doc._.layout.sections), str(doc._.abbreviations.all)]
    return json.dumps([to_annotation("x", doc, text), tokens, places], sort_keys=True)


def test_a_batch_gives_what_single_texts_give(nlp: Language) -> None:
    texts = [FIRST, SECOND, "", FIRST]
    batch = [seen(doc, text) for doc, text in zip(nlp.pipe(texts), texts, strict=True)]
    assert batch == [seen(nlp(text), text) for text in texts]
    assert batch[0] == batch[3]
    assert len(json.loads(batch[0])[0]["entities"]) == 9
    assert len(json.loads(batch[1])[0]["relations"]) >= 2


def test_no_state_is_shared_between_texts(nlp: Language) -> None:
    doc = nlp(FIRST)
    before = seen(doc, FIRST)
    other = nlp(SECOND)
    assert seen(doc, FIRST) == before
    assert seen(nlp(FIRST), FIRST) == before
    assert not {id(m) for m in doc._.mentions} & {id(m) for m in other._.mentions}


def test_two_pipelines_do_not_disturb_each_other(nlp: Language) -> None:
    doc = nlp(FIRST)
    before = seen(doc, FIRST)
    again = pipeline.load()
    assert seen(again(FIRST), FIRST) == before
    assert seen(doc, FIRST) == before


def test_memory_does_not_grow(nlp: Language) -> None:
    """300 runs after a warm-up keep less than 300 kB, a kilobyte a run; a kept Doc costs many times that."""
    for _ in range(30):
        nlp(FIRST)
    gc.collect()
    strings = len(nlp.vocab.strings)
    tracemalloc.start()
    try:
        for _ in range(20):
            nlp(FIRST)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(300):
            nlp(FIRST)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 300_000
    assert len(nlp.vocab.strings) == strings
