"""Hints that name an option or a command: each is met by a mistake here, and what it says, run, helps."""

import ast
import gzip
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import actcli as program
from tests.runner import Run, actcli, on_terminal

PROGRAM = re.compile(r"--[a-z]|\bactcli\b|`|\bpip install\b")
ACTCLI = f"{shlex.quote(sys.executable)} -m actcli"


class Mistake(NamedTuple):
    """A command line that meets a hint, and those that the hint leads to."""

    line: str
    """What is typed behind `actcli`."""
    cures: tuple[str, ...]
    """What is then typed; a line for the shell if it has a pipe."""
    stdin: str = ""
    """What comes through a pipe, to both."""
    is_screen: bool = False
    """Whether stdout is a terminal."""


MISTAKES: Mapping[str, Mistake] = {
    # Names of functions.
    "`actcli list` shows what is": Mistake("eval BatchNorm 1", ("list",)),
    "`actcli list` shows every name": Mistake(f"eval {'x+' * 6000}1 1", ("list",)),
    "`actcli plot {}` draws them, and `actcli compare` sets them side by side": Mistake(
        "eval swish:beta=1,2 1", ("plot swish:beta=1,2", "compare swish:beta=1,2")
    ),
    "`actcli list` shows every name; an expression in x such as 'x*sigmoid(x)' will do too": Mistake(
        "eval qqqq 1", ("list", "eval 'x*sigmoid(x)' 1")
    ),
    "`actcli list` alone shows every name": Mistake("list qqqq", ("list",)),
    "`actcli eval {} 3,1,-3`": Mistake("eval '2*softmax(x)' 1", ("eval softmax 3,1,-3",)),
    "actcli eval {} 3,1,-3": Mistake("grad sparsemax --layers 3 1 2", ("eval sparsemax 3,1,-3",)),
    # Commands.
    "`{} -h` shows what it takes": Mistake("eval relu 1 --nosuch", ("eval -h",)),
    "actcli compare gelu silu -2 0 2; `actcli list` shows every name": Mistake(
        "compare 1 2", ("compare gelu silu -2 0 2", "list")
    ),
    "actcli plot sigmoid; `actcli list` shows every name": Mistake("plot", ("plot sigmoid", "list")),
    "leave out --from": Mistake("eval relu --from f32 -i x.npy", ("eval relu -i x.npy",)),
    "leave out --saturation": Mistake("compare softmax 1 2 --saturation 5%", ("compare softmax 1 2",)),
    "leave out --plot": Mistake("compare softmax relu 1,2 --plot", ("compare softmax relu 1,2",)),
    "--format table --plot": Mistake(
        "compare relu gelu --format csv --plot", ("compare relu gelu --format table --plot",)
    ),
    "leave out one of them, or --format json": Mistake(
        "compare relu 1 --mean 2 --format csv", ("compare relu 1 --format csv", "compare relu 1 --mean 2 --format json")
    ),
    "--flatten pairs them value by value": Mistake(
        "compare relu --input 1x2.txt --against 2x1.txt", ("compare relu --input 1x2.txt --against 2x1.txt --flatten",)
    ),
    "--on-error nan keeps its place": Mistake(
        "compare relu --input bad.txt --against bad.txt --on-error skip",
        ("compare relu --input bad.txt --against bad.txt --on-error nan",),
    ),
    "save it, and name the file with --input FILE": Mistake(
        "compare relu --input - --column x --against y",
        ("compare relu --input t.csv --column x --against y",),
        "x,y\n1,1\n",
    ),
    "actcli softmax --exact can": Mistake("eval softmax 1 2 --exact", ("softmax 1 2 --exact",)),
    "leave out --seed": Mistake("eval relu 1 --seed 3", ("eval relu 1",)),
    "actcli eval sigmoid --inverse 0.9": Mistake("eval softmax --inverse 1,2", ("eval sigmoid --inverse 0.9",)),
    "its Jacobian is diagonal: `actcli grad {}` gives the slopes": Mistake("grad gelu 1 --jacobian", ("grad gelu 1",)),
    "give x and f(x), as in: actcli identify 1,0.8413 -1,-0.1587": Mistake(
        "identify -", ("identify 1,0.8413 -1,-0.1587",)
    ),
    "name the results with --against FILE, or two columns with --column x,y": Mistake(
        "identify --input 1x3.txt",
        ("identify --input x.npy --against y.npy", "identify --input t.csv --column x,y"),
    ),
    "actcli plot softmax 3,1,-3 --temperature 0.1:10": Mistake(
        "plot softmax --temperature 0.1:10", ("plot softmax 3,1,-3 --temperature 0.1:10",)
    ),
    "write --temperature 0.1:10": Mistake(
        "plot softmax 3,1,-3 --temperature 0:10", ("plot softmax 3,1,-3 --temperature 0.1:10",)
    ),
    "--output FILE.svg, or pdf, png, html": Mistake(
        "plot relu --size paper", tuple(f"plot relu --size paper --output FILE.{each}" for each in ("svg", "html"))
    ),
    "actcli plot gelu gelu-tanh --difference": Mistake("plot relu --difference", ("plot gelu gelu-tanh --difference",)),
    "give inputs with --input FILE": Mistake(
        "plot relu --input zero.npy --against zero.npy", ("plot relu --input x.npy --against off.npy",)
    ),
    "`actcli compare --against` counts what is not finite": Mistake(
        "plot relu --input x.npy --against nan.npy", ("compare relu --input x.npy --against nan.npy",)
    ),
    "name the column of the classes with --target-column COLUMN": Mistake(
        "softmax --column a,b --target-column none --ignore-index -100 --fit",
        ("softmax --column a,b --target-column class --ignore-index -100 --fit",),
        "none,class,a,b\n-100,0,3,1\n-100,0,3,1\n-100,1,3,1\n",
    ),
    "--format csv": Mistake("eval sigmoid --inverse 2 --format npy", ("eval sigmoid --inverse 2 --format csv",)),
    "--format csv shows them": Mistake("plot relu --digits 3", ("plot relu --digits 3 --format csv",)),
    "--width {} --height {}": Mistake("plot relu --width 5 --height 50", ("plot relu --width 20 --height 50",)),
    "{} is the least that does; or --layout overlay": Mistake(
        "plot swish:beta=1:9 --layout grid --width 40 --height 12", ("plot swish:beta=1:9 --layout overlay",)
    ),
    # Softmax.
    "--format tsv has a column for them": Mistake(
        "softmax 1 2 --labels a,b --format plain", ("softmax 1 2 --labels a,b --format tsv",)
    ),
    "write its index, counted from 0: --target 1, its label, or a distribution: 0.2,0.8": Mistake(
        "softmax 1 2 3 --target cat",
        (
            "softmax 1 2 3 --target 2",
            "softmax 2,1 --labels cat,dog --target cat",
            "softmax 1 2 --target 0.2,0.8",
        ),
    ),
    "--one-hot is the limit as it falls to 0": Mistake("softmax 1 2 --temperature 0", ("softmax 1 2 --one-hot",)),
    # Columns.
    "name the columns of the vector with --column": Mistake(
        "eval relu --input t.csv --keep x,y --format csv",
        ("eval relu --input t.csv --keep x,y --format csv --column x",),
    ),
    "--header, if the first line has it for a name": Mistake(
        "eval relu --column 0", ("eval relu --column 0 --header",), "5,0\n1,2\n"
    ),
    "number them from 1: {} 2-11": Mistake("eval relu --column x", ("eval relu --column 2-11",), f"{'1,' * 10}1\n"),
    "choose by number: {} {}": Mistake("eval relu --column a", ("eval relu --column 1",), "a,a\n1,2\n"),
    "--column NAME, which may stand for several: it has {}": Mistake(
        "eval relu", ("eval relu --column a",), '{"a": 1, "b": "cat"}\n'
    ),
    "--column NAME chooses: the first has {}": Mistake(
        "eval relu", ("eval relu --column a",), '{"a": 1}\n{"a": 2, "b": 3}\n'
    ),
    "--target-column is for CSV, TSV and JSON": Mistake(
        "softmax --input x.npy --target-column 1", ("softmax --input labels.csv --target-column 1",)
    ),
    "--keep is for CSV, TSV and JSON": Mistake(
        "eval relu --input x.npy --keep 1 --format csv", ("eval relu --input t.csv --keep x --format csv",)
    ),
    "leave out --keep": Mistake("compare relu --input t.csv --keep x", ("compare relu --input t.csv",)),
    "--on-error skip leaves such lines out": Mistake(
        "eval relu --column a", ("eval relu --column a --on-error skip",), "a,b\n1,2\n3\n"
    ),
    # Files and formats.
    "--from json or --from jsonl": Mistake(
        "eval relu --from json-seq", ("eval relu --from json", "eval relu --from jsonl"), "[1]\n"
    ),
    "choose: --array {}": Mistake("eval relu --input two.npz", ("eval relu --input two.npz --array a",)),
    "name their type: --dtype {}": Mistake(
        "eval relu --input raw.npy", ("eval relu --input raw.npy --dtype bfloat16",)
    ),
    "save it in place of its print: numpy.save('x.npy', x), and --input x.npy": Mistake(
        "eval relu", ("eval relu --input x.npy",), "[1. 2. ... 3. 4.]\n"
    ),
    "--from names the format: npy, or of raw values f32, bf16": Mistake(
        "eval relu", ("eval relu --from npy --input x.npy",), "1\n\0\n"
    ),
    "leave out --from, or say --from npy": Mistake(
        "eval relu --input x.npy --from text", ("eval relu --input x.npy", "eval relu --input x.npy --from npy")
    ),
    "if it is Latin-1, as of old spreadsheets: iconv -f LATIN1 -t UTF-8 FILE | actcli ...": Mistake(
        "eval relu --column x --keep name --format csv --input latin.csv",
        ("iconv -f LATIN1 -t UTF-8 latin.csv | actcli eval relu --column x",),
    ),
    "unpack it once: {} -dc FILE{} | actcli ...": Mistake(
        "eval relu --input twice.gz", ("gzip -dc twice.gz | actcli eval relu",)
    ),
    "write to another file, or with --output FILE replace it once all of it is read": Mistake(
        "|actcli eval relu --input 1x2.txt >> 1x2.txt",
        ("|actcli eval relu --input 1x2.txt > other.txt", "eval relu --input 1x2.txt --output 1x2.txt"),
    ),
    "type values (-3 0 3), pipe them in, or name a file with --input FILE": Mistake(
        "eval relu", ("eval relu -3 0 3", "eval relu -", "eval relu --input 1x2.txt"), is_screen=True
    ),
    "pipe them: seq {} {} {} | actcli …": Mistake(
        "eval relu 0:20000000", ("seq 0 1 20000000 | head -3 | actcli eval relu",)
    ),
    # Output.
    "one of {}, or say --format": Mistake(
        "eval relu 1 --output a.xyz", ("eval relu 1 --output a.csv", "eval relu 1 --output a.xyz --format csv")
    ),
    "--format {}": Mistake(
        "eval relu 1 --summary --format plain",
        tuple(f"eval relu 1 --summary --format {each}" for each in ("table", "csv", "tsv", "jsonl", "json")),
    ),
    "--output answer.csv, or - for stdout": Mistake(
        "eval relu 1 --output ''", ("eval relu 1 --output answer.csv", "eval relu 1 --output -")
    ),
    "leave --output out, and pipe: ... --format csv | gzip > FILE.csv.gz": Mistake(
        "eval relu 1 --output a.csv.gz", ("|actcli eval relu 1 --format csv | gzip > FILE.csv.gz",)
    ),
    "type values, pipe them in, or --input FILE": Mistake(
        "compare relu --summary", ("compare relu 1 2 --summary", "compare relu --input 1x2.txt --summary")
    ),
    "--output FILE.{}, or pipe it": Mistake("plot relu --format pdf", ("plot relu --output FILE.svg",), is_screen=True),
    "--format plain prints it": Mistake(
        "eval relu nan --dtype float4_e2m1fn --output n.npy", ("eval relu nan --dtype float4_e2m1fn --format plain",)
    ),
    "--format tsv or --format json": Mistake("list --format npy", ("list --format tsv", "list --format json")),
    "--format f64 holds every answer": Mistake("eval relu 256 --format u8", ("eval relu 256 --format f64",)),
    "--dtype {}, or leave out one of them": Mistake(
        "eval relu 1 --dtype float32 --format f16",
        ("eval relu 1 --dtype float16 --format f16", "eval relu 1 --dtype float32", "eval relu 1 --format f16"),
    ),
    "--format jsonl holds vectors of any length": Mistake(
        "eval relu --format npy", ("eval relu --format jsonl",), "1,2\n3\n"
    ),
    "--layers 1:{}": Mistake("plot relu --layers 3", ("plot relu --layers 1:10",)),
    "--layers {} is the most": Mistake("compare relu --layers 1,1e9", ("compare relu --layers 1,1000",)),
    "--axis {} is its last one": Mistake("eval relu --input x.npy --axis 3", ("eval relu --input x.npy --axis 0",)),
    "check the type that --from or the suffix names": Mistake(
        "eval relu --from f32", ("eval relu --from u8",), "three"
    ),
    "leave out --summary, or --exact and over 17 --digits": Mistake(
        "eval relu 1 --summary --exact", ("eval relu 1 --exact", "eval relu 1 --summary")
    ),
    "--fail-over 4ulp": Mistake(
        "compare relu --input x.npy --against y.npy --fail-over 10%",
        ("compare relu --input x.npy --against y.npy --fail-over 4ulp",),
    ),
    "--fail-over 10%": Mistake("eval gelu 1 2 --fail-over 4ulp", ("eval gelu 1 2 --fail-over 10%",)),
    "--output FILE names another": Mistake("eval relu 1 --output no/a.csv", ("eval relu 1 --output FILE.csv",)),
    "--format json holds them all": Mistake(
        "softmax 1 2 --target 0 --jacobian --format csv", ("softmax 1 2 --target 0 --jacobian --format json",)
    ),
    "--format tsv has a column for each": Mistake(
        "compare relu gelu 1 --format plain", ("compare relu gelu 1 --format tsv",)
    ),
}
# What other tests meet, or what takes a machine of another kind.
ELSEWHERE: Mapping[str, str] = {
    "--debug shows where": "a bug, which nobody can order",
    "leave out --exact": "a curve that touches a value: test_command_eval_inverse",
    "install actcli anew": "an installation without its scripts: test_command_completion",
    "name them with --input 'dump/*.npy'": "test_command_compare_dask",
    "start one with `dask scheduler`, or check the address": "test_command_compare_dask",
    "start one with `dask worker {}`": "test_command_compare_dask",
    "pip install 'actcli[dask]'": "an extra that is there",
    "pip install 'actcli[dtypes]'; text and JSON need nothing": "an extra that is there",
    "pip install 'actcli[exact]'": "an extra that is there",
    "pip install 'actcli[zstd]', or unpack it: zstd -dc FILE.zst | actcli ...": "an extra that is there",
    "pip install 'actcli[png]', or --output FILE.svg": "an extra that is there",
    "name one that gives the {} itself: compare --{} --against FILE": "a kernel of no library, for its slopes",
    "give another --dtype": "a number type that torch lacks",
    "set JAX_ENABLE_X64=1, or give --dtype float32": "jax, which is not among the tests' packages",
    "--format jsonl streams": "an answer of over 1 GiB",
}


def text_of(node: ast.expr) -> str | None:
    """A string of the source, with {} for what is put in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def texts_of(node: ast.expr, names: Mapping[str, Sequence[str]]) -> list[str]:
    """The strings that an argument may be."""
    if isinstance(node, ast.IfExp):
        return texts_of(node.body, names) + texts_of(node.orelse, names)
    if isinstance(node, ast.Name):
        return list(names.get(node.id, ()))
    text = text_of(node)
    return [] if text is None else [text]


def hints_in(tree: ast.Module) -> Iterator[str]:
    """The second arguments of all errors, names looked up."""
    names = dict[str, list[str]]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.setdefault(node.targets[0].id, []).extend(texts_of(node.value, {}))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error") and len(node.args) > 1:
            yield from texts_of(node.args[1], names)


def hints() -> set[str]:
    sources = Path(program.__file__).parent.rglob("*.py")
    found: Iterable[str] = (hint for path in sources for hint in hints_in(ast.parse(path.read_text("utf-8"))))
    return {hint for hint in found if PROGRAM.search(hint)}


def test_each_hint_of_the_program_is_run_here() -> None:
    assert hints() <= {*MISTAKES, *ELSEWHERE}
    assert {*ELSEWHERE} <= hints()


@pytest.fixture
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    x = np.array([-1.0, 0.5, 2.0])
    np.save("x.npy", x)
    np.save("y.npy", np.maximum(x, 0))
    np.save("off.npy", np.maximum(x, 0) * 1.001)
    np.save("zero.npy", np.zeros(3))
    np.save("nan.npy", np.full(3, np.nan))
    np.save("raw.npy", np.array([16256, 16384], np.uint16).view("V2"))
    np.savez("two.npz", a=x, b=x)
    for name, text in {
        "t.csv": "x,y\n1,1\n-2,0\n",
        "1x2.txt": "1 2\n",
        "2x1.txt": "1\n2\n",
        "1x3.txt": "1 2 3\n",
        "bad.txt": "1\n?\n",
        "labels.csv": "label,a,b\n0,1,2\n1,3,4\n",
    }.items():
        Path(name).write_text(text, "ascii")
    Path("latin.csv").write_text("name,x\ncaf\xe9,1\n", "latin-1")
    Path("twice.gz").write_bytes(gzip.compress(gzip.compress(b"1\n")))


def run(line: str, mistake: Mistake) -> Run:
    if "|" in line:
        command = re.sub(r"\bactcli\b", lambda _: ACTCLI, line.removeprefix("|"))
        ended = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False, text=True)
        return Run(ended.stdout, ended.stderr, ended.returncode)
    words = shlex.split(line)
    if mistake.is_screen and not {"-", "--output"} & set(words):
        return on_terminal(*words)
    return actcli(*words, stdin=mistake.stdin)


@pytest.mark.usefixtures("_files")
@pytest.mark.parametrize("hint", MISTAKES)
def test_a_hint_helps(hint: str) -> None:
    mistake = MISTAKES[hint]
    refused = run(mistake.line, mistake)
    assert refused.status in (1, 2), mistake.line
    pattern = re.escape(hint).replace(re.escape("{}"), ".+")
    said = " ".join(refused.stderr.split())
    assert re.search(f"hint: {pattern}", said), refused.stderr
    for cure in mistake.cures:
        ended = run(cure, mistake)
        assert ended.status == 0, (cure, ended.stderr)
