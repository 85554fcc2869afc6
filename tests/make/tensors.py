"""Makes the files of tensors in tests/data/tensors, written by PyTorch and safetensors themselves, and what they hold.

Run where both are installed: `python -m tests.make.tensors`. The tests read what is committed, and need neither.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parents[1] / "data" / "tensors"
FLOATS = (
    "float64",
    "float32",
    "float16",
    "bfloat16",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
)
INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")


def bits_of(torch: Any, name: str) -> Any:
    """Numbers of a type; of those of 8 bits all patterns, of bfloat16 a pattern of each exponent and sign."""
    kind = getattr(torch, name)
    if name.startswith("float8"):
        return torch.arange(256, dtype=torch.uint8).view(kind).reshape(16, 16)
    if name == "bfloat16":
        return (torch.arange(512, dtype=torch.int32) * 128 + 5).to(torch.uint16).view(kind).reshape(32, 16)
    return torch.tensor([[-2.5, -1, 0], [0.1, 1, 3]], dtype=torch.float64).to(kind)


def main() -> None:
    torch, save_file = import_module("torch"), import_module("safetensors.torch").save_file
    torch.manual_seed(1)
    every = {name: bits_of(torch, name) for name in FLOATS}
    every |= {name: torch.tensor([[0, 1, 2], [3, 100, 127]]).to(getattr(torch, name)) for name in INTEGERS}
    save_file(every, FOLDER / "types.safetensors", metadata={"format": "pt"})
    torch.save(every, FOLDER / "types.pt")
    np.savez_compressed(FOLDER / "types.npz", **{name: value.double().numpy() for name, value in every.items()})

    layer = torch.randn(6, 4, dtype=torch.float32).to(torch.bfloat16)
    save_file({"layer1.relu": layer}, FOLDER / "bfloat16.safetensors")
    torch.save({"layer1.relu": layer}, FOLDER / "bfloat16.pt")
    np.save(FOLDER / "bfloat16.npy", layer.double().numpy())

    network = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.BatchNorm1d(2))
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.randn(5, 3)).sum().backward()
    optimizer.step()
    wide = torch.arange(24.0).reshape(4, 6)
    checkpoint = {
        "epoch": 3,
        "device": torch.device("cpu"),
        "type": torch.bfloat16,
        "model": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "views": [wide, wide.T, wide[1:, ::2], wide[2]],
        "weight": torch.nn.Parameter(torch.ones(2)),
        "scalar": torch.tensor(2.5),
        "empty": torch.empty(0, 3),
        "flags": torch.tensor([True, False]),
        "wave": torch.tensor([1 + 2j]),
    }
    torch.save(checkpoint, FOLDER / "checkpoint.pt")
    torch.save(checkpoint, FOLDER / "protocol4.pt", pickle_protocol=4)
    np.savez_compressed(
        FOLDER / "checkpoint.npz",
        **{f"model.{key}": value.double().numpy() for key, value in network.state_dict().items()},
        **{f"views.{place}": value.double().numpy() for place, value in enumerate(checkpoint["views"])},
        weight=np.ones(2),
        scalar=np.array(2.5),
        empty=np.empty((0, 3)),
    )
    torch.save(torch.tensor([1.5, -2.0]), FOLDER / "alone.pt")
    torch.save(network, FOLDER / "module.pt")
    torch.save({"sparse": torch.ones(2).to_sparse()}, FOLDER / "sparse.pt")
    torch.save({"wide": torch.ones(1).expand(1000)}, FOLDER / "expanded.pt")
    torch.save(torch.ones(2), FOLDER / "old.pt", _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    main()
