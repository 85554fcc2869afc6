"""How an answer is shown: formats, totals (`--summary`) and gates (`--fail-over`)."""

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


def test_units_of_each_matrix_are_judged_by_themselves() -> None:
    run = actcli("eval", "relu", "--input", FIRST, "--input", SECOND, "--fail-over", "50%", "--summary")
    assert run.status == 3
    assert "gate crossed: relu-trained-layer1.npy: relu: 68.75 % of all units are dead, over 50 %" in run.stderr
    assert "gate crossed: relu-trained-layer2.npy: relu: 100 % of all units are dead, over 50 %" in run.stderr
    titles, *rows = [line.split("\t") for line in run.lines]
    assert [row[titles.index("units") : titles.index("units_dead") + 1] for row in rows] == [["32", "22"], ["32", "32"]]


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


@pytest.mark.parametrize(("word", "said"), [("nan", "1 is NaN"), ("inf", "1 is infinite"), ("-inf", "1 is infinite")])
def test_an_input_that_is_not_finite_is_counted_warned_of_and_crosses_every_gate(word: str, said: str) -> None:
    run = actcli("eval", "softplus", word, "1", "--fail-over", "99%", "--summary", "--format", "json")
    assert run.status == 3
    assert f"warning: of 2 inputs {said}; first: x = {word}\n" in run.stderr
    assert "gate crossed: 1 of 2 inputs is NaN or infinite" in run.stderr
    counts = {key: run.json["summary"][key] for key in ("vectors", "inputs", "inputs_nan", "inputs_infinite")}
    assert counts == {"vectors": 1, "inputs": 2, "inputs_nan": word == "nan", "inputs_infinite": word != "nan"}


@pytest.mark.parametrize(
    "words",
    [
        ["eval", "relu"],
        ["grad", "relu"],
        ["grad", "relu", "--layers", "3"],
        ["plot", "relu", "-"],
        ["compare", "relu", "gelu", "-"],
        ["softmax"],
        ["eval", "maxout"],
        ["softmax", "--target", "0"],
    ],
)
def test_every_summary_counts_what_is_not_finite(words: list[str]) -> None:
    run = actcli(*words, "--summary", "--format", "tsv", stdin="1 nan\n-inf inf\nnan 2\n")
    titles, *rows = [line.split("\t") for line in run.lines]
    for row in rows:
        known = dict(zip(titles, row, strict=True))
        assert [known[key] for key in ("inputs", "inputs_nan", "inputs_infinite")] == ["6", "2", "2"]
    assert "inputs 2 are NaN and" in run.stderr
    assert "first: x = nan (line 1)" in run.stderr


def test_a_mask_is_counted_and_no_reason_for_a_warning() -> None:
    run = actcli("softmax", "1", "-inf", "--summary", "--format", "json")
    assert run.stderr == ""
    assert run.json["summary"]["inputs_infinite"] == 1
    assert "infinite" in actcli("softmax", "1", "inf").stderr


@pytest.mark.parametrize("bad", [["nan", "4ulp"], ["inf", "99%"]])
def test_the_errors_of_a_kernel_are_gated_so_too(bad: list[str], tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([1.0, float(bad[0])]))
    words = ["compare", "relu", "--input", str(tmp_path / "x.npy")]
    kernel = ["--against", str(tmp_path / "x.npy")] if "ulp" in bad[1] else []
    run = actcli(*words, *kernel, "--fail-over", bad[1])
    assert run.status == 3
    assert "1 of 2 inputs is NaN or infinite" in run.stderr


def test_a_token_that_is_passed_over_is_told_apart_from_data() -> None:
    run = actcli("eval", "relu", "--on-error", "nan", "--fail-over", "1%", "--summary", stdin="1 x\n")
    assert run.status == 0
    assert "1 token was read as NaN" in run.stderr
    assert "1 is NaN" not in run.stderr


@pytest.mark.parametrize("words", [["softmax", "1", "2"], ["eval", "sparsemax", "1", "2"], ["list"]])
def test_what_has_no_zones_cannot_be_judged(words: list[str]) -> None:
    run = actcli(*words, "--fail-over", "10%")
    assert (run.status, run.stdout) == (2, "")


@pytest.mark.parametrize("share", ["-5%", "100%", "150%", "ten"])
def test_no_share_is_an_error(share: str) -> None:
    assert actcli("eval", "relu", "1", "--fail-over", share).status == 2


def test_a_summary_is_a_row_a_function_in_a_pipe_and_a_table_on_a_terminal() -> None:
    piped = actcli("eval", "sigmoid", "9", "0", "nan", "--summary")
    titles, row = piped.stdout.splitlines()
    assert titles.startswith(
        "name\tvectors\tinputs\tinputs_nan\tinputs_infinite\tinput_mean\tinput_standard_deviation\t"
        "saturated\tsaturated_share\tdead\tdead_share\tunits\tunits_dead\t"
    )
    assert row.startswith("sigmoid\t1\t3\t1\t0\t4.5\t4.5\t1\t0.3333333333333333\t0\t0.0\t\t\t")
    shown = on_terminal("eval", "sigmoid", "9", "0", "--summary")
    assert [line.split() for line in shown.lines[:6]] == [
        ["sigmoid"],
        ["vectors", "1"],
        ["inputs", "2"],
        ["NaN", "inputs", "0"],
        ["infinite", "inputs", "0"],
        ["mean", "input", "4.5"],
    ]
    assert "saturated        1 (50 %)" in shown.stdout


def test_a_summary_as_json_is_the_document_without_its_vectors() -> None:
    whole = actcli("eval", "relu", "--format", "json", stdin="1 -1\n2 -2\n").json
    totals = actcli("eval", "relu", "--format", "json", "--summary", stdin="1 -1\n2 -2\n").json
    counts, statistics = whole.pop("summary"), totals.pop("summary")
    assert totals == whole | {"vectors": []}
    assert statistics["functions"][0]["units_dead"] == 1
    assert statistics == statistics | counts | {"functions": statistics["functions"]}
    assert statistics["functions"][0] == statistics["functions"][0] | counts["functions"][0]


@pytest.mark.parametrize("name", ["table", "csv", "tsv", "jsonl", "json"])
@pytest.mark.parametrize("words", [["eval", "relu"], ["compare", "relu", "-"], ["softmax", "--target", "0"]])
def test_a_summary_of_half_the_input_is_none(words: list[str], name: str) -> None:
    run = actcli(*words, "--summary", "--format", name, stdin="1 -1\nx\n")
    assert (run.status, run.stdout) == (1, "")
    assert "'x' is not a number" in run.stderr


@pytest.mark.parametrize("name", ["plain", "npy"])
def test_a_summary_has_several_numbers_by_name(name: str) -> None:
    assert actcli("eval", "relu", "1", "--summary", "--format", name).status == 2


@pytest.mark.parametrize("words", [["compare", "relu"], ["plot", "relu"]])
@pytest.mark.parametrize("asked", [["--summary"], ["--fail-over", "10%"]])
@pytest.mark.parametrize("name", ["table", "json"])
def test_without_values_there_is_nothing_to_total_and_to_judge(words: list[str], asked: list[str], name: str) -> None:
    run = actcli(*words, *asked, "--format", name)
    assert (run.status, run.stdout) == (2, "")
    assert "values, and none are given" in run.stderr


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
@pytest.mark.parametrize("words", [["eval", "relu"], ["compare", "relu", "-"], ["grad", "tanh", "--summary"]])
def test_an_empty_dump_is_a_warning_and_crosses_every_gate(words: list[str], text: str) -> None:
    run = actcli(*words, "--fail-over", "10%", stdin=text)
    assert run.status == 3
    assert "warning: the input holds no values" in run.stderr
    assert "gate crossed: no values, and so nothing that could be judged" in run.stderr


def test_a_summary_of_nothing_is_a_warning() -> None:
    run = actcli("eval", "relu", "--summary", stdin="")
    assert run.status == 0
    assert run.stderr == "actcli: warning: the input holds no values\n"
    assert actcli("eval", "relu", stdin="").stderr == ""


def test_a_dump_of_bad_tokens_alone_is_empty() -> None:
    run = actcli("eval", "relu", "--on-error", "nan", "--fail-over", "10%", stdin="x\n")
    assert run.status == 3
    assert "gate crossed: no values" in run.stderr


def test_a_block_is_judged_as_a_whole_of_all_its_files(tmp_path: Path) -> None:
    for number, values in enumerate(([9.0, 9.0], [0.0, 0.0])):
        np.save(tmp_path / f"batch{number}.npy", np.array([values]))
    pattern = str(tmp_path / "batch*.npy")
    assert actcli("eval", "tanh", "--input", pattern, "--as-batches", "--fail-over", "50%").status == 0
    assert actcli("eval", "tanh", "--input", pattern, "--fail-over", "49%").status == 3
