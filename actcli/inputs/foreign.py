"""Files of other programs, which are not read here: how each kind begins, and the line that converts it."""

import re
from pathlib import PurePath
from typing import NamedTuple

from actcli.errors import DataError


class Foreign(NamedTuple):
    """A kind of file that is recognised, so that the error can say how to convert it."""

    title: str
    """What it is called, as in `a file of PyTorch`."""
    line: str
    """A line for the shell that converts it, with {path} and {saved} where the files stand."""
    suffix: str
    """That of such a file."""
    saved: str = ".npz"
    """The suffix of what the line writes; empty where it writes to a pipe."""
    magics: tuple[bytes, ...] = ()
    """What such a file begins with."""
    others: tuple[str, ...] = ()
    """Further suffixes."""
    member: str = ""
    """The end of a name in its archive, where it is one."""
    mark: bytes = b""
    """What stands within its first 64 bytes, behind a size that may be any."""


def _python(code: str) -> str:
    return f'python -c "{code}"'


# A checkpoint is a table of tensors; as float64 none loses a digit, and NumPy has no bfloat16.
_TENSORS = (
    "import numpy; numpy.savez('{saved}', "
    "**{{k: v.detach().double().numpy() for k, v in (x if hasattr(x, 'items') else {{'x': x}}).items()}})"
)
_PANDAS = "import pandas; pandas.read_{}('{{path}}').to_csv('{{saved}}', index=False)"
_DATASETS = (
    "import h5py, numpy; a = {{}}; "
    "h5py.File('{path}').visititems("
    "lambda k, v: a.update({{k: v[()]}}) if isinstance(v, h5py.Dataset) and v.dtype.kind in 'fiu' else None); "
    "numpy.savez('{saved}', **a)"
)

# What PyTorch has saved since 2020 is read: archives.
TORCH = Foreign(
    "PyTorch before 1.6",
    _python(f"import torch; x = torch.load('{{path}}', map_location='cpu'); {_TENSORS}"),
    ".pt",
    others=(".pth",),
    # The number that a checkpoint of before 2020 begins with, pickled.
    magics=(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",),
)
PICKLE = Foreign(
    "Python's pickle",
    _python(
        "import numpy, pickle; x = pickle.load(open('{path}', 'rb')); "
        "numpy.savez('{saved}', **(x if isinstance(x, dict) else {{'x': x}}))"
    ),
    ".pkl",
    others=(".pickle",),
    magics=(b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"),
)
KINDS = (
    TORCH,
    # A MATLAB 7.3 file is one of HDF5 behind a header of its own.
    Foreign("HDF5", _python(_DATASETS), ".h5", others=(".hdf5",), magics=(b"\x89HDF\r\n\x1a\n",)),
    Foreign("MATLAB 7.3", _python(_DATASETS), ".mat", magics=(b"MATLAB 7.3 MAT-file",)),
    Foreign(
        "MATLAB",
        _python(
            "import numpy, scipy.io; numpy.savez('{saved}', **{{k: v for k, v in scipy.io.loadmat('{path}').items() "
            "if getattr(v, 'dtype', numpy.dtype('O')).kind in 'fiu'}})"
        ),
        ".mat",
        magics=(b"MATLAB 5.0 MAT-file",),
    ),
    Foreign("Excel", _python(_PANDAS.format("excel")), ".xlsx", ".csv", member="xl/workbook.xml"),
    Foreign("Parquet", _python(_PANDAS.format("parquet")), ".parquet", ".csv", magics=(b"PAR1\x15",)),
    Foreign(
        "Arrow", _python(_PANDAS.format("feather")), ".arrow", ".csv", magics=(b"ARROW1\0\0",), others=(".feather",)
    ),
    Foreign(
        "Arrow's stream format",
        _python("import pyarrow; pyarrow.ipc.open_stream('{path}').read_pandas().to_csv('{saved}', index=False)"),
        ".arrows",
        ".csv",
        magics=(b"\xff\xff\xff\xff",),
    ),
    PICKLE,
    Foreign(
        "TensorBoard",
        _python(
            "import numpy; from tensorboard.util.tensor_util import make_ndarray as m; "
            "from tensorboard.backend.event_processing.event_accumulator import EventAccumulator as E; "
            "e = E('{path}', dict(scalars=0, tensors=0)).Reload(); t = e.Tags(); "
            "a = {{k: [s.value for s in e.Scalars(k)] for k in t['scalars']}}; "
            "a.update({{k: [m(s.tensor_proto) for s in e.Tensors(k)] for k in t['tensors']}}); "
            "numpy.savez('{saved}', **{{k: v for k, v in a.items() if numpy.asarray(v[0]).dtype.kind in 'fiu'}})"
        ),
        ".tfevents",
        mark=b"\x1a\x0dbrain.Event:2",
    ),
    Foreign(
        "bzip2", "bzip2 -dc '{path}' | actcli ...", ".bz2", "", magics=tuple(b"BZh%d1AY&SY" % n for n in range(1, 10))
    ),
    Foreign("xz", "xz -dc '{path}' | actcli ...", ".xz", "", magics=(b"\xfd7zXZ\0",)),
    # Before UTF-16, whose mark is the start of this one.
    Foreign(
        "UTF-32",
        "iconv -f UTF-32 -t UTF-8 '{path}' | actcli ...",
        ".txt",
        "",
        magics=(b"\xff\xfe\0\0", b"\0\0\xfe\xff"),
    ),
    Foreign("UTF-16", "iconv -f UTF-16 -t UTF-8 '{path}' | actcli ...", ".txt", "", magics=(b"\xff\xfe", b"\xfe\xff")),
)
MAGICS = tuple(magic for kind in KINDS for magic in kind.magics)


def foreign(start: bytes, suffix: str) -> Foreign | None:
    """The kind of file that begins so, or else has this suffix and begins as no text does; None for any other."""
    begun = next(
        (kind for kind in KINDS if start.startswith(kind.magics) or (kind.mark and kind.mark in start[:64])), None
    )
    named = next((kind for kind in KINDS if kind.saved and suffix in (kind.suffix, *kind.others)), None)
    # A pickle may be of any library: the suffix knows better.
    return named or begun if begun is PICKLE or (begun is None and b"\0" in start) else begun


def foreign_archive(members: list[str]) -> Foreign | None:
    """The kind of file that is a zip archive of such members; None for any other."""
    archives = (kind for kind in KINDS if kind.member)
    return next((kind for kind in archives if any(member.endswith(kind.member) for member in members)), None)


def unsupported(name: str, kind: Foreign) -> DataError:
    """The error for a file that is not read here, with the line that converts it."""
    path = _path(name, kind.suffix)
    line = kind.line.format(path=path, saved=PurePath(path).with_suffix(kind.saved))
    return DataError(f"{name}: a file of {kind.title}, which is not read here", f"convert it: {line}")


def converting(name: str, code: str, suffix: str) -> str:
    """A hint with the line of Python that converts an array file: `code` with {path} and {saved}."""
    path = _path(name, ".npy")
    saved = PurePath(path).with_name(f"{PurePath(path).stem}-numbers{suffix}")
    return "convert it: " + _python(code.format(path=path, saved=saved))


def _path(name: str, suffix: str) -> str:
    """How a file is called in a line for the shell: a path that neither it nor Python takes for more than letters."""
    is_plain = re.fullmatch(r"[\w./ +-]+", name) and PurePath(name).suffix not in ("", ".gz")
    return name if is_plain else f"FILE{suffix}"
