"""Runs nobody would think of: random command lines over mutated files of every format, each judged by its manners.

`python -m tests.fuzz RUNS [SEED]` makes so many runs, from that seed on, and prints what is wrong with each bad one.
"""

import faulthandler
import gzip
import io
import json
import os
import random
import re
import resource
import shlex
import signal
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from actcli.catalog import FUNCTIONS, VECTOR_FUNCTIONS
from actcli.cli import main
from tests.make.contexts import contexts
from tests.runner import Sink, terminal

SECONDS, MEGABYTES = 10, 1024
"""What one run may take: of the processor, so that a busy machine changes nothing, and of memory."""
_PATIENCE = 120
"""Seconds of the clock after which a run hangs: it waits for something that never comes."""

_CLEAR = Path("/proc/self/clear_refs")
_PEAK = b"5"  # which it takes for: forget the largest size so far

# What is typed.

_FUNCTIONS = [*(entry.name for entry in FUNCTIONS), *(entry.name for entry in VECTOR_FUNCTIONS)]
_FAMILIAR = ("relu", "sigmoid", "tanh", "gelu", "silu", "leaky_relu", "elu", "identity")
_NUMBERS = (
    *("0", "1", "-1", "3.5", "-2e-3", "1e308", "-1e308", "1e999", "5e-324", "inf", "-inf", "nan", "NaN", ".5", "+7"),
    *(
        "1/3",
        "pi",
        "-pi/2",
        "1e19",
        "9" * 30,
        "0x10",
        "1_000",
        "−4",
        "1,5",
        "",
        " ",
        "x",
        "--",
        "-",
        "٣",
        "1/0",
        "2**99",
    ),
)
_RANGES = ("-3:3", "0:1:0.25", "1:0", "0:0", "1:2:0", "-1:1:1e-9", "nan:1", "::", "0:inf", "1:5:2:3", "3:-3:-1")
_VECTORS = ("3,1,-3", "1,2", "[1, 2, 3]", "tensor([1., 2.])", "array([[1, 2], [3, 4]])", "1,,2", "(1, 2)", "[", "1,a")
_EXPRESSIONS = (
    *("x", "x*sigmoid(x)", "max(0, x)", "where(x > 0, x, exp(x) - 1)", "erf(x)/2", "slope(gelu(x))", "log(x)", "1/x"),
    *("x**x", "sin(1/x)", "clip(x, -1, 1)", "x if x > 0 else 0", "lambda x: x", "|x|", "1e308*x", "abs(x)**0.5"),
    *("nn.GELU(approximate='tanh')", "torch.tanh(F.softplus(x))", "x x", "((x", "0*x", "pi", "sqrt(-x**2)", "x/0"),
)
_PIECES = ("relu", "(", ")", "x", "*", "**", "/", "-", "1", "e", ":", "=", ",", "@", "0.5", "tanh", "[", "]", "'", "\\")
_TEXTS = (
    *("a", "b", "label", "id", "x,y", "1", "2-", "-3", "1-2", "9" * 12, "*", "a*", "[", "", " ", "data.logits", "\n"),
    *("cat,dog", "../x", "x" * 300, "é", "\udcff", "\x1b[0m", "5%", "4ulp", "0.1", "1,2,3", "-100", "0.2,0.8", "-1:1"),
)

# What is read: files of every format, before they are mutated.


def _npy(array: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def _zip(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # which has no date: a seed is a run
    return file.getvalue()


def _npz(**arrays: Any) -> bytes:
    return _zip(**{f"{name}.npy": _npy(array) for name, array in arrays.items()})


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _safetensors(**tensors: Any) -> bytes:
    header, data = dict[str, Any](), b""
    for name, array in tensors.items():
        raw = array.tobytes()
        header[name] = {
            "dtype": {"float64": "F64", "float32": "F32", "float16": "F16"}[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


_MATRIX = np.arange(12.0).reshape(3, 4) - 5

FILES: Mapping[str, bytes] = {
    "a.txt": b"1 2 3\n-4 5e-3 inf\n\n# remark\n7 8 nan\n",
    "commas.txt": b"1,2,3\r\n4,5,6\r\n",
    "a.csv": b'id,a,b,label\nr1,1,2,cat\n"r,2",-3,4.5,"dog"\nr3,1e3,-inf,cat\n',
    "plain.csv": b"1,2,3\n4,5,6\n7,8,9\n",
    "index.csv": b",0,1\n0,1.5,2.5\n1,3.5,4.5\n",
    "decimal.csv": b"a;b\n1,5;2,5\n3,5;4,5\n",
    "a.tsv": b"a\tb\n1\t2\n3\t4\n",
    "a.json": b'[[1, 2, 3], [4, 5.5, null], [NaN, "Infinity", -0]]',
    "objects.json": b'[{"id": 1, "data": {"logits": [1, 2]}, "label": "cat"}, {"id": 2, "data": {"logits": [3, 4]}}]',
    "a.jsonl": b'{"x": 1, "y": [2, 3]}\n{"x": 4, "y": [5, 6]}\n',
    "arrays.jsonl": b"[1,2]\n\n[3]\n[1e400]\n",
    "a.json-seq": b"\x1e[1,2]\n\x1e[3,4]\n",
    "a.npy": _npy(_MATRIX),
    "narrow.npy": _npy(_MATRIX.astype(">f2"), allow_pickle=False),
    "integers.npy": _npy(_MATRIX.astype(np.int32)),
    "fortran.npy": _npy(np.asfortranarray(_MATRIX)),
    "two.npy": _npy(_MATRIX) + _npy(_MATRIX[0]),
    "structured.npy": _npy(np.zeros(3, [("a", "f8"), ("b", "f4")])),
    "objects.npy": _npy(np.array([None, 1], object), allow_pickle=True),
    "raw.npy": _npy(np.zeros(4, "V2")),
    "scalar.npy": _npy(np.float32(3)),
    "a.npz": _npz(a=_MATRIX),
    "two.npz": _npz(a=_MATRIX, b=_MATRIX[0]),
    "a.txt.gz": _gzip(b"1 2 3\n4 5 6\n"),
    "a.npy.gz": _gzip(_npy(_MATRIX)),
    "two.gz": _gzip(b"1 2\n") + _gzip(b"3 4\n") + bytes(64),
    "a.safetensors": _safetensors(w=_MATRIX.astype(np.float32), b=_MATRIX[0]),
    "a.pt": _zip(**{"archive/data.pkl": b"\x80\x02}q\x00.", "archive/version": b"3\n"}),
    "a.xlsx": _zip(**{"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}),
    "a.h5": b"\x89HDF\r\n\x1a\n" + bytes(64),
    "a.parquet": b"PAR1" + bytes(32) + b"PAR1",
    "a.pkl": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01K\x02e.",
    "a.mat": b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x01IM" + bytes(32),
    "a.zst": bytes.fromhex("28b52ffd2006310000312032203321") + b"\n",
    "a.arrow": b"ARROW1\0\0" + bytes(32),
    "utf16.txt": "1 2\n3 4\n".encode("utf-16"),
    "utf32.txt": "1 2\n3 4\n".encode("utf-32"),
    "latin1.csv": "a,b\né,1\n2,3\n".encode("latin-1"),
    "blanks.txt": b" \n\t\n#\n \n",
    "empty": b"",
    "random": bytes(range(256)),
}
_MARKS = (*b'0123456789.,;:"[]{}-+eE#\n\r\t\x1e\0\xff\x80 ',)
_HOSTILE = (b"-1", b"1" * 40, b"[" * 200, b'"', b"\r", b"\xc3", b"\xef\xbb\xbf", b"\x1e", b"nan", b",,", b"\x7f" * 8)


def mutated(draw: random.Random, data: bytes) -> bytes:
    """Some bytes with something changed, cut out, put in, doubled, or joined to another file."""
    changed = bytearray(data)
    for _ in range(draw.choice((0, 0, 1, 1, 1, 2, 8))):
        at = draw.randrange(len(changed) + 1)
        to = min(len(changed), at + draw.choice((1, 1, 2, 8, 64)))
        match draw.randrange(7):
            case 0:
                changed[at:to] = bytes(draw.choice(_MARKS) for _ in range(to - at))
            case 1:
                changed[at:to] = draw.randbytes(to - at)
            case 2:
                del changed[at:to]
            case 3:
                changed[at:at] = draw.choice(_HOSTILE)
            case 4:
                changed[at:at] = changed[at:to] * draw.choice((1, 2, 50))
            case 5:
                del changed[at:]
            case _:
                changed += draw.choice(list(FILES.values()))
    return bytes(changed)


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# A run, from its seed.


class Case(NamedTuple):
    """A command line and the world it is run in."""

    arguments: tuple[str, ...]
    """What is typed behind `actcli`."""
    stdin: bytes
    """What comes through the pipe."""
    pieces: int
    """How many bytes of that arrive at a time."""
    files: Mapping[str, bytes]
    """What lies in the folder."""
    world: Mapping[str, Any]
    """Changes to the terminal."""


@cache
def _options() -> Mapping[str, Sequence[tuple[str, Sequence[str] | None]]]:
    """The options of each command, each with the values it takes: None for a flag, empty where anything goes."""
    found = dict[str, list[tuple[str, Sequence[str] | None]]]()
    for context in contexts():
        for parameter in context.command.params:
            if parameter.param_type_name != "option" or parameter.name == "debug":
                continue
            choices = None if parameter.is_flag else tuple(getattr(parameter.type, "choices", ()))
            found.setdefault(context.info_name, []).extend((name, choices) for name in parameter.opts)
    return found


_NAMED = {
    "--input": (*FILES, "*", "a*", "*.np[yz]", "missing", ".", "-", "dangling", "x" * 300, "a\0b", "folder/"),
    "--output": (
        "out.csv",
        "out.npy",
        "out.json",
        "a.txt",
        "-",
        "",
        "folder/out",
        "out.svg",
        "out",
        "o" * 300,
        "out.html",
    ),
    "--format": ("table", "plain", "csv", "tsv", "json", "jsonl", "npy"),
    "--dtype": ("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "bf16"),
    "--against": ("a.npy", "a.txt", "missing", "json.loads", "actcli", "x.y.z"),
    "--layers": ("1", "3", "1e9", "0", "9" * 30),
    "--width": ("1", "20", "80", "1e7", "0"),
    "--height": ("1", "24", "1e7", "0"),
    "--digits": ("1", "3", "17", "20", "5000"),
    "--top": ("1", "3", "1e19", "0"),
    "--column": ("a", "b", "1", "2-", "x", "y", "a,b", "data.logits", "*", "9", "label", "0-"),
    "--keep": ("label", "a", "1", "id", "2-", "x*"),
    "--target-column": ("label", "a", "1", "id", "4", "x"),
    "--fail-over": ("0.1", "50%", "4ulp", "0"),
    "--temperature": ("2", "0.5,1,2", "1e-300", "0.1:1:0.3"),
    "--target": ("0", "1", "0.2,0.8", "cat"),
    "--labels": ("cat,dog", "a,b,c,d", "a"),
    "--array": ("a", "b", "w"),
    "--saturation": ("5%", "0.01"),
    "--seed": ("0", "7"),
    "--mean": ("0", "1e300", "-2"),
    "--sigma": ("1", "1e-300"),
    "--ylim": ("-1:1", "0:1e308"),
}
_SLIPS = ("--", "--nope", "-x", "", "--format", "help")
_NEVER = ("--dask", "--cost", "--help", "-h", "--version")  # of clusters, of time, and of no input


def _word(draw: random.Random) -> str:
    pool = draw.choice((_NUMBERS, _RANGES, _VECTORS, _EXPRESSIONS, _TEXTS)) if draw.random() < 0.3 else _NUMBERS[:12]
    return draw.choice(pool)


def _function(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.75:
        name = draw.choice(_FAMILIAR if kind < 0.4 else _FUNCTIONS)
        parameters = ("", ":0.5", ":1,2", ":alpha=1", "@torch", "@jax:0.1", "(x)", ":", ":nan")
        return name + draw.choice(parameters if draw.random() < 0.2 else ("",))
    if kind < 0.95:
        return draw.choice(_EXPRESSIONS)
    return "".join(draw.choice(_PIECES) for _ in range(draw.randint(1, 12)))


def _option(draw: random.Random, command: str) -> list[str]:
    name, choices = draw.choice([each for each in _options()[command] if each[0] not in _NEVER])
    if choices is None:
        return [name]
    known = _NAMED.get(name, ()) or choices
    value = draw.choice(known) if known and draw.random() < 0.95 else draw.choice((*_NUMBERS, *_TEXTS))
    return [name, value]


_SHARES = {"eval": 40, "grad": 20, "softmax": 30, "compare": 4, "plot": 3, "list": 2, "identify": 1}
"""How many runs of 100 each command gets: few what works out facts of whole curves, most what reads and refuses."""


def case(seed: int) -> Case:
    """The run that a seed stands for."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    command = draw.choices(list(_SHARES), list(_SHARES.values()))[0]
    words: list[str] = []
    if command != "softmax":
        words += [_function(draw) for _ in range(draw.choice((1, 1, 1, 2)) if command in ("compare", "plot") else 1)]
    options = [_option(draw, command) for _ in range(draw.choice((0, 0, 0, 1, 1, 2, 4)))]
    files = {name: mutated(draw, FILES[name]) for name in draw.sample(sorted(FILES), 3)}
    stdin = b""
    reading = draw.random()
    if reading < 0.45:
        stdin = mutated(draw, draw.choice(list(FILES.values())))
        words += ["-"] * (command in ("compare", "plot"))
    elif reading < 0.75 and command != "list":
        options.append(["--input", draw.choice(sorted(files))])
    else:
        words += [_word(draw) for _ in range(draw.choice((1, 1, 2, 3)))]
    if reading < 0.75 and command != "list" and draw.random() < 0.5:
        forms = next(choices for name, choices in _options()["eval"] if name == "--from")
        reader = draw.choice(
            [
                ["--from", draw.choice(forms or ("text",))],
                ["--on-error", draw.choice(("skip", "nan"))],
                ["--column", draw.choice(_NAMED["--column"])],
                ["--flatten"],
            ]
        )
        options.append(reader)
    arguments = [*words, *(word for option in options for word in option)]
    files = {name: data for name, data in files.items() if any(name in word or "*" in word for word in arguments)}
    if draw.random() < 0.05:
        draw.shuffle(arguments)
    if draw.random() < 0.03:
        arguments.insert(draw.randrange(len(arguments) + 1), draw.choice(_SLIPS))
    is_screen = draw.random() < 0.2
    world = {
        "stdout_is_tty": is_screen,
        "colour": is_screen and draw.random() < 0.7,
        "truecolour": draw.random() < 0.5,
        "unicode": draw.random() < 0.9,
        "width": draw.choice((80, 80, 80, 1, 9, 20, 200)),
        "height": draw.choice((24, 24, 1, 5)),
    }
    pieces = draw.choice((1, 3, 1 << 20, 1 << 20))
    return Case((command, *arguments), stdin, pieces, files, world)


class _Pieces:
    """A stdin whose bytes arrive a few at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self._file, self._size = io.BytesIO(data), size

    def read(self, size: int, /) -> bytes:
        return self._file.read(min(size, self._size))


class _TooLongError(BaseException):
    """A run is taking more than it may."""


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise _TooLongError


def faults(case: Case, judged: Callable[[int, str, str], None] | None = None) -> list[str]:
    """Run a case in this folder, and say what is wrong with its manners; `room` is such a folder."""
    found = []
    stdout, stderr = Sink(), Sink()
    world = terminal(stdout, stderr, **{"stdin": _Pieces(case.stdin, case.pieces)} | dict(case.world))
    status: int | None = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for name, data in case.files.items():
            Path(name).write_bytes(data)
        started, begun = time.process_time(), time.monotonic()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
        try:
            status = main(case.arguments, world)
        except _TooLongError:
            pass
        except BaseException as error:  # whatever it is, it should not have come this far
            found.append(f"{type(error).__name__} got out: {error}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        took, waited = time.process_time() - started, time.monotonic() - begun
    _sweep()
    peak = _peak()
    told = stderr.data.decode(errors="replace")
    if case.world["colour"] or "always" in case.arguments:
        told = _COLOUR.sub("", told)
    if took >= SECONDS or waited >= _PATIENCE:
        found.append(f"{took:.0f} s of the processor, {waited:.0f} s by the clock")
    if peak > MEGABYTES or "out of memory" in told:
        found.append(f"{peak:.0f} MB")
    found += [f"a warning: {warning.category.__name__}: {warning.message}" for warning in caught]
    if "this is a bug" in told:
        found.append(next(line for line in told.splitlines() if "this is a bug" in line))
    if status is not None and (status not in (0, 1, 2, 3) or (status in (1, 2)) != ("actcli: error: " in told)):
        found.append(f"status {status} with {told!r}")
    if not all(line.isprintable() for line in told.splitlines()):
        found.append(f"control characters on stderr: {told!r}")
    if judged is not None and status is not None:
        judged(status, stdout.data.decode(errors="replace"), told)
    return found


@contextmanager
def room() -> Iterator[None]:
    """A folder of its own to run cases in: with a folder, and with a link to nowhere."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("folder").mkdir()
        Path("dangling").symlink_to("nowhere")
        yield


def _sweep() -> None:
    """Remove what a run has read and written."""
    for entry in (*os.scandir("."), *os.scandir("folder")):
        if entry.name not in ("folder", "dangling"):
            Path(entry).unlink()


def _peak() -> float:
    """The most megabytes this process has held since it was last too much; 0 where the system cannot count anew."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if _CLEAR.exists() else 0.0
    if peak > MEGABYTES:
        _CLEAR.write_bytes(_PEAK)
    return peak


def hunt(seeds: range) -> Iterator[tuple[int, Case, list[str]]]:
    """Run the cases of some seeds, and hand over those with faults."""
    handlers = {each: signal.signal(each, _interrupted) for each in (signal.SIGALRM, signal.SIGPROF)}
    try:
        _peak()  # of whatever this process did before
        with room():
            for seed in seeds:
                one = case(seed)
                if found := faults(one):
                    yield seed, one, found
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)


def shown(seed: int, one: Case, found: Sequence[str]) -> str:
    """A case and its faults, in characters that any stream takes."""
    text = f"{seed}: actcli {shlex.join(one.arguments)} < {one.stdin[:60]!r}\n    " + "\n    ".join(found)
    return text.encode("ascii", "backslashreplace").decode()


if __name__ == "__main__":
    runs, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    faulthandler.enable()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    bad = 0
    for seed, one, found in hunt(range(first, first + runs)):
        bad += 1
        sys.stdout.write(shown(seed, one, found) + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"{runs} runs from seed {first} on, {bad} of them bad\n")
    sys.exit(bool(bad))
