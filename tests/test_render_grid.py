"""Columns, the ladder of digits, pages, excerpts: what every table is drawn with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actcli.render.grid import ENDS, LADDER, Column, Excerpt, aligned, ends, fitting, lines, paged, pages, width_of

widths = st.lists(st.integers(0, 20), max_size=30)


def test_numbers_stand_with_their_points_under_each_other() -> None:
    values = np.array([1.0, -2.5, 1e-7, 123.25, np.nan, np.inf])
    assert aligned(values) == ["  1   ", " -2.5 ", "  1e-7", "123.25", "nan   ", "inf   "]
    assert aligned(np.array([2 / 3, 10.0]), 3) == [" 0.667", "10    "]


def test_columns_side_by_side() -> None:
    columns = [Column("x", ["1", "-20"]), Column("kind", ["a", "鳥"], left=True)]
    assert [line.plain for line in lines(columns)] == ["  x  kind", "  1  a   ", "-20  鳥  "]
    assert width_of(columns) == 9


@pytest.mark.parametrize("room", range(1, 12))
def test_the_most_digits_that_fit(room: int) -> None:
    def draw(step: int | None) -> str:
        return "*" * (9 if step is None else step)

    steps = [step for step in (9, *LADDER) if step <= room] or [LADDER[-1]]
    assert len(fitting(draw, lambda text: len(text) <= room, None, whole=True)) == steps[0]
    assert len(fitting(draw, lambda text: len(text) <= room, None)) == min(steps[0], LADDER[0])
    assert len(fitting(draw, lambda text: len(text) <= room, 7)) == 7


@given(widths, st.integers(1, 60), st.integers(0, 3), st.booleans())
def test_pages_hold_all_columns_in_order_and_none_is_too_wide(
    columns: list[int], room: int, gap: int, even: bool
) -> None:
    split = paged(columns, room, gap, even=even)
    held = [columns[page] for page in split]
    assert [width for page in held for width in page] == columns
    assert all(page for page in held) or not columns
    assert all(sum(page) + gap * (len(page) - 1) <= room for page in held if len(page) > 1)
    assert len(split) == len(paged(columns, room, gap))


def test_even_pages_are_about_as_wide() -> None:
    assert paged([4] * 10, 37, 0) == [slice(0, 9), slice(9, 10)]
    assert paged([4] * 10, 37, 0, even=True) == [slice(0, 5), slice(5, 10)]


def test_each_page_begins_with_the_leading_columns() -> None:
    leading, columns = [Column("x", ["1"])], [Column(name, ["2"]) for name in "abcde"]
    split = pages(leading, columns, 7)
    assert [[column.title for column in page] for page in split] == [["x", "a", "b"], ["x", "c", "d"], ["x", "e"]]
    assert pages(leading, [], 7) == [leading]


@given(st.lists(st.integers(0, 200), max_size=8), st.integers(0, 40), st.integers(0, 40))
def test_an_excerpt_of_chunks_is_that_of_the_whole(counts: list[int], first: int, last: int) -> None:
    excerpt: Excerpt[int] = Excerpt(first, last)
    asked = before = 0
    for count in counts:

        def item(place: int, before: int = before) -> int:
            nonlocal asked
            asked += 1
            return before + place

        excerpt.add(count, item)
        before += count
    everything = list(range(before))
    tail = everything[max(first, before - last) :]
    assert excerpt.items == everything[:first] + tail
    assert excerpt.left_out == before - len(excerpt.items)
    assert excerpt.count == before
    assert asked <= (first + last) * max(1, len(counts))


def test_ends_of_a_long_vector() -> None:
    assert ends(5, 5) == [0, 1, 2, 3, 4]
    assert ends(10, 5) == [0, 1, 2, 8, 9]
    assert len(ends(1000, 2 * ENDS)) == 2 * ENDS
