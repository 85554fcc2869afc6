"""Files of other libraries, which are not read: the errors that say how to turn them into what is."""

import re
from pathlib import PurePath

from actcli.errors import DataError

TORCH, SAFETENSORS = ("PyTorch", ".pt"), ("safetensors", ".safetensors")
LIBRARIES = {".pt": TORCH, ".pth": TORCH, ".safetensors": SAFETENSORS}

_LOADERS = {
    TORCH: "import torch; x = torch.load({path!r}, map_location='cpu')",
    SAFETENSORS: "from safetensors.torch import load_file; x = load_file({path!r})",
}
# A checkpoint is a table of tensors; as float64 none loses a digit, and NumPy has no bfloat16.
_SAVER = (
    "import numpy; numpy.savez({saved!r}, "
    "**{{k: v.detach().double().numpy() for k, v in (x if hasattr(x, 'items') else {{'x': x}}).items()}})"
)
_PLAIN = re.compile(r"[\w./ +-]+")  # nothing that a shell or Python would take for more than a letter


def conversion(name: str, library: tuple[str, str]) -> DataError:
    """The error for a file of a library, with the one line of Python that converts it."""
    title, suffix = library
    path = name if PurePath(name).suffix and _PLAIN.fullmatch(name) else f"FILE{suffix}"
    line = f"{_LOADERS[library]}; {_SAVER}".format(path=path, saved=str(PurePath(path).with_suffix(".npz")))
    return DataError(f"{name}: a file of {title}, which is not read here", f'convert it: python -c "{line}"')
