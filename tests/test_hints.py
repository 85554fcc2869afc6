"""Every cure that the program offers is met by a mistake here, and what it says, run, helps."""

import gzip
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.cures import cures
from tests.mistakes import ELSEWHERE, MISTAKES, Mistake
from tests.runner import Run, actcli, on_terminal

TENSORS = Path(__file__).parent / "data" / "tensors"
ACTCLI = f"{shlex.quote(sys.executable)} -m actcli"


def test_each_cure_of_the_program_is_run_here() -> None:
    assert cures().lost == ()
    assert sorted(cures().texts) == sorted({*MISTAKES, *ELSEWHERE})


def safetensors(shape: Sequence[int], values: bytes) -> bytes:
    """A file of one tensor of float64."""
    described = {"w": {"dtype": "F64", "shape": shape, "data_offsets": (0, len(values))}}
    header = json.dumps(described).encode()
    return len(header).to_bytes(8, "little") + header + values


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
        "fit.csv": "label,a,b\n0,3,1\n0,3,1\n1,3,1\n",
        "long.txt": "1 " * 999,
        "pretty.json": "[\n" + "1,\n" * 999 + "1]\n",
        "lines.jsonl": "[1]\n" * 999,
        "huge.csv": "0,1e308,-1e308\n0,1e308,-1e308\n1,1e308,-1e308\n",
        "nan.csv": "0,nan,1\n0,3,1\n0,3,1\n1,3,1\n",
        "inf.csv": "1,inf,1\n1,3,1\n" + "0,3,1\n" * 60,
        "mask.csv": "0,1,-inf\n" + "0,3,1\n" * 2 + "1,3,1\n",
        "minus.csv": "0,-inf,1\n0,3,1\n0,3,1\n1,3,1\n",
        "k.csv": "x,y,yy\n1,1,1\n",
        "records.jsonl": '{"a": {"b": 1}, "c": 2}\n',
        "cr.txt": "1\r2\n",
        "tabs.txt": "1\t\t2\n",
        "semicolons.txt": "1, 2; 3, 4\n",
        "decimals.txt": "1,5;2,5\n",
        "thousands.txt": "1,234.5\n",
        "millions.txt": "1,234,567 2\n",
        "quotes.txt": '"1" "2"\n',
        "blanks.txt": "1\u00a0000 2\n",
        "latex.txt": "1 & 2 \\\\\n3 & 4 \\\\\n",
        "wide.csv": "1，2\n３，４\n",
        "dashes.txt": "1 \u20133\n",
        "points.txt": "1.234,5\n",
        "stray.csv": 'name,x\n"a"b,1\n',
        "remark.csv": "1,2\n# remark\n3,4\n",
    }.items():
        Path(name).write_text(text, "utf-8", newline="")
    Path("latin.csv").write_text("name,x\ncaf\xe9,1\n", "latin-1")
    Path("utf16.txt").write_text("1 2\n", "utf-16")
    Path("raw.bin").write_bytes(x.tobytes())
    np.save("scalar.npy", np.float64(1))
    np.save("bytes.npy", np.zeros(2, "V3"))
    Path("cut.npy").write_bytes(Path("x.npy").read_bytes()[:-1])
    Path("cut.npz").write_bytes(Path("two.npz").read_bytes()[:-1])
    Path("w.safetensors").write_bytes(safetensors(x.shape, x.tobytes()))
    Path("cut.safetensors").write_bytes(safetensors(x.shape, x.tobytes())[:20])
    Path("empty.safetensors").write_bytes(safetensors((1 << 40, 0), b""))
    Path("deep.safetensors").write_bytes(safetensors((1,) * 70, bytes(8)))
    Path("whole.txt.gz").write_bytes(gzip.compress(b"1\n" * 99))
    Path("cut.txt.gz").write_bytes(gzip.compress(b"1\n" * 99)[:-3])
    for name in ("x.npy", "two.npz", "w.safetensors"):
        Path(f"{name}.gz").write_bytes(gzip.compress(Path(name).read_bytes()))
    np.savez_compressed("packed.npz", a=x)
    whole = bytes.fromhex("28b52ffd045831000031203220330a2a712471")
    Path("whole.txt.zst").write_bytes(whole)
    Path("cut.txt.zst").write_bytes(whole + whole[:-1])
    Path("tensors").symlink_to(TENSORS)
    Path("cut.pt").write_bytes((TENSORS / "checkpoint.pt").read_bytes()[:-300])
    Path("folder").mkdir()
    Path("batch").mkdir()
    np.save("batch/x.npy", x)
    Path("twice.gz").write_bytes(gzip.compress(gzip.compress(b"1\n")))


def run(line: str, mistake: Mistake) -> Run:
    if line.startswith("|"):
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
    with pytest.MonkeyPatch.context() as patch:
        for path, limit in mistake.limits.items():
            patch.setattr(path, limit)
        for module in mistake.missing:
            patch.setitem(sys.modules, module, None)
        refused = run(mistake.line, mistake)
    assert refused.status in (1, 2), mistake.line
    pattern = re.escape(hint).replace(re.escape("{}"), ".+")
    said = " ".join(refused.stderr.split())
    assert re.search(f"hint: {pattern}", said), refused.stderr
    for cure in mistake.cures:
        ended = run(cure, mistake)
        assert ended.status == 0, (cure, ended.stderr)
