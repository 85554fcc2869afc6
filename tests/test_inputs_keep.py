"""--keep: text of the input that goes along with each vector into rows with named columns."""

import csv
import io
import json
from collections.abc import Sequence
from time import process_time
from typing import Any

import pytest

from actcli.inputs.readers.bulk import Fields
from actcli.results import Header
from tests.runner import Run, actcli

PEOPLE = 'id,x,y,label\na1,1.5,-2,"cat, big"\nb2,0,3,dog\n'


def run(text: str | bytes, *options: str, command: tuple[str, ...] = ("eval", "relu")) -> Run:
    return actcli(*command, *options, stdin=text)


def rows(answer: Run, delimiter: str = ",") -> list[dict[str, str]]:
    assert answer.status == 0, answer.stderr
    return list(csv.DictReader(io.StringIO(answer.stdout), delimiter=delimiter))


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_an_id_stands_beside_each_value_of_its_vector(form: str, delimiter: str) -> None:
    found = rows(run(PEOPLE, "--column", "x,y", "--keep", "id", "--format", form), delimiter)
    assert [(row["vector"], row["id"], row["x"], row["value"]) for row in found] == [
        ("0", "a1", "1.5", "1.5"),
        ("0", "a1", "-2.0", "0.0"),
        ("1", "b2", "0.0", "0.0"),
        ("1", "b2", "3.0", "3.0"),
    ]


def test_what_is_kept_is_no_part_of_the_vector_unless_it_is_asked_for() -> None:
    alone = rows(run(PEOPLE, "--keep", "id", "--keep", "label", "--format", "csv"))
    assert [row["label"] for row in alone] == ["x", "y", "x", "y"]
    both = rows(run(PEOPLE, "--column", "x", "--keep", "x,id", "--format", "csv"))
    assert [(row["kept_x"], row["x"], row["id"]) for row in both] == [("1.5", "1.5", "a1"), ("0", "0.0", "b2")]


def test_a_name_that_the_answer_has_is_told_apart() -> None:
    answer = run(PEOPLE, "--column", "x", "--keep", "label", "--format", "csv")
    names = answer.stdout.partition("\n")[0].split(",")
    assert len(set(names)) == len(names)
    assert [row["kept_label"] for row in rows(answer)] == ["cat, big", "dog"]


def test_documents_have_it_as_an_object() -> None:
    lines = run(PEOPLE, "--column", "x", "--keep", "id,label", "--format", "jsonl").stdout.splitlines()
    kept = [{"id": "a1", "label": "cat, big"}, {"id": "b2", "label": "dog"}]
    assert [json.loads(line)["kept"] for line in lines] == kept
    document = json.loads(run(PEOPLE, "--column", "x", "--keep", "id,label", "--format", "json").stdout)
    assert [each["kept"] for each in document["vectors"]] == kept


def test_records_of_json_keep_theirs() -> None:
    text = '\n{"id":7,"v":[1,-2],"meta":{"of":"a b"}}\n{"meta":{"of":null},"id":"x","v":[3]}\n'
    found = rows(run(text, "--column", "v", "--keep", "id,meta.of", "--format", "csv"))
    assert [(row["id"], row["meta.of"], row["value"]) for row in found] == [
        ("7", "a b", "1.0"),
        ("7", "a b", "0.0"),
        ("x", "null", "3.0"),
    ]
    without_column = rows(run('[{"id":"a","x":1,"y":2},{"id":"b","y":4,"x":3}]', "--keep", "id", "--format", "csv"))
    assert [(row["id"], row["value"]) for row in without_column] == [
        ("a", "1.0"),
        ("a", "2.0"),
        ("b", "3.0"),
        ("b", "4.0"),
    ]


def test_columns_between_blanks_and_without_names_have_numbers() -> None:
    found = rows(run("a 1\nb 2\n", "--keep", "1", "--format", "csv"))
    assert [(row["column_1"], row["value"]) for row in found] == [("a", "1.0"), ("b", "2.0")]


def test_the_label_of_a_loss_and_an_id_stand_beside_it() -> None:
    text = "id,label,cat,dog\n17,cat,2,0\n18,dog,2,0\n"
    command = ("softmax", "--target-column", "label")
    found = rows(run(text, "--keep", "id,label", "--format", "csv", command=command))
    assert [(row["id"], row["kept_label"], row["label"]) for row in found] == [
        ("17", "cat", "cat"),
        ("17", "cat", "dog"),
        ("18", "dog", "cat"),
        ("18", "dog", "dog"),
    ]
    skipped = run(text.replace("18", "19,bird,1,1\n18"), "--keep", "id", "--on-error", "skip", "--format", "csv",
                  command=command)  # fmt: skip
    assert sorted({row["id"] for row in rows(skipped)}) == ["17", "18"]


@pytest.mark.parametrize("on_error", ["skip", "nan"])
def test_each_id_stays_with_its_vector_where_others_are_bad(on_error: str) -> None:
    text = "id,x\n" + "".join(f"n{n},{'?' if n % 7 == 3 else n}\n" for n in range(500))
    found = rows(run(text, "--keep", "id", "--format", "csv", "--on-error", on_error))
    good = [row for row in found if row["value"] != "nan"]
    assert len(good) == 500 - 71
    assert all(row["id"] == f"n{int(float(row['value']))}" for row in good)
    assert len(found) == (500 if on_error == "nan" else 500 - 71)


@pytest.mark.parametrize(
    ("options", "said", "cure"),
    [
        (("--keep", "id", "--column", "x"), "plain has none", ("--format", "csv")),
        (("--keep", "id", "--column", "x", "--format", "npy"), "npy has none", ()),
        (("--keep", "id", "--column", "x", "--summary"), "this answer has none", ()),
        (("--keep", "id", "--column", "x", "--flatten"), "one vector has no rows", ()),
        (("--keep", "nope", "--column", "x", "--format", "csv"), "no column 'nope'", ()),
        (("--keep", "1-", "--format", "csv"), "no column beside those of --keep", ("--column", "x")),
    ],
)
def test_where_it_has_no_place_it_is_refused(options: tuple[str, ...], said: str, cure: tuple[str, ...]) -> None:
    refused = run(PEOPLE, *options)
    assert (refused.status, refused.stdout) == (2, "")
    assert said in refused.stderr
    if cure:
        assert cure[0] in refused.stderr
        assert run(PEOPLE, *options, *cure).status == 0


@pytest.mark.parametrize(
    "command", [("compare", "relu", "-"), ("identify",), ("compare", "gelu", "--input", "x.csv", "--against", "y.csv")]
)
def test_totals_and_candidates_have_no_rows_beside_which_it_could_stand(command: tuple[str, ...]) -> None:
    refused = run(PEOPLE, "--keep", "id", "--column", "x,y", command=command)
    assert (refused.status, refused.stdout) == (2, "")
    assert "--keep is for rows of values" in refused.stderr


def test_many_columns_are_cut_out_of_a_table_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cuts, cut = list[int](), Fields.columns

    def counted(self: Fields, places: Sequence[int], **options: Any) -> bytes | None:
        cuts.append(len(places))
        return cut(self, places, **options)

    monkeypatch.setattr(Fields, "columns", counted)
    names = [f"c{place}" for place in range(400)]
    text = "\n".join(",".join(row) for row in (names, [f'"{place},"' for place in range(399)] + ["7"])) + "\n"
    answer = run(text, "--column", "c399", "--keep", ",".join(reversed(names[:399])), "--format", "jsonl")
    assert json.loads(answer.stdout)["kept"] == {f"c{place}": f"{place}," for place in range(399)}
    assert sorted(cuts) == [1, 399]


def test_names_of_many_columns_are_compared_with_few_others() -> None:
    compared = []

    class Name(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            compared.append(other)
            return str.__eq__(self, other)

    header = Header("eval", (), (), kept=tuple(Name(f"c{place}") for place in range(2_000)))
    assert header.kept_names() == [f"c{place}" for place in range(2_000)]
    assert len(compared) < 10 * 2_000


def test_thousands_of_columns_with_one_name_are_numbered_at_once() -> None:
    header = Header(command="eval", descriptions=(), kept=("a",) * 20_000)
    started = process_time()
    names = header.kept_names(("a",))
    assert process_time() - started < 1
    assert names[:3] == ["kept_a", "kept_a_2", "kept_a_3"]
    assert len(set(names)) == 20_000
    assert Header(command="eval", descriptions=(), kept=("a", "kept_a", "a", "a")).kept_names() == [
        *("a", "kept_a", "kept_a_2", "kept_a_3"),
    ]
