"""Tables on a terminal of any width, in a pipe, and with whatever people are called."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from contactctl.blocks import Cell, Column, Facts, Heading, Line, Table, Tone
from contactctl.tables import draw

COLUMNS = (
    Column("Id"),
    Column("Name", wraps=True),
    Column("Trigger", spare=2),
    Column("Count", number=True),
    Column("Unchanged", number=True, spare=1),
)
ROWS = [("a", "Ana Silva of the long name", "schedule", "1", "20"), ("b", "Bo", "first", "200", "3")]


def drawn(*blocks, width: int, terminal: bool = False) -> list[str]:
    written = io.StringIO()
    console = Console(
        file=written, width=width, force_terminal=terminal, color_system=None, highlight=False, markup=False
    )
    draw(blocks, console)
    return written.getvalue().splitlines()


def test_a_table_is_aligned_and_ends_where_its_text_ends() -> None:
    assert drawn(Table(COLUMNS, ROWS), width=200) == [
        "Id  Name                        Trigger   Count  Unchanged",
        "a   Ana Silva of the long name  schedule      1         20",
        "b   Bo                          first       200          3",
    ]


def test_on_a_narrow_terminal_text_wraps_first() -> None:
    assert drawn(Table(COLUMNS, ROWS), width=48) == [
        "Id  Name              Trigger   Count  Unchanged",
        "a   Ana Silva of the  schedule      1         20",
        "    long name",
        "b   Bo                first       200          3",
    ]


def test_then_what_can_be_spared_is_left_out() -> None:
    header, *_ = drawn(Table(COLUMNS, ROWS), width=25)

    assert header.split() == ["Id", "Name", "Count", "Unchanged"]


def test_at_last_the_fields_stand_one_below_the_other() -> None:
    lines = drawn(Table(COLUMNS[:2], [("a" * 20, "Ana")]), width=22)

    assert lines[0].split() == ["Id", "a" * 12]
    assert lines[-1].split() == ["Name", "Ana"]


@pytest.mark.parametrize("width", [5, 10, 17, 20, 23, 30, 40, 57, 80])
def test_no_line_is_wider_than_the_terminal(width) -> None:
    lines = drawn(Table(COLUMNS, ROWS), width=width, terminal=True)

    assert max(cell_len(line) for line in lines) <= width


def test_a_column_that_nobody_needs_is_left_out() -> None:
    (header, _) = drawn(Table(COLUMNS, [("a", "", "", "1", "2")]), width=200)

    assert header.split() == ["Id", "Trigger", "Count", "Unchanged"]


def test_an_empty_table_says_so_or_nothing() -> None:
    assert drawn(Table(COLUMNS, [], none="nobody is here"), width=80) == ["nobody is here"]
    assert drawn(Table(COLUMNS, []), width=80) == []


def test_what_has_no_value_is_no_fact() -> None:
    assert drawn(Heading("Ana"), Facts([("Age", ""), ("City", Cell("Porto", Tone.GOOD))]), width=80) == [
        "Ana",
        "  City  Porto",
    ]


def test_headings_stand_apart() -> None:
    assert drawn(Heading("A"), Line("one"), Heading("B"), width=80) == ["A", "one", "", "B"]


def test_wide_characters_keep_the_columns_straight() -> None:
    lines = drawn(Table(COLUMNS[:2], [("日本語", "Ana"), ("x", "Bo")]), width=80)

    assert [cell_len(line.rpartition(" ")[0]) for line in lines] == [7, 7, 7]


def test_a_name_cannot_steer_the_terminal() -> None:
    name = "\x1b]0;owned\x07\x1b[2J[bold red]Bobby\nTables\x9b31m"

    lines = drawn(Table(COLUMNS[:2], [("a", name)]), Line(name), Heading(name), Facts([(name, name)]), width=200)

    assert not any(control in "".join(lines) for control in "\x1b\x07\x9b")
    assert lines[1] == r"a   \x1b]0;owned\x07\x1b[2J[bold red]Bobby\nTables\x9b31m"


def test_text_from_right_to_left_is_isolated_on_a_terminal_only() -> None:
    name = "\u05d0\u05d1"

    (piped,) = drawn(Line(name), width=80)
    (shown,) = drawn(Line(name), width=80, terminal=True)

    assert piped == name
    assert shown == f"\u2068{name}\u2069"
