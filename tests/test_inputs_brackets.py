"""Pasted arrays: words and streams as Python, notebooks, NumPy, PyTorch, JAX and TensorFlow print them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actcli.inputs.brackets import is_array, leaves
from tests.runner import actcli

ROW = "1.0,-2.5,3.0"
MATRIX = "1.0,2.0\n3.0,4.0"

# As pasted, and the vectors in it.
PASTED = [
    ("[1, -2.5, 3]", ROW),
    ("(1, -2.5, 3)", ROW),
    ("array([ 1. , -2.5,  3. ])", ROW),
    ("np.array([1, -2.5, 3], dtype=np.float32)", ROW),
    ("array([ 1. , -2.5,  3. ], dtype=float32)", ROW),
    ("tensor([ 1.0000, -2.5000,  3.0000])", ROW),
    ("tensor([ 1.0000, -2.5000,  3.0000], device='cuda:0', grad_fn=<AddBackward0>)", ROW),
    ("torch.tensor([1, -2.5, 3], requires_grad=True, dtype=torch.float16)", ROW),
    ("Array([ 1. , -2.5,  3. ], dtype=float32)", ROW),
    ("<tf.Tensor: shape=(3,), dtype=float32, numpy=array([ 1. , -2.5,  3. ], dtype=float32)>", ROW),
    ("tf.Tensor([ 1.  -2.5  3. ], shape=(3,), dtype=float32)", ROW),
    ("[np.float64(1.0), np.float64(-2.5), np.float64(3.0)]", ROW),
    ("[tensor(1.), tensor(-2.5000), tensor(3.)]", ROW),
    ("deque([1, -2.5, 3], maxlen=3)", ROW),
    ("logits = [1, -2.5, 3]", ROW),
    ("Out[12]: array([ 1. , -2.5,  3. ])", ROW),
    ("Parameter containing:\ntensor([ 1.0000, -2.5000,  3.0000], requires_grad=True)", ROW),
    ("［１，－２．５，３］", ROW),
    ("【1、-2.5、3】", ROW),
    ("[[1, 2], [3, 4]]", MATRIX),
    ("((1, 2), (3, 4))", MATRIX),
    ("[(1, 2), (3, 4)]", MATRIX),
    ("(1, 2), (3, 4)", MATRIX),
    ("tensor([[1., 2.], [3., 4.]])", MATRIX),
    ("tensor([[1., 2.],\n        [3., 4.]], grad_fn=<MulBackward0>)", MATRIX),
    ("array([[1., 2.],\n       [3., 4.]],\n      dtype=float32)", MATRIX),
    ("[[[1, 2]],\n\n [[3, 4]]]", MATRIX),
    ("tf.Tensor(\n[[1. 2.]\n [3. 4.]], shape=(2, 2), dtype=float32)", MATRIX),
    ("[tensor([1., 2.]), tensor([3., 4.])]", MATRIX),
    ("matrix([[1, 2],\n        [3, 4]])", MATRIX),
    ("[1 2; 3 4]", MATRIX),
    ("tensor([], size=(0, 3))", ""),
    ("tensor(5.)", "5.0"),
]
# Where only blanks divide: what `print` shows of an array of NumPy.
PRINTED = [
    ("[ 1.  -2.5  3. ]", ROW),
    ("[ 1.  -2.5\n  3. ]", ROW),
    ("[[1. 2.]\n [3. 4.]]", MATRIX),
    ("[[[1. 2.]]\n\n [[3. 4.]]]", MATRIX),
    ("[1. 2.]\n[3. 4.]", MATRIX),
    ("[[1.]\n [2.]]", "1.0\n2.0"),
]


@pytest.mark.parametrize(("text", "wanted"), [*PASTED, *PRINTED[:4]])
def test_typed(text: str, wanted: str) -> None:
    ended = actcli("eval", "identity", text)
    assert (ended.stdout, ended.stderr) == (f"{wanted}\n", "")


@pytest.mark.parametrize(("text", "wanted"), [*PASTED, *PRINTED])
@pytest.mark.parametrize("end", ["", "\n"])
def test_piped(text: str, wanted: str, end: str) -> None:
    ended = actcli("eval", "identity", stdin=text + end)
    assert (ended.stdout.replace(" ", ","), ended.stderr) == (f"{wanted}\n", "")


@pytest.mark.parametrize("command", [["eval", "relu"], ["plot", "relu"], ["compare", "relu"], ["softmax"]])
@pytest.mark.parametrize("words", [["[1, 2, 3]"], ["tensor([1., 2.])"], ["[1,", "-2,", "3]"], ["(1, 2)"]])
def test_every_command_takes_them(command: list[str], words: list[str]) -> None:
    assert actcli(*command, *words).status == 0


def test_a_last_comma_may_stand_there() -> None:
    assert actcli("eval", "identity", "[1, 2,]").stdout == "1.0,2.0\n"
    assert actcli("eval", "identity", "(1,)").stdout == "1.0\n"


def test_elements_may_be_constant_expressions() -> None:
    assert actcli("eval", "identity", "[pi/2, 1/4]").numbers == [np.pi / 2, 0.25]


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("[0, 1, ..., 9]", "values are left out of the print", "..."),
        ("tensor([0., 1.,  ..., 9.])", "values are left out of the print", "..."),
        ("[0 1 … 9]", "values are left out of the print", "…"),
        ("array([1, 2", "the '[' is not closed", "["),
        ("[1, 2)", "a ')' that nothing opens", ")"),
        ("[1, [2, 3]]", "lists cannot stand beside numbers", "1,"),
        ("[[1, 2], 3]", "lists cannot stand beside numbers", "3"),
        ("[1, 2] 3", "text behind an array", "3"),
        ("[1, 2].T", "text behind an array", ".T"),
        ("[1, x1]", "'x1' is not a number", "x1"),
        ("[1,, 2]", "a number is missing", ","),
        ("tensor([True, False])", "'True' is not a number", "True"),
        ("[1.+2.j, 1]", "'2.j' is not a number", "2.j"),
    ],
)
def test_what_is_wrong_with_one(text: str, message: str, marked: str) -> None:
    typed = actcli("eval", "identity", text)
    assert typed.status == 2
    assert message in typed.stderr
    assert typed.marked == marked


@pytest.mark.parametrize(
    ("text", "before", "message"),
    [
        ("[0. 1. ... 8. 9.]\n", "", "line 1, column 8: values are left out of the print"),
        ("[[0. 1.]\n ...\n [8. 9.]]\n", "", "line 2, column 2: values are left out of the print"),
        ("tensor([0., 1.,  ..., 9.])\n", "", "line 1, column 18: values are left out of the print"),
        ("[1. 2.]\n[3. x]\n", "1.0 2.0\n", "line 2, column 5: 'x' is not a number"),
        ("[1. 2.]\n3 4\n", "1.0 2.0\n", "line 2, column 1: text behind an array"),
        ("[1. 2.] end\n", "", "line 1, column 9: text behind an array"),
        ("tensor([1., 2.],\n", "", "line 1, column 7: the '(' is not closed"),
        ("tensor([1., 2.])\n\n# remark\nloss: 5\n", "1.0,2.0\n", "line 4, column 1: text behind an array"),
    ],
)
def test_what_is_wrong_in_a_stream(text: str, before: str, message: str) -> None:
    ended = actcli("eval", "identity", stdin=text)
    assert (ended.stdout, ended.status) == (before, 1)
    assert f"stdin, {message}" in ended.stderr


def test_the_cure_of_an_ellipsis(tmp_path: object) -> None:
    path = f"{tmp_path}/x.npy"
    shown = actcli("eval", "identity", repr(np.arange(2000.0))).stderr
    assert "numpy.save('x.npy', x), and --input x.npy" in shown
    np.save(path, np.arange(2000.0))
    assert len(actcli("eval", "identity", "--input", path).numbers) == 2000


def test_on_error_leaves_out_vectors_or_reads_nan() -> None:
    text = "[[1 2]\n [3 x]\n [5 6]]\n"
    skipped = actcli("eval", "identity", "--on-error", "skip", stdin=text)
    assert skipped.stdout == "1.0 2.0\n5.0 6.0\n"
    assert "1 vector was left out; first: stdin, line 2, column 5" in skipped.stderr
    assert actcli("eval", "identity", "--on-error", "nan", stdin=text).stdout == "1.0 2.0\n3.0 nan\n5.0 6.0\n"


def test_columns_of_arrays() -> None:
    text = "tensor([[1., 2., 3.],\n        [4., 5., 6.]])\n"
    assert actcli("eval", "identity", "--column", "3,1", stdin=text).stdout == "3.0,1.0\n6.0,4.0\n"


@pytest.mark.parametrize("text", ["relu", "max(x, 0)", "(x+1)*2", "x*(1+x)", "(1+2)", "max(1,2)", "prelu:0.25", "3"])
def test_what_is_no_array(text: str) -> None:
    assert not is_array(text)


MATRICES = st.lists(st.lists(st.floats(width=32), min_size=1, max_size=4), min_size=1, max_size=4).filter(
    lambda rows: len(set(map(len, rows))) == 1
)


@given(MATRICES)
def test_what_numpy_prints_reads_back(rows: list[list[float]]) -> None:
    array = np.array(rows, np.float32)
    with np.printoptions(floatmode="unique", linewidth=40):
        shown, printed = repr(array), str(array)
    for text in (shown, printed, repr(rows), json.dumps(rows)):
        found = [[float(token) for _, token in leaf.tokens()] for leaf in leaves(text)]
        np.testing.assert_array_equal(np.array(found, np.float32), array)


@given(st.text("[](), 1.;=ax\n…", max_size=30))
def test_any_text_reads_or_is_reported(text: str) -> None:
    ended = actcli("eval", "identity", f"[{text}")
    assert ended.status in (0, 2)
    assert "bug" not in ended.stderr


@pytest.mark.parametrize("text", ["[1 ", "[[1] ", "\n[[1,2] \n", "[1.\n", "[[[1 ]  ", "[" * 90 + "\t\n45 \n"])
def test_an_array_that_is_cut_short_is_told_so(text: str) -> None:
    ended = actcli("eval", "identity", stdin=text)
    assert (ended.status, ended.stdout) == (1, "")
    assert "cut short" in ended.stderr
