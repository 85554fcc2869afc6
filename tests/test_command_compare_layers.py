"""Data layer by layer: a row each for files of a pattern and arrays of an archive, judged and named by themselves."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.runner import Run, actcli, on_terminal

DIGITS = Path(__file__).parent / "data" / "digits"
RELU = str(DIGITS / "relu-trained-layer*.npy")


def rows(run: Run) -> list[dict[str, str]]:
    titles, *lines = [line.split("\t") for line in run.lines]
    return [dict(zip(titles, line, strict=True)) for line in lines]


def layers(*words: str) -> list[dict[str, Any]]:
    """The totals of each layer of the first function, as the document tells them."""
    run = actcli(*words, "--format", "json")
    assert run.status in (0, 3), run.stderr
    return list(run.json["summary"]["functions"][0]["layers"])


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Three layers of 40 rows: the second has three units that are dead and a NaN, the third no rows."""
    draw = np.random.default_rng(1)
    healthy, ill = draw.normal(size=(40, 6)), draw.normal(size=(40, 5)).astype(np.float32)
    ill[:, [0, 2, 4]] = -np.abs(ill[:, [0, 2, 4]]) - 1
    ill[17, 3] = np.nan
    np.save(tmp_path / "layer1.npy", healthy)
    np.save(tmp_path / "layer2.npy", ill)
    np.save(tmp_path / "layer3.npy", np.empty((0, 4)))
    np.savez(tmp_path / "layers.npz", first=healthy, second=ill, third=np.empty((0, 4)))
    return tmp_path


def test_each_file_of_a_pattern_is_a_row_named_by_it() -> None:
    shown = rows(actcli("compare", "relu", "--input", RELU, "--quiet"))
    assert [row["layer"] for row in shown] == [f"relu-trained-layer{number}.npy" for number in range(1, 6)]
    assert [row["units_dead"] for row in shown] == ["22", "32", "28", "30", "32"]
    for row in shown:
        x = np.load(DIGITS / row["layer"]).astype(np.float64)
        assert int(row["inputs"]) == x.size
        assert int(row["dead"]) == np.count_nonzero(x <= 0)
        assert int(row["units_dead"]) == np.count_nonzero((x <= 0).all(axis=0))
        assert int(row["units"]) == x.shape[1]
        assert float(row["input_mean"]) == pytest.approx(x.mean(), rel=1e-12)
        assert float(row["input_standard_deviation"]) == pytest.approx(x.std(), rel=1e-12)
        assert float(row["mean"]) == pytest.approx(np.maximum(x, 0).mean(), rel=1e-12)
        assert float(row["mean_slope"]) == pytest.approx(np.count_nonzero(x > 0) / x.size, rel=1e-12)
        assert float(row["rms_slope"]) == pytest.approx(np.sqrt(np.count_nonzero(x > 0) / x.size), rel=1e-12)


def test_each_array_of_an_archive_is_a_row_like_a_file_of_its_own(dump: Path) -> None:
    files = layers("compare", "gelu", "--input", str(dump / "layer?.npy"))
    arrays = layers("compare", "gelu", "--input", str(dump / "layers.npz"))
    assert [row["layer"] for row in files] == ["layer1.npy", "layer2.npy", "layer3.npy"]
    assert [row["layer"] for row in arrays] == ["layers.npz:first", "layers.npz:second", "layers.npz:third"]
    assert [row | {"layer": ""} for row in files] == [row | {"layer": ""} for row in arrays]
    (one,) = layers("compare", "gelu", "--input", str(dump / "layers.npz"), "--array", "second")
    assert one == arrays[1]


def test_a_layer_that_holds_nothing_has_a_row_too(dump: Path) -> None:
    empty = layers("compare", "relu", "--input", str(dump / "layer?.npy"))[2]
    assert (empty["inputs"], empty["mean"]) == (0, None)
    assert "layer3.npy" in on_terminal("compare", "relu", "--input", str(dump / "layer?.npy")).stdout


def test_eval_with_a_summary_is_the_same_answer(dump: Path) -> None:
    words = ("tanh", "--input", str(dump / "layer*"), "--input", RELU)
    for more in (("--format", "tsv"), ("--format", "jsonl")):
        assert actcli("eval", *words, "--summary", *more) == actcli("compare", *words, *more)
    assert on_terminal("grad", *words, "--summary") == on_terminal("compare", *words)
    ours, theirs = (actcli(*start, *words, "--format", "json").json for start in (("eval", "--summary"), ("compare",)))
    assert ours["summary"] == theirs["summary"]


def test_files_in_several_folders_are_named_by_what_tells_them_apart(dump: Path) -> None:
    for epoch in ("1", "2"):
        (dump / epoch).mkdir()
        np.save(dump / epoch / "fc.npy", np.ones((2, 2)))
    shown = rows(actcli("compare", "relu", "--input", str(dump / "*" / "fc.npy")))
    assert [row["layer"] for row in shown] == ["1/fc.npy", "2/fc.npy"]


def test_files_are_batches_of_one_matrix_if_that_is_asked_for(tmp_path: Path) -> None:
    x = np.random.default_rng(2).normal(size=(30, 4))
    x[:, 1] = -1
    x[:20, 2] = -1
    x[20:, 2] = 1
    np.save(tmp_path / "whole.npy", x)
    for number, part in enumerate(np.split(x, 3)):
        np.savez(tmp_path / f"batch{number}.npz", fc=part, out=-part)
    batches = layers("compare", "relu", "--input", str(tmp_path / "batch*.npz"), "--as-batches")
    assert [Path(row["layer"]).name for row in batches] == ["batch*.npz:fc", "batch*.npz:out"]
    (whole,) = layers("compare", "relu", "--input", str(tmp_path / "whole.npy"))
    assert (whole["units_dead"], whole["units"]) == (1, 4)
    for key in ("vectors", "inputs", "dead", "units", "units_dead"):
        assert batches[0][key] == whole[key]


def test_a_gate_judges_each_layer_and_names_it(dump: Path) -> None:
    words = ("--input", str(dump / "layer?.npy"), "--fail-over", "55%", "--quiet")
    for command in (("compare", "relu"), ("eval", "relu", "--summary"), ("eval", "relu")):
        run = actcli(*command, *words)
        assert run.status == 3
        assert run.stderr.splitlines() == [
            "actcli: gate crossed: layer2.npy: relu: 60 % of all units are dead, over 55 %",
            "actcli: gate crossed: layer2.npy: 1 of 200 inputs is NaN or infinite, and none may be",
            "actcli: gate crossed: layer3.npy: no values, and so nothing that could be judged",
        ]
    # As one matrix, 3 of 11 units would pass.
    assert actcli("compare", "relu", "--input", str(dump / "layer1.npy"), "--fail-over", "55%").status == 0


def test_a_warning_names_the_layer_the_row_and_the_unit(dump: Path) -> None:
    run = actcli("compare", "relu", "--input", str(dump / "layer[12].npy"))
    assert run.stderr.splitlines() == [
        "actcli: warning: layer2.npy: relu: 3 of 5 units are dead in all 40 rows",
        "actcli: warning: layer2.npy: of 200 inputs 1 is NaN; first: x = nan (row 17, unit 3)",
    ]
    one = actcli("eval", "tanh", "--input", str(dump / "layer2.npy"), "--summary")
    x = np.load(dump / "layer2.npy")
    row, unit = np.argwhere(np.abs(x) > 2.5)[0]
    assert f"first: x = {x[row, unit]:.6g} (row {row}, unit {unit})" in one.stderr


def test_the_first_of_a_later_block_and_of_a_later_batch_is_counted_from_the_start(tmp_path: Path) -> None:
    x = np.zeros((3_000, 50))
    x[2_345, 7] = 9
    np.save(tmp_path / "a.npy", x)
    (one,) = layers("compare", "tanh", "--input", str(tmp_path / "a.npy"))
    assert one["first_saturated"] == {"x": 9.0, "line": None, "row": 2_345, "unit": 7}
    np.save(tmp_path / "0.npy", np.zeros((10, 50)))
    (two,) = layers("compare", "tanh", "--input", str(tmp_path / "?.npy"), "--as-batches")
    assert two["first_saturated"]["row"] == 2_355
    np.save(tmp_path / "vector.npy", x.ravel())
    (flat,) = layers("compare", "tanh", "--input", str(tmp_path / "vector.npy"))
    assert flat["first_saturated"] == {"x": 9.0, "line": None, "row": None, "unit": 2_345 * 50 + 7}


def test_several_functions_give_several_blocks(dump: Path) -> None:
    run = on_terminal("compare", "relu", "tanh", "--input", str(dump / "layer?.npy"), "--quiet", width=80)
    assert max(map(len, run.lines)) <= 80
    assert [line for line in run.lines if line in ("relu", "tanh")] == ["relu", "tanh"]
    assert sum("layer2.npy" in line for line in run.lines) >= 2
    assert "3 of 5 (60 %)" in run.stdout
    shown = [json.loads(line) for line in actcli("compare", "relu", "tanh", "--input", RELU, "--format", "jsonl").lines]
    names = [f"layer{number}.npy" for number in range(1, 6)]
    assert [(row["name"], row["layer"][-10:]) for row in shown] == [
        (function, name) for function in ("relu", "tanh") for name in names
    ]


def test_other_commands_still_ask_which_array(dump: Path) -> None:
    run = actcli("eval", "relu", "--input", str(dump / "layers.npz"))
    assert (run.status, run.stdout) == (2, "")
    assert "has 3 arrays: first, second, third" in run.stderr
    run = actcli("compare", "relu", "--input", str(dump / "layers.npz"), "--array", "secnd")
    assert "second" in run.stderr


def test_certified_digits_are_not_for_totals() -> None:
    run = actcli("eval", "relu", "1", "--exact", "--summary")
    assert (run.status, run.stdout) == (2, "")
    assert "no certified digits" in run.stderr


def jsonl(path: Path, *records: Any) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


@pytest.fixture
def records() -> list[dict[str, Any]]:
    """What a hook writes: a step and the inputs of two layers, of which the second has a dead unit."""
    draw = np.random.default_rng(3)
    fc1, fc2 = draw.normal(size=(30, 5)), draw.normal(size=(30, 3))
    fc2[:, 1] = -1
    return [
        {"step": step, "fc1": a.tolist(), "fc2": b.tolist()} for step, (a, b) in enumerate(zip(fc1, fc2, strict=True))
    ]


def test_each_column_of_arrays_of_objects_is_a_row_like_a_file_of_its_own(
    records: list[dict[str, Any]], tmp_path: Path
) -> None:
    for name in ("fc1", "fc2"):
        np.save(tmp_path / f"{name}.npy", [record[name] for record in records])
    matrices = {name: [record[name] for record in records] for name in ("fc1", "fc2")}
    whole, lines, document = tmp_path / "whole.json", tmp_path / "pretty.json", tmp_path / "document.json"
    whole.write_text(json.dumps(matrices))  # one object, whose columns are matrices
    lines.write_text(json.dumps(records, indent=1))
    document.write_text(json.dumps({"acts": matrices}, indent=1))
    wanted = layers("compare", "relu", "--input", str(tmp_path / "fc?.npy"))
    assert [row["units_dead"] for row in wanted] == [0, 1]
    dumps = {
        jsonl(tmp_path / "dump.jsonl", *records): "",
        str(whole): "",
        str(lines): "",
        str(document): "acts.",
    }
    for path, prefix in dumps.items():
        found = layers("compare", "relu", "--input", path)
        assert [row["layer"] for row in found] == [f"{Path(path).name}:{prefix}{name}" for name in ("fc1", "fc2")]
        assert [row | {"layer": ""} for row in found] == [row | {"layer": ""} for row in wanted]
    path = str(tmp_path / "dump.jsonl")
    csv = actcli("compare", "relu", "--input", path, "--format", "csv")
    assert [line.split(",")[:4] for line in csv.lines[1:]] == [
        ["relu", "dump.jsonl:fc1", "30", "150"],
        ["relu", "dump.jsonl:fc2", "30", "90"],
    ]
    assert csv.stderr.splitlines() == [
        "actcli: note: dump.jsonl: 1 column left out, no arrays of numbers: step (--column NAME reads one)".replace(
            "dump.jsonl", path
        ),
        "actcli: warning: dump.jsonl:fc2: relu: 1 of 3 units is dead in all 30 rows",
    ]
    for more in (("--format", "jsonl"), ("--units", "--format", "csv")):
        assert actcli("compare", "relu", "--input", path, *more).status == 0
    assert actcli("eval", "relu", "--input", path, "--summary") == actcli("compare", "relu", "--input", path)


def test_plain_numbers_of_objects_and_columns_that_are_asked_for_are_one_vector(
    records: list[dict[str, Any]], tmp_path: Path
) -> None:
    features = jsonl(tmp_path / "features.jsonl", {"a": 1, "b": -2}, {"a": 3, "b": -4})
    (one,) = layers("compare", "relu", "--input", features)
    assert (one["layer"], one["units"], one["units_dead"]) == ("features.jsonl", 2, 1)
    (joined,) = layers("compare", "relu", "--input", jsonl(tmp_path / "d.jsonl", *records), "--column", "fc1,fc2")
    assert (joined["layer"], joined["units"]) == ("d.jsonl", 8)
    # Other commands answer vectors, and ask as before.
    assert "which of its numbers" in actcli("eval", "relu", "--input", str(tmp_path / "d.jsonl")).stderr


def test_objects_that_differ_from_the_first_are_errors_of_their_layers(tmp_path: Path) -> None:
    bad: list[dict[str, Any]] = [
        {"a": [1, 2], "b": [3]},
        {"a": [1, None], "b": [3]},
        {"a": [1, 2]},
        {"a": [0, 1], "b": [2]},
    ]
    path = jsonl(tmp_path / "bad.jsonl", *bad)
    run = actcli("compare", "relu", "--input", path)
    assert (run.status, run.stdout) == (1, "")
    assert "bad.jsonl, line 2, a: null is not a number" in run.stderr
    for on_error, counts in (("skip", [4, 3]), ("nan", [5, 3])):  # no NaN of a bad token counts
        found = layers("compare", "relu", "--input", path, "--on-error", on_error)
        assert [row["inputs"] for row in found] == counts
    others: list[tuple[Any, str]] = [
        ({"a": 1.5, "b": [1]}, "'a' is 1.5, and an array in the first object"),
        ({"a": [1], "b": [1], "c": [1]}, "the object has the array 'c', unlike the first"),
        ([1, 2], "[1,2] is no object, unlike the first"),
    ]
    for other, message in others:
        assert message in actcli("compare", "relu", "--input", jsonl(tmp_path / "x.jsonl", bad[0], other)).stderr
    # A null, as browsers write NaN, is a bad number of an array, also where it stands first.
    null = jsonl(tmp_path / "null.jsonl", {"a": [[None, 1]], "b": [1], "tags": ["x"]}, {"a": [[2, 3]], "b": []})
    assert "null is not a number" in actcli("compare", "relu", "--input", null).stderr
    found = layers("compare", "relu", "--input", null, "--on-error", "nan")
    assert [(row["layer"], row["inputs"]) for row in found] == [("null.jsonl:a", 3), ("null.jsonl:b", 1)]
    # What is no array may come and go.
    fine = jsonl(tmp_path / "fine.jsonl", bad[0], {**bad[3], "loss": 0.5, "tags": ["x"]})
    assert [row["inputs"] for row in layers("compare", "relu", "--input", fine)] == [4, 2]


def test_files_that_are_named_one_by_one_are_batches_too(tmp_path: Path) -> None:
    x = np.random.default_rng(2).normal(size=(30, 4))
    x[:, 1] = -1
    x[:20, 2] = -1
    x[20:, 2] = 1
    files = [str(tmp_path / f"{name}.npy") for name in "abc"]
    for path, part in zip(files, np.split(x, 3), strict=True):
        np.save(path, part)
    np.save(tmp_path / "whole.npy", x)
    words = [word for path in files for word in ("--input", path)]
    (batches,) = layers("compare", "relu", *words, "--as-batches")
    (whole,) = layers("compare", "relu", "--input", str(tmp_path / "whole.npy"))
    assert batches["layer"] == "a.npy to c.npy"
    for key in ("vectors", "inputs", "dead", "units", "units_dead"):
        assert batches[key] == whole[key]
    # Each pattern stays a matrix of its own.
    of_patterns = layers("compare", "relu", "--input", str(tmp_path / "[ab].npy"), "--input", files[2], "--as-batches")
    assert [row["vectors"] for row in of_patterns] == [20, 10]


def test_a_layer_of_nothing_among_others_is_a_warning(dump: Path) -> None:
    for words in (["--input", str(dump / "layer?.npy")], ["--input", str(dump / "layers.npz")]):
        run = actcli("compare", "relu", *words)
        name = "layers.npz:third" if "npz" in words[1] else "layer3.npy"
        assert f"actcli: warning: {name}: the layer holds no values" in run.stderr.splitlines()
    run = actcli("eval", "relu", "--input", str(dump / "layer1.npy"), "--input", str(dump / "layer3.npy"))
    assert run.stderr == ""  # rows of values need none


def test_layers_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        np.save(tmp_path / f"layer{number}.npy", np.ones((2, 2)))
    wanted = [f"layer{number}.npy" for number in (1, 2, 10)]
    shells = [str(tmp_path / f"layer{number}.npy") for number in (1, 10, 2)]
    for words in (["--input", str(tmp_path / "*.npy")], ["--input", *shells]):
        assert [row["layer"] for row in layers("compare", "relu", *words)] == wanted
    for rate in ("0.01", "0.05", "0.1", "1", "10"):
        np.save(tmp_path / f"rate{rate}.npy", np.ones(2))
    rates = layers("compare", "relu", "--input", str(tmp_path / "rate*.npy"))
    assert [row["layer"] for row in rates] == [f"rate{rate}.npy" for rate in ("0.01", "0.05", "0.1", "1", "10")]
    # An order that somebody chose stays.
    chosen = layers("compare", "relu", "--input", shells[1], "--input", shells[0])
    assert [row["layer"] for row in chosen] == ["layer10.npy", "layer1.npy"]
    np.savez(tmp_path / "a.npz", layer10=np.ones(2), layer2=np.ones(2))
    found = layers("compare", "relu", "--input", str(tmp_path / "a.npz"))
    assert [row["layer"] for row in found] == ["a.npz:layer10", "a.npz:layer2"]


def test_layers_without_the_axis_are_refused_by_name(tmp_path: Path) -> None:
    path = str(tmp_path / "mixed.npz")
    draw = np.random.default_rng(4)
    np.savez(path, conv1=draw.normal(size=(8, 5, 4, 3)), conv2=draw.normal(size=(8, 6, 4, 3)), fc=np.ones((8, 9)))
    run = actcli("compare", "relu", "--input", path, "--axis", "2")
    assert (run.status, run.stdout) == (2, "")
    assert "mixed.npz, array fc: no axis 2 in an array of shape (8, 9)" in run.stderr
    assert "hint: --axis 1 is its last one; layers that have it are chosen by file, or by --array 'conv*'" in run.stderr
    chosen = layers("compare", "relu", "--input", path, "--axis", "2", "--array", "conv*")
    assert [(row["layer"], row["units"]) for row in chosen] == [("mixed.npz:conv1", 4), ("mixed.npz:conv2", 4)]
    assert [row["units"] for row in layers("compare", "relu", "--input", path, "--axis", "1")] == [5, 6, 9]


@pytest.mark.parametrize("width", [40, 60])
def test_a_narrow_screen_shortens_names_and_breaks_no_line(width: int, tmp_path: Path) -> None:
    run = on_terminal("compare", "relu", "--input", RELU, "--quiet", width=width)
    assert max(map(len, run.lines)) <= width
    assert run.lines[0] == "relu   layers relu-trained-layer…"
    titles = [line.split("  ")[0].strip() for line in run.lines if line.startswith("layer ")]
    assert titles == ["layer"] * len(titles)
    assert [line.split()[0] for line in run.lines if "of 32 (" in line] == [f"…{number}.npy" for number in range(1, 6)]
    # Of long names with nothing in common the ends tell which is which.
    long = {f"{letter * 30}.{name}": np.ones((2, 2)) for letter, name in (("a", "query"), ("b", "key"))}
    np.savez(tmp_path / "x.npz", **long)  # type: ignore[arg-type]
    shown = on_terminal("compare", "relu", "--input", str(tmp_path / "x.npz"), width=width).lines
    assert max(map(len, shown)) <= width
    assert [line.split()[0][-6:] for line in shown if "of 2" in line][:2] == [".query", "bb.key"]
    for words in (["sigmoid", "gelu", "--layers", "1,2,5,10,50"], ["tanh", "--units", "--input", RELU]):
        run = on_terminal("compare", *words, "--quiet", width=width)
        assert max(map(len, run.lines)) <= width
        assert not [line for line in run.lines if line.startswith("%")]


def test_units_of_which_none_is_ill_are_said_to_be_well(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((3, 5)))
    run = on_terminal("compare", "tanh", "--units", "--input", str(tmp_path / "x.npy"))
    assert run.lines[:4] == [
        "tanh",
        "x.npy  5 units",
        "0  ·····",
        "no unit is dead, mostly saturated or undefined",
    ]


def test_a_row_of_nan_hides_no_dead_unit(tmp_path: Path) -> None:
    x = -np.ones((20, 4))
    x[:, 3] = 1
    x[7] = np.nan  # what one NaN in an earlier layer makes of a row
    np.save(tmp_path / "x.npy", x)
    words = ["compare", "relu", "--input", str(tmp_path / "x.npy")]
    (row,) = layers(*words)
    assert (row["units_dead"], row["units"], row["inputs_nan"]) == (3, 4, 4)
    assert "relu: 3 of 4 units are dead in every row in which they are no NaN" in actcli(*words).stderr
    assert "75 % of all units are dead, over 50 %" in actcli(*words, "--fail-over", "50%").stderr
    np.save(tmp_path / "nan.npy", np.full((3, 2), np.nan))
    (row,) = layers("compare", "relu", "--input", str(tmp_path / "nan.npy"))
    assert row["units_dead"] == 0


def test_neighbours_with_one_share_are_one_span(tmp_path: Path) -> None:
    x = -np.ones((20, 6))
    x[:, 5] = 1
    x[7] = np.nan
    np.save(tmp_path / "x.npy", x)
    run = on_terminal("compare", "relu", "--units", "--input", str(tmp_path / "x.npy"))
    assert run.lines[3:5] == ["dead: 0-4 (95 %)", "undefined: 0-5 (5 %)"]
