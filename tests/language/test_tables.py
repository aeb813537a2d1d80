"""The rows of tables of patients."""

from pipeline.language.tables import rows


def named(text: str) -> list[tuple[str, str]]:
    return [(text[row.start : row.end].split()[0], row.name) for row in rows(text, 0, len(text))]


def test_a_line_is_a_row() -> None:
    assert named("Table 1 | Cases\nYear; age; drug\n2011; 61; CMF\n2014; 70; EC\n") == [
        ("2011;", "row1"),
        ("2014;", "row2"),
    ]


def test_a_block_of_cells_is_a_row() -> None:
    text = "Table 1 | Cases\n\tRef\n\tAge\n\n\n\t(4)\n\t58\n\n\n\t(7)\n\t61\n\n\n\tPresent case\n\t50\n"
    assert named(text) == [("(4)", "row1"), ("(7)", "row2"), ("Present", "")]


def test_prose_under_a_caption_is_no_row() -> None:
    assert named("Table 1 | Cases\nER, estrogen receptor.\n") == []
    assert named("Table 1 | Cases") == []


def test_a_tab_makes_a_row_and_a_bar_alone_does_not() -> None:
    text = "Table 1. Cases\nSmith\tliver\nPresent case\tlung\nJones 2004\tbone\nSee text | note\n"
    assert named(text) == [("Present", ""), ("Jones", "row1")]
