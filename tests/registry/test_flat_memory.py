"""A feed keeps none of the cases: ten times as many take no more memory, beside what is written."""

from __future__ import annotations

import tracemalloc
from importlib import import_module

import pytest
from flat_cases import TEXT, made_record, source

from pipeline.registry.cases import RegistryCase


def peak(feed, folder, number) -> int:
    """Bytes at the height of an export of so many cases, each with a text of its own of 20 KB."""
    padding = "No more is said of it. " * 800

    def cases():
        for n in range(number):
            record = made_record()
            yield RegistryCase(f"doc{n}", record, source(TEXT + f"Report {n}. " + padding, f"doc{n}"))

    tracemalloc.start()
    try:
        wrote = feed.write(cases(), folder, lambda trace: None)
        assert wrote.counts["cases"] == number
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["omop", "redcap", "cbioportal", "tabular"])
def test_memory_does_not_grow_with_the_cases(name, tmp_path) -> None:
    feed = import_module(f"pipeline.registry.feeds.{name}")
    # The first export loads what stays loaded: tables of codes, patterns, libraries.
    peak(feed, tmp_path / "first", 2)
    few, many = peak(feed, tmp_path / "few", 20), peak(feed, tmp_path / "many", 200)
    assert many < few + 2_000_000, (few, many)
