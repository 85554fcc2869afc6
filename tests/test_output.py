"""How an answer is shown: formats, totals (`--summary`) and gates (`--fail-over`)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actcli.errors import UsageError
from actcli.output import Gate, OutputOptions, output_file
from tests.runner import actcli, on_terminal, terminal


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
    assert options("answer.txt", is_tty=True).settle(answers).format == piped
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
        with pytest.raises(UsageError, match="cannot hold totals"):
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


DIGITS = Path(__file__).parent / "data" / "digits"
FIRST, SECOND = (str(DIGITS / f"relu-trained-layer{layer}.npy") for layer in (1, 2))


@pytest.mark.parametrize(("share", "status"), [("49%", 3), ("0.499", 3), ("50%", 0), ("51%", 0)])
def test_a_larger_share_of_saturated_inputs_crosses(share: str, status: int) -> None:
    run = actcli("grad", "sigmoid", "9", "0", "--fail-over", share)
    assert run.status == status
    assert ("gate crossed: sigmoid: 50 % of all inputs are saturated" in run.stderr) == (status == 3)


def test_units_of_all_matrices_are_judged_together() -> None:
    run = actcli("eval", "relu", "--input", FIRST, "--input", SECOND, "--fail-over", "50%", "--summary")
    assert run.status == 3
    assert "gate crossed: relu: 84.38 % of all units are dead, over 50 %" in run.stderr
    assert run.lines[0].split("\t")[-2:] == ["units", "units_dead"]
    assert run.lines[1].split("\t")[-2:] == ["64", "54"]


def test_dead_inputs_of_a_single_row_cross_nothing() -> None:
    assert actcli("eval", "relu", "-1", "-2", "--fail-over", "1%").status == 0


def test_quiet_does_not_silence_why_the_run_failed() -> None:
    run = actcli("eval", "sigmoid", "9", "--fail-over", "1%", "--quiet")
    assert run.status == 3
    assert run.stderr == "actcli: gate crossed: sigmoid: 100 % of all inputs are saturated, over 1 %\n"


def test_a_fault_beats_a_gate() -> None:
    run = actcli("eval", "sigmoid", "--fail-over", "1%", stdin="9\nx\n")
    assert run.status == 1
    assert run.stdout == "0.9998766054240138\n"


def test_nan_is_in_no_zone_and_yet_an_input() -> None:
    assert actcli("eval", "sigmoid", "nan", "9", "--fail-over", "50%").status == 0


@pytest.mark.parametrize("words", [["softmax", "1", "2"], ["eval", "sparsemax", "1", "2"], ["list"]])
def test_what_has_no_zones_cannot_be_judged(words: list[str]) -> None:
    run = actcli(*words, "--fail-over", "10%")
    assert (run.status, run.stdout) == (2, "")


@pytest.mark.parametrize("share", ["0", "100%", "150%", "ten"])
def test_no_share_is_an_error(share: str) -> None:
    assert actcli("eval", "relu", "1", "--fail-over", share).status == 2


def test_a_summary_is_a_row_a_function_in_a_pipe_and_a_table_on_a_terminal() -> None:
    piped = actcli("eval", "sigmoid", "9", "0", "nan", "--summary")
    assert piped.stdout == (
        "name\tvectors\tinputs\tsaturated\tsaturated_share\tdead\tdead_share\tunits\tunits_dead\n"
        "sigmoid\t1\t3\t1\t0.3333333333333333\t0\t0.0\t\t\n"
    )
    shown = on_terminal("eval", "sigmoid", "9", "0", "--summary")
    assert [line.split() for line in shown.lines[:4]] == [
        ["sigmoid"],
        ["vectors", "1"],
        ["inputs", "2"],
        ["saturated", "1", "(50", "%)"],
    ]


def test_a_summary_as_json_is_the_document_without_its_vectors() -> None:
    whole = actcli("eval", "relu", "--format", "json", stdin="1 -1\n2 -2\n").json
    totals = actcli("eval", "relu", "--format", "json", "--summary", stdin="1 -1\n2 -2\n").json
    assert totals == whole | {"vectors": []}
    assert totals["summary"]["functions"][0]["units_dead"] == 1


def test_a_summary_shows_what_was_read_before_a_fault() -> None:
    run = actcli("eval", "relu", "--summary", "--format", "jsonl", stdin="1 -1\nx\n")
    assert run.status == 1
    said = json.loads(run.stdout)
    assert (said["vectors"], said["inputs"], said["dead"]) == (1, 2, 1)


@pytest.mark.parametrize("name", ["plain", "npy"])
def test_a_summary_has_several_numbers_by_name(name: str) -> None:
    assert actcli("eval", "relu", "1", "--summary", "--format", name).status == 2


@pytest.mark.parametrize("words", [["list"], ["compare", "relu"], ["plot", "relu"]])
@pytest.mark.parametrize("asked", [["--summary"], ["--fail-over", "10%"]])
@pytest.mark.parametrize("name", ["table", "json"])
def test_without_values_there_is_nothing_to_total_and_to_judge(words: list[str], asked: list[str], name: str) -> None:
    run = actcli(*words, *asked, "--format", name)
    assert (run.status, run.stdout) == (2, "")
    assert "values, and none are given" in run.stderr


def test_empty_input_crosses_no_gate() -> None:
    run = actcli("eval", "relu", "--fail-over", "10%", stdin="")
    assert (run.status, run.stdout, run.stderr) == (0, "", "")


def test_a_block_is_judged_as_a_whole_of_all_its_files(tmp_path: Path) -> None:
    for number, values in enumerate(([9.0, 9.0], [0.0, 0.0])):
        np.save(tmp_path / f"batch{number}.npy", np.array([values]))
    pattern = str(tmp_path / "batch*.npy")
    assert actcli("eval", "tanh", "--input", pattern, "--fail-over", "50%").status == 0
    assert actcli("eval", "tanh", "--input", pattern, "--fail-over", "49%").status == 3
