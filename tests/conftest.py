"""Fixtures: the pipeline is loaded once, since building its matchers takes longer than most tests."""

from pathlib import Path

import pytest
from hypothesis import settings
from spacy.language import Language

import pipeline

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# A slow machine is no failure.
settings.register_profile("oncocase", deadline=None)
settings.load_profile("oncocase")


@pytest.fixture(scope="session")
def nlp() -> Language:
    return pipeline.load()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared material beside the project; tests that want it skip where it is absent."""
    if not (SHARED / "gold").is_dir():
        pytest.skip("../shared is not here: its gold texts are no part of the project")
    return SHARED
