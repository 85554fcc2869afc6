"""Which tensors a .pt file of PyTorch holds: its pickle is read opcode by opcode, and nothing of it is run.

`pickle.Unpickler` calls whatever its `find_class` lets through, with arguments, `__setstate__` and attributes of the
file's choice: each function that is let through has to withstand all of them. Here a name is a word, never an object,
and the few calls that build tensors are data: what they would make is described, not made.
"""

from collections.abc import Callable, Iterator, Mapping
from math import prod
from pathlib import PurePosixPath
from pickletools import genops
from typing import TYPE_CHECKING, Any, NamedTuple

from actcli.errors import DataError, printable
from actcli.inputs.readers.npy import PICKLE_NAME
from actcli.inputs.readers.tensors import BITS, Tensor, are_places

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_PICKLE_LIMIT = 1 << 26  # bytes; of a model of a hundred thousand tensors it takes some 20 MB
_MOST_STEPS = 1 << 23  # opcodes; a tensor takes some forty
# Of nested containers, which a small pickle can make endless.
_MOST_VALUES, _MOST_FLOORS, _LONGEST_NAME, _MOST_LETTERS = 1 << 20, 100, 1_000, 1 << 26
_HEADER_BYTES = 30  # of a member, before its name
_STORED = 0  # in an archive: not packed
_ENCRYPTED = 1

_ALONE = "save its tensors alone: torch.save(model.state_dict(), 'FILE.pt')"
_SAVE_AGAIN = "write it again with torch.save"

# Classes of storages, as torch.save has named types since its beginning.
_STORAGES = {
    "torch.DoubleStorage": "float64",
    "torch.FloatStorage": "float32",
    "torch.HalfStorage": "float16",
    "torch.BFloat16Storage": "bfloat16",
    "torch.LongStorage": "int64",
    "torch.IntStorage": "int32",
    "torch.ShortStorage": "int16",
    "torch.CharStorage": "int8",
    "torch.ByteStorage": "uint8",
    "torch.BoolStorage": "bool",
    "torch.ComplexDoubleStorage": "complex128",
    "torch.ComplexFloatStorage": "complex64",
    "torch.storage.UntypedStorage": "bytes",
}
# Types without such a class, whose tensors name them.
_TYPES = {
    "torch.uint16": "uint16",
    "torch.uint32": "uint32",
    "torch.uint64": "uint64",
    "torch.float8_e4m3fn": "float8_e4m3fn",
    "torch.float8_e5m2": "float8_e5m2",
    "torch.float8_e4m3fnuz": "float8_e4m3fnuz",
    "torch.float8_e5m2fnuz": "float8_e5m2fnuz",
    "torch.float8_e8m0fnu": "float8_e8m0fnu",
    "torch.float4_e2m1fn_x2": "float4_e2m1fn_x2",
}
# What may stand beside tensors as a value.
_VALUES = {f"torch.{each}" for each in ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8",
                                        "uint8", "bool", "complex64", "complex128")}  # fmt: skip
_TENSOR, _TYPED_TENSOR = "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3"
_PARAMETERS = ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state")
_DICT = "collections.OrderedDict"
_OTHERS = ("torch.Size", "torch.device")
_NAMES = {*_STORAGES, *_TYPES, *_VALUES, _TENSOR, _TYPED_TENSOR, *_PARAMETERS, _DICT, *_OTHERS}


class _Name(NamedTuple):
    """A name that the pickle would import."""

    text: str


class _Storage(NamedTuple):
    """The bytes that tensors share."""

    value_type: str
    key: str
    """The member of the archive that holds them."""


class _Pickled(NamedTuple):
    """A tensor as its pickle describes it."""

    storage: _Storage
    value_type: str
    offset: int
    """Of its first value, in values."""
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def item_bytes(self) -> int:
        """What a value takes."""
        return BITS[self.value_type] // 8


def tensors_of(archive: "ZipFile", data: memoryview, name: str) -> Mapping[str, Tensor]:
    """The tensors of an archive whose bytes are `data`, by the keys that lead to them, joined with dots.

    A tensor that was saved alone is called "tensor". Checksums are not compared, as PyTorch does not. Raises DataError
    for a pickle that would do more than build tensors, for one without tensors, and for tensors that do not lie within
    their storages.
    """
    members = {member.filename: member for member in archive.infolist()}
    described_in = min((each for each in members if PurePosixPath(each).name == PICKLE_NAME), key=len)
    root = described_in.removesuffix(PICKLE_NAME)
    described = _bytes_of(members[described_in], data, name)
    if len(described) > _PICKLE_LIMIT:
        raise DataError(f"{name}: its {PICKLE_NAME} takes {len(described):,} bytes", "save fewer tensors in a file")
    order = bytes(_bytes_of(members[f"{root}byteorder"], data, name)) if f"{root}byteorder" in members else b"little"
    if order not in (b"little", b"big"):
        raise DataError(f"{name}: byte order {printable(order.decode(errors='replace'))} is unknown", _SAVE_AGAIN)
    found = dict[str, Tensor]()
    for key, pickled in _named(_unpickled(bytes(described), name), name):
        title = f"{name}, array {printable(key)}"
        if key in found:
            raise DataError(f"{name}: two tensors are called {printable(key)}", _SAVE_AGAIN)
        member = members.get(f"{root}data/{pickled.storage.key}")
        if member is None:
            raise DataError(f"{title}: the archive lacks its values", _SAVE_AGAIN)
        found[key] = _tensor(pickled, _bytes_of(member, data, name), title)._replace(is_big_endian=order == b"big")
    if not found:
        raise DataError(f"{name}: holds no tensors", _ALONE)
    return found


def _bytes_of(member: "ZipInfo", data: memoryview, name: str) -> memoryview:
    """The bytes of a member where they lie in the archive."""
    title = f"{name}, its {printable(member.filename)}"
    if member.compress_type != _STORED or member.flag_bits & _ENCRYPTED:
        raise DataError(f"{title}: packed or locked, which torch.save does not do", _SAVE_AGAIN)
    head = data[member.header_offset : member.header_offset + _HEADER_BYTES]
    begin = member.header_offset + _HEADER_BYTES + sum(int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
    if len(head) < _HEADER_BYTES or bytes(head[:4]) != b"PK\3\4" or begin + member.file_size > len(data):
        raise DataError(f"{title}: cut short or damaged", _SAVE_AGAIN)
    return data[begin : begin + member.file_size]


def _tensor(pickled: _Pickled, storage: memoryview, title: str) -> Tensor:
    """A tensor that lies within its storage, and has no value twice: one that was expanded has no end."""
    size = len(storage) // pickled.item_bytes
    count = prod(pickled.shape)
    last = pickled.offset + sum(
        (side - 1) * stride for side, stride in zip(pickled.shape, pickled.strides, strict=True)
    )
    if count and last >= size:
        raise DataError(f"{title}: its shape and strides reach beyond its storage of {size:,} values", _SAVE_AGAIN)
    if count > size:
        raise DataError(f"{title}: {count:,} values of which {size:,} are stored", "save tensor.contiguous()")
    # Where a side is 1 its stride leads nowhere, and may be any.
    strides = tuple(stride if side > 1 else 0 for side, stride in zip(pickled.shape, pickled.strides, strict=True))
    return Tensor(pickled.value_type, pickled.shape, storage[pickled.offset * pickled.item_bytes :], strides=strides)


def _named(root: Any, name: str) -> Iterator[tuple[str, _Pickled]]:
    """The tensors in nested containers, each with the keys that lead to it; what else stands there is passed over."""
    seen, letters = 0, 0
    waiting = [("", root, 0)]
    while waiting:
        path, each, floor = waiting.pop()
        if isinstance(each, _Pickled):
            yield path or "tensor", each
        elif isinstance(each, dict | list | tuple) and not isinstance(each, _Name | _Storage):
            seen += 1 + len(each)
            letters += len(path) * len(each)
            is_endless = seen > _MOST_VALUES or floor > _MOST_FLOORS or letters > _MOST_LETTERS
            if is_endless or len(path) > _LONGEST_NAME:
                raise DataError(f"{name}: its containers are nested without end", _ALONE)
            items = each.items() if isinstance(each, dict) else enumerate(each)
            inner = [(f"{path}.{key}" if path else str(key), value, floor + 1) for key, value in items]
            waiting += reversed(inner)


def _unpickled(data: bytes, name: str) -> Any:
    """What a pickle describes: containers, plain values, names and tensors.

    Raises DataError at an opcode, a name or a call that builds no tensor, and for damage.
    """
    try:
        return _Machine(name).result(data)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise DataError(f"{name}: its {PICKLE_NAME} is damaged", _SAVE_AGAIN) from error


class _Machine:
    """The stack and the memory of a pickle. Its opcodes: Python's pickletools."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._stack = list[Any]()
        self._below = list[list[Any]]()  # the stacks beneath each mark
        self._memory = dict[int, Any]()

    def result(self, data: bytes) -> Any:
        """What is left when the pickle stops."""
        for step, (opcode, argument, _) in enumerate(genops(data)):
            if step > _MOST_STEPS:
                raise self._refused(f"takes over {_MOST_STEPS:,} steps")
            if opcode.name in _LITERALS:
                self._stack.append(argument)
            elif opcode.name in _CONSTANTS:
                self._stack.append(_CONSTANTS[opcode.name]())
            elif opcode.name in _STEPS:
                _STEPS[opcode.name](self, argument)
            elif opcode.name not in _FRAMING:
                raise self._refused(f"uses the opcode {opcode.name}")
        return self._stack.pop()

    def mark(self, _: None) -> None:
        """Begin the items of a container."""
        self._below.append(self._stack)
        self._stack = []

    def tuple_since_mark(self, _: None) -> None:
        """Make a tuple of the items."""
        items = self._since_mark()
        self._stack.append(tuple(items))

    def tuple_of(self, count: int) -> None:
        """Make a tuple of the last values."""
        self._stack[-count:] = [tuple(self._last(count))]

    def append(self, _: None) -> None:
        """Put one value into a list."""
        item = self._stack.pop()
        self._list().append(item)

    def extend(self, _: None) -> None:
        """Put the items into a list."""
        items = self._since_mark()
        self._list().extend(items)

    def set_item(self, _: None) -> None:
        """Put one value into a dict."""
        items = self._last(2)
        del self._stack[-2:]
        self._set_items(items)

    def set_items(self, _: None) -> None:
        """Put the items into a dict."""
        self._set_items(self._since_mark())

    def memoize(self, _: None) -> None:
        """Keep a value under the next number."""
        self._memory[len(self._memory)] = self._stack[-1]

    def keep(self, number: int) -> None:
        """Keep a value under a number."""
        self._memory[number] = self._stack[-1]

    def recall(self, number: int) -> None:
        """Take a value that was kept."""
        self._stack.append(self._memory[number])

    def name(self, words: str) -> None:
        """Take a name for a word."""
        self._stack.append(self._name_of(*words.split(" ", 1)))

    def name_on_stack(self, _: None) -> None:
        """The same of a name whose parts stand on the stack."""
        self._stack[-2:] = [self._name_of(*self._last(2))]

    def storage(self, _: None) -> None:
        """Take the description of a storage."""
        self._stack.append(self._storage(self._stack.pop()))

    def call(self, _: None) -> None:
        """Take what a call would build."""
        called, arguments = self._last(2)
        self._stack[-2:] = [self._built(called, arguments)]

    def set_attributes(self, _: None) -> None:
        """Pass over attributes of a dict, such as the versions of a model's layers."""
        self._stack.pop()
        if not isinstance(self._stack[-1], dict):
            raise self._refused("sets attributes of what is no dict")

    def _last(self, count: int) -> list[Any]:
        if len(self._stack) < count:
            raise ValueError("the stack is empty")
        return self._stack[-count:]

    def _since_mark(self) -> list[Any]:
        items, self._stack = self._stack, self._below.pop()
        return items

    def _list(self) -> list[Any]:
        found = self._stack[-1]
        if not isinstance(found, list):
            raise TypeError("no list")
        return found

    def _set_items(self, items: list[Any]) -> None:
        found = self._stack[-1]
        if not isinstance(found, dict):
            raise TypeError("no dict")
        for key, value in zip(items[::2], items[1::2], strict=True):
            # Hashes of deeply nested keys would end the process; an integer may have a million digits.
            if not isinstance(key, str | int | float | None) or (isinstance(key, int) and key.bit_length() > 64):
                raise self._refused("has a dict whose keys are no names")
            if isinstance(key, str) and len(key) > _LONGEST_NAME:
                raise self._refused(f"has a name of {len(key):,} characters")
            found[key] = value

    def _name_of(self, module: Any, word: Any) -> _Name:
        text = f"{module}.{word}"
        if text not in _NAMES:
            raise self._refused(f"asks for {printable(text[:100])}")
        return _Name(text)

    def _storage(self, described: Any) -> _Storage:
        match described:
            case ("storage", _Name(text), str(key), str(), int()) if text in _STORAGES:
                return _Storage(_STORAGES[text], key)
            case _:
                raise ValueError("no storage")

    def _built(self, called: Any, arguments: Any) -> Any:
        """What a call would give."""
        match called, arguments:
            case (_Name("collections.OrderedDict"), ()):
                return {}
            case (_Name(text), (_Storage() as storage, int(offset), tuple(shape), tuple(strides), *others)) if text in (
                _TENSOR,
                _TYPED_TENSOR,
            ):
                value_type = _TYPES[others[2].text] if text == _TYPED_TENSOR else storage.value_type
                if len(shape) != len(strides) or not all(map(are_places, ((offset,), shape, strides))):
                    raise ValueError("no place in a storage")
                if any(others[3 if text == _TYPED_TENSOR else 2 :]):
                    raise DataError(
                        f"{self._source}: a tensor whose values are to be negated or conjugated",
                        "save tensor.resolve_neg().resolve_conj()",
                    )
                return _Pickled(storage, value_type, offset, shape, strides)
            case (_Name(text), (_Pickled() as tensor, *_)) if text in _PARAMETERS:
                return tensor
            case (_Name(text), tuple()) if text in _OTHERS:
                return None
            case _:
                raise self._refused("calls what builds no tensor")

    def _refused(self, why: str) -> DataError:
        return DataError(
            f"{self._source}: its pickle {why}: not a file of tensors alone, and nothing of it was run", _ALONE
        )


_LITERALS = {
    "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
    "BINBYTES", "SHORT_BINBYTES", "BINBYTES8",
}  # fmt: skip
_CONSTANTS: Mapping[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_SET": list,  # nothing asks what is in it twice
    "EMPTY_TUPLE": tuple,
}
_STEPS: Mapping[str, Callable[[_Machine, Any], None]] = {
    "MARK": _Machine.mark,
    "TUPLE": _Machine.tuple_since_mark,
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "APPEND": _Machine.append,
    "APPENDS": _Machine.extend,
    "ADDITEMS": _Machine.extend,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "MEMOIZE": _Machine.memoize,
    "BINPUT": _Machine.keep,
    "LONG_BINPUT": _Machine.keep,
    "BINGET": _Machine.recall,
    "LONG_BINGET": _Machine.recall,
    "GLOBAL": _Machine.name,
    "STACK_GLOBAL": _Machine.name_on_stack,
    "BINPERSID": _Machine.storage,
    "REDUCE": _Machine.call,
    "BUILD": _Machine.set_attributes,
}
_FRAMING = {"PROTO", "FRAME", "STOP"}
