"""How an answer is shown, settled at the door: formats by what is answered and where it goes, totals, digits, files."""

from typing import Any

import pytest

from actcli.errors import UsageError
from actcli.output import Gate, OutputOptions, output_file
from tests.runner import terminal


def options(path: str | None = None, is_tty: bool = False, **given: Any) -> OutputOptions:
    file = output_file(path, colour=False, unicode=True)
    return OutputOptions(terminal(stdout_is_tty=is_tty), file=file, **given)


@pytest.mark.parametrize(
    ("answers", "piped"),
    [("vectors", "plain"), ("values", "tsv"), ("properties", "tsv"), ("picture", "table"), ("totals", "tsv")],
)
def test_the_format_follows_from_what_is_answered_and_where_it_goes(answers: Any, piped: str) -> None:
    assert options().settle(answers).format == piped
    assert options(is_tty=True).settle(answers).format == "table"
    assert options("answer.json", is_tty=True).settle(answers).format == "json"
    assert options("answer", is_tty=True).settle(answers).format == piped
    assert options("answer.json", format="csv").settle(answers).format == "csv"


def test_suffixes_are_read_in_any_case() -> None:
    assert [options(name).settle("vectors").format for name in ("a.NDJSON", "a.htm", "a.b.PNG")] == [
        "jsonl",
        "html",
        "png",
    ]
    assert options("-").settle("vectors").file is None


def test_totals_take_the_place_of_rows_in_formats_that_name_them() -> None:
    assert options(summary=True).settle("vectors").format == "tsv"
    assert options(summary=True).settle("vectors").is_totals
    for name in ("plain", "npy"):
        with pytest.raises(UsageError, match="totals are several"):
            options(summary=True, format=name).settle("vectors")


@pytest.mark.parametrize("asked", [{"summary": True}, {"gate": Gate(0.1)}])
def test_totals_and_gates_need_values(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="none are given"):
        options(**asked).settle("properties", has_values=False)


def test_details_are_for_tables_and_documents() -> None:
    assert [options(format=name).settle("vectors").has_details for name in ("table", "json", "jsonl", "svg")] == [
        True
    ] * 4
    assert not any(options(format=name).settle("vectors").has_details for name in ("plain", "csv", "tsv", "npy"))
    assert not options(format="json", summary=True).settle("vectors").has_details


def test_many_digits_are_certified_or_refused() -> None:
    assert options(digits=18).settle("vectors", can_certify=True).is_certified
    assert not options(digits=17).settle("vectors", can_certify=True).is_certified
    assert options().settle("vectors", can_certify=True, exact=True).is_certified
    with pytest.raises(UsageError, match="at most 17 digits"):
        options(digits=18).settle("vectors")


@pytest.mark.parametrize("name", ["answer.csv.gz", "a.zip"])
def test_nothing_is_packed(name: str) -> None:
    with pytest.raises(UsageError, match="packs nothing"):
        output_file(name, colour=False, unicode=True)
