"""Small annotations made by hand or by hypothesis, for the tests of scoring."""

from typing import Any

from hypothesis import strategies as st

from pipeline.annotations.scheme import LABELS, RELATIONS, STATUS, SUBJECTS, Annotated, Entity
from pipeline.scoring.pairs import Pair


def entity(label: str, start: int, end: int, norm: str = "", subject: str | None = None, **more: str) -> Entity:
    return Entity(f"{label}{start}-{end}", label, start, end, "x" * (end - start), norm, subject, **more)


def document(*entities: Entity, name: str = "a", relations: tuple[tuple[str, str, str], ...] = ()) -> Annotated:
    return Annotated(name, entities, relations)


def pair(gold: Annotated, pred: Annotated, source: str = "gold", text: str | None = None) -> Pair:
    return Pair(source, gold, pred, True, text)


@st.composite
def raw_annotations(draw: st.DrawFn, length: int = 30) -> dict[str, Any]:
    """The JSON value of an annotation of a text of that length: mentions crowd, nest, touch and cross."""
    place = st.tuples(st.sampled_from(LABELS), st.integers(0, length - 1), st.integers(1, 8))
    places = draw(st.lists(place, max_size=12))
    unique = dict.fromkeys((label, start, min(start + size, length)) for label, start, size in places)
    entities: list[dict[str, Any]] = []
    for number, (label, start, end) in enumerate(unique):
        stated: dict[str, Any] = {
            "subject": draw(st.sampled_from((None, *SUBJECTS))),
            "status": draw(st.sampled_from((None, *STATUS.get(label, ())))),
            "norm": draw(st.sampled_from(("", "ER", "triple-negative", "a+b", "b + a", "pT2 N1", "20 mg/d"))),
        }
        kept = {key: value for key, value in stated.items() if value is not None}
        entities.append({"id": f"e{number}", "label": label, "start": start, "end": end} | kept)
    relations = []
    for kind, (sources, targets) in RELATIONS.items():
        ends = [[e["id"] for e in entities if e["label"] in side] for side in (sources, targets)]
        if all(ends):
            relations += draw(st.lists(st.tuples(*map(st.sampled_from, ends)).map(lambda t, k=kind: [t[0], k, t[1]])))
    return {"entities": entities, "relations": relations}
