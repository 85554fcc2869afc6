"""Text with two readings: what is refused, both readings named, and the cures, each of which is run."""

import re
from pathlib import Path
from time import process_time

import pytest

from tests.runner import actcli, in_bash

# Text, options, what the message says, and how many cures the hint names.
TWO_READINGS = [
    ("1,5;2,5\n", "'1,5' may be 1.5 or 2 values, 1 and 5", 2),
    ("1,5\t2,5\n", "'1,5' may be 1.5 or 2 values, 1 and 5", 2),
    ("1,5 2,5\n", "'1,5' may be 1.5 or 2 values, 1 and 5", 2),
    ("3 -2,25e3\n", "'-2,25e3' may be -2.25e3 or 2 values, -2 and 25e3", 2),
    ("1,234 5\n", "'1,234' may be 1.234, 1234 or 2 values, 1 and 234", 2),
    ("1,5, 2,5\n", "'1,5' may be 1.5 or 2 values, 1 and 5", 2),
    ("1,234,567 2\n", "'1,234,567' may be 1234567 or 3 values, 1 and 234 and 567", 2),
    ("1,234.5\n", "'1,234.5' may be 1234.5 or 2 values, 1 and 234.5", 2),
    ("-12,345,678.\n", "'-12,345,678.' may be -12345678. or 3 values, -12 and 345 and 678.", 2),
    ("1 2; 3 4\n", "semicolons may divide the values of one vector, or vectors", 2),
    ("1, 2; 3, 4\n", "semicolons may divide the values of one vector, or vectors", 2),
    ("1\t\t2\n", "tabs that follow one another may hold an empty field, or be a single blank", 2),
    ("1\r2\n", "a carriage return within the line may end a line or stand for a blank", 2),
    ("1 2\r3 4\r", "a carriage return within the line may end a line or stand for a blank", 2),
    ("# remark\r1 2\r", "a carriage return within the line may end a line or stand for a blank", 2),
]


@pytest.mark.parametrize(("text", "message", "cures"), TWO_READINGS)
def test_both_readings_are_named_and_each_cure_leads_to_one(
    text: str, message: str, cures: int, tmp_path: Path
) -> None:
    ended = actcli("eval", "identity", stdin=text)
    assert (ended.stdout, ended.status) == ("", 1)
    assert ended.stderr.startswith("actcli: error: stdin, line 1, column ")
    assert f": {message}\n" in ended.stderr
    assert "^" in ended.stderr
    path = tmp_path / "x"
    path.write_bytes(text.encode())
    hint = ended.stderr.partition("hint: ")[2].strip()
    answers = set()
    for cure in re.split(r"; (?=values|a vector|a single|a blank)", hint):
        _, _, command = cure.partition(": ")
        option = "" if "FILE" in command else command
        line = command.replace("FILE", "x") if "FILE" in command else "cat x"
        answers.add(in_bash(f"{line} | actcli eval identity {option}", tmp_path).stdout)
    assert len(answers) == cures
    assert "" not in answers or text.startswith("#") or "missing" in hint  # a missing value is an error


@pytest.mark.parametrize("text", [text for text, *_ in TWO_READINGS if "\t\t" not in text])
def test_columns_of_such_text_are_refused_too(text: str) -> None:
    assert actcli("eval", "identity", "--column", "1", stdin=text).status == 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,5\n", "1.0,5.0"),  # commas are all that divides the line
        ("1, 5, 2\n", "1.0,5.0,2.0"),
        ("1,5,2,5\n", "1.0,5.0,2.0,5.0"),
        ("1,234\n", "1.0,234.0"),
        ("0,123.5\n", "0.0,123.5"),  # no thousands begin with a 0
        ("1.5,234.5\n", "1.5,234.5"),
        ("1,23.5\n", "1.0,23.5"),
        ("1.5,2.5 3\n", "1.5,2.5,3.0"),  # neither decimals nor thousands
        ("1; 2; 3\n", "1.0;2.0;3.0"),
        ("1,2 \n", "1.0,2.0"),
        ("1 2\r\n3 4\r\r\n5\r", "1.0 2.0\n3.0 4.0\n5.0"),
    ],
)
def test_one_reading_is_read(text: str, wanted: str) -> None:
    ended = actcli("eval", "identity", stdin=text)
    assert (ended.stdout, ended.stderr) == (f"{wanted}\n", "")


@pytest.mark.parametrize("bad", ["1,5 2,5", "1,234.5", "1;2 3", "1\r2"])
def test_a_line_of_two_readings_is_one_bad_line(bad: str) -> None:
    text = f"1,2\n3,4\n{bad}\n5,6\n" * 50
    ended = actcli("eval", "identity", "--on-error", "skip", stdin=text)
    assert ended.lines == ["1.0,2.0", "3.0,4.0", "5.0,6.0"] * 50
    assert "50 vectors were left out; first: stdin, line 3" in ended.stderr


@pytest.mark.parametrize(
    ("text", "options", "wanted"),
    [
        ("1,5;-2,5\n3;4,25\n", (), "1.5;-2.5\n3.0;4.25\n"),
        ("1,5\t2\n", (), "1.5\t2.0\n"),
        ("1,5 2,5e1\n,5\n", (), "1.5 25.0\n0.5\n"),
        ("1,5\n2\n", (), "1.5\n2.0\n"),
        ("1,5, 2,5\n", (), "1.5,2.5\n"),
        ("a;b\n1,5;2\n", (), "1.5;2.0\n"),
        ("a\tb\n1,5\t2\n", ("--column", "a"), "1.5\n"),
        ("a;b;c\nx;1,5;2\n", ("--column", "c,b"), "2.0;1.5\n"),
        ('"a","b"\n"1,5","2,25"\n', (), "1.5,2.25\n"),
        ("Name, Vorname;Wert\nx;1,5\n", ("--column", "Wert"), "1.5\n"),
        ("１，５；２\n", (), "1.5;2.0\n"),
    ],
)
def test_decimal_commas_are_read_when_asked_for(text: str, options: tuple[str, ...], wanted: str) -> None:
    assert actcli("eval", "identity", "--decimal-comma", *options, stdin=text).stdout == wanted


@pytest.mark.parametrize(
    ("text", "marked", "hint"),
    [
        ("1.5;2\n", "1.5", "leave out those of thousands, or the option"),
        ("1.234,5\n", "1.234,5", "leave out those of thousands, or the option"),
        ("1,5,2\n", "1,5,2", "--on-error"),
        ("1,;5\n", "1,", "--on-error"),
        ("a;b\n1.5;2\n", "1.5", "leave out those of thousands, or the option"),
    ],
)
def test_what_is_no_decimal_comma(text: str, marked: str, hint: str) -> None:
    ended = actcli("eval", "identity", "--decimal-comma", stdin=text)
    assert ended.status == 1
    assert ended.marked == marked
    assert hint in ended.stderr


def test_decimal_commas_of_typed_values() -> None:
    assert actcli("eval", "identity", "1,5", "--decimal-comma").stdout == "1.5\n"
    assert actcli("eval", "identity", "1,5;2", "3", "--decimal-comma").status == 2
    assert actcli("eval", "identity", "0,5:1,5:0,5", "--decimal-comma").stdout == "0.5 1.0 1.5\n"
    refused = actcli("eval", "identity", "1,234.5")
    assert (refused.status, refused.marked) == (2, "1,234.5")
    assert "one value: write 1234.5; several: 1 234.5" in refused.stderr
    assert actcli("eval", "identity", "1234.5").stdout == "1234.5\n"
    assert actcli("eval", "identity", "1", "234.5").stdout == "1.0 234.5\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1\u00a0234 2\u202f345\n", "1234.0 2345.0\n"),
        ("1 & -2 \\\\\n", "1.0,-2.0\n"),
        ("–1 —2\n", "-1.0 -2.0\n"),
        ("a,b\n1,2\n# end\n", "1.0,2.0\n"),
        ('a,b\n1,2\n3",4\n', "1.0,2.0\n3.0,4.0\n"),
    ],
)
def test_each_cure_of_a_file_cures_it(text: str, wanted: str, tmp_path: Path) -> None:
    ended = actcli("eval", "identity", stdin=text)
    assert ended.status == 1
    (tmp_path / "x").write_text(text)
    command = re.search(r"(?:sed|grep|tr) .*(FILE)", ended.stderr)
    assert command is not None
    line = command[0].replace("FILE", "x")
    assert in_bash(f"{line} | actcli eval identity", tmp_path).stdout == wanted


@pytest.mark.parametrize(
    ("text", "cure", "wanted"),
    [
        ("NA\n1\n", ("--on-error", "nan"), "nan\n1.0\n"),
        ("NA\n1\n", ("--on-error", "skip"), "1.0\n"),
        ("x[0],x[1]\n1,2\n", ("--header",), "1.0,2.0\n"),
        ("x y\n1 2\n", ("--header",), "1.0 2.0\n"),
        ('a,b\n"1,5",2\n', ("--decimal-comma",), "nothing"),
        ('a;b\n"1,5";2\n', ("--decimal-comma",), "1.5;2.0\n"),
        ("label,0,1\n5,1,2\n", ("--header",), "5.0,1.0,2.0\n"),
    ],
)
def test_the_option_that_is_named_cures_it(text: str, cure: tuple[str, ...], wanted: str) -> None:
    ended = actcli("eval", "identity", stdin=text)
    assert ended.status == 1
    if wanted != "nothing":
        assert all(word in ended.stderr for word in cure)
        assert actcli("eval", "identity", *cure, stdin=text).stdout == wanted


def test_a_name_that_stands_twice_is_chosen_by_number() -> None:
    text = "a,b,a\n1,2,3\n"
    ended = actcli("eval", "identity", "--column", "a", stdin=text)
    assert ended.status == 2
    assert "2 columns of stdin are called 'a': 1, 3" in ended.stderr
    assert "--column 1" in ended.stderr
    assert actcli("eval", "identity", "--column", "1", stdin=text).stdout == "1.0\n"
    assert actcli("eval", "identity", "--column", "b", stdin=text).stdout == "2.0\n"
    assert actcli("softmax", "--target-column", "a", stdin=text).status == 2


def test_comments_open_at_the_start_or_after_a_blank_and_are_counted() -> None:
    ended = actcli("eval", "identity", stdin="# one\n1 2 # two\n\t#three\n3\t#4\n5\n#")
    assert ended.stdout == "1.0 2.0\n3.0\n5.0\n"
    assert ended.stderr == "actcli: note: 3 lines are comments, left out: what follows a #\n"
    assert actcli("eval", "identity", stdin="1.#INF 1.#QNAN\n").stdout == "inf nan\n"
    refused = actcli("eval", "identity", stdin="5#6\n")
    assert (refused.status, refused.marked) == (1, "5#6")


@pytest.mark.parametrize(
    ("text", "options", "wanted"),
    [
        ("#id,x\n1,2\n3,4\n", ("--column", "x"), "2.0\n4.0\n"),
        ("# made today\n#id;x\n1;2\n", ("--column", "#id"), "1.0\n"),
        ("#id,x\n1 2\n", (), "1.0 2.0\n"),  # a comment, since what follows has other fields
        ("name,x\n#1,2\n#2,3\n", ("--column", "x"), "2.0\n3.0\n"),
    ],
)
def test_a_header_may_begin_with_a_hash(text: str, options: tuple[str, ...], wanted: str) -> None:
    assert actcli("eval", "identity", *options, stdin=text).stdout == wanted


def test_a_header_has_rows() -> None:
    ended = actcli("eval", "identity", stdin="foo,bar\n")
    assert (ended.status, ended.marked) == (1, "foo")
    assert "--header" in ended.stderr
    assert actcli("eval", "identity", "--header", stdin="foo,bar\n").status == 0
    assert actcli("eval", "identity", "--header", "--no-header", stdin="1\n").status == 2


@pytest.mark.parametrize(
    ("text", "wanted", "notes"),
    [
        (",a,b\n0,1,2\n1,3,4\n", "1.0,2.0\n3.0,4.0\n", 2),
        (",0,1\n0,1,2\n1,3,4\n", "1.0,2.0\n3.0,4.0\n", 2),
        ('"","a"\n"1",2\n', "2.0\n", 2),
        (",Unnamed: 0,a\n0,5,1\n", "1.0\n", 2),
        ("a,\n1,2\n", "1.0,2.0\n", 1),
    ],
)
def test_the_index_of_pandas_is_left_out_with_a_note(text: str, wanted: str, notes: int) -> None:
    ended = actcli("eval", "identity", stdin=text)
    assert ended.stdout == wanted
    assert ended.stderr.count("note: ") == notes
    if notes == 2:
        assert "taken for an index and left out (--column 1- if it holds values)" in ended.stderr
        assert len(actcli("eval", "identity", "--column", "1-", stdin=text).numbers) > len(ended.numbers)


def test_good_rows_beside_a_bad_one_are_kept_whatever_else_they_hold() -> None:
    rows = [f"caf\xe9{row},{row}" for row in range(100)]
    rows[50] = "caf\xe9,?"
    text = "\n".join(["name,x", *rows, ""]).encode("latin-1")
    ended = actcli("eval", "identity", "--column", "x", "--on-error", "skip", stdin=text)
    assert ended.numbers == [row for row in range(100) if row != 50]
    assert "1 vector was left out" in ended.stderr


def test_a_missing_target_is_a_bad_token() -> None:
    for text in ("1,2,a\n3,4\n", "1,2,a\n3,4\n5,6\n"):
        assert actcli("softmax", "--target-column", "3", stdin=text).status == 1
        ended = actcli("eval", "identity", "--target-column", "3", "--on-error", "skip", stdin=text)
        assert ended.stdout == "1.0,2.0\n"
        assert "left out" in ended.stderr


def test_decimal_commas_are_not_of_lists() -> None:
    for text in ("[1,5]", "[[1,5],\n[2]]", "tensor([1.,5.])"):
        assert actcli("eval", "identity", "--decimal-comma", stdin=text).status == 2
        assert actcli("eval", "identity", "--decimal-comma", text).status == 2
        assert actcli("eval", "identity", stdin=text).status == 0


def test_carets_stand_under_wide_characters() -> None:
    shown = actcli("eval", "identity", stdin="１ ２ 三\n").stderr.splitlines()
    assert shown[1:3] == ["  １ ２ 三", "        ^^"]


def wide(columns: int) -> str:
    return ",".join(f"c{place}" for place in range(columns)) + "\n" + ",".join(["1.5"] * columns) + "\n"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('n,x\na,1\n"b,2\n' + "c,3\n" * 200_000, ("--column", "x")),
        ('n,x\na,1\n"b,2\n' + '"c","3"\n' * 200_000, ("--column", "x")),
        (" " * 1_000_000 + "#\n", ()),
        ("1" + " " * 1_000_000 + "x#\n", ()),
        ("1" + " x#" * 300_000 + "\n", ()),
        ("1;2" + " " * 1_000_000 + ",3\n", ()),
        ("1.1" * 300_000 + ",a\n1,2\n", ()),
        (wide(100_000), ()),
        (wide(100_000), ("--column", "2-")),
        (wide(100_000), ("--target-column", "c5")),
        (wide(20_000), ("--column", ",".join(f"c{place}" for place in reversed(range(20_000))))),
        (wide(20_000), ("--keep", ",".join(f"c{place}" for place in range(0, 20_000, 2)), "--format", "jsonl")),
        (wide(100_000)[:-2] + "x\n", ()),
        ("tensor([" + "1., " * 100_000 + "2.])\n", ()),
        ("tensor([" + "[1., 2.],\n" * 50_000 + "[1., 2.]])\n", ()),
        ("(" * 1_000_000 + "\n", ()),
        ("(1," + "array(" * 100_000 + "\n", ()),
        ("(" + "a" * 1_000_000 + "\n", ()),
    ],
)
def test_work_grows_with_the_input_and_not_with_its_square(text: str, options: tuple[str, ...]) -> None:
    started = process_time()
    assert actcli("eval", "identity", "--quiet", *options, stdin=text).status in (0, 1)
    assert process_time() - started < 10  # it takes less than 2 s; its square would take minutes
