"""Gzip, unpacked as it arrives, a block at a time whatever it unpacks to."""

import zlib
from collections.abc import Iterator

from actcli.errors import DataError
from actcli.inputs.arrival import BLOCK_BYTES, Pieces

_WINDOW = 31  # of zlib: the largest, and a header and checksum as gzip has them


def unpacked(pieces: Pieces, name: str) -> Iterator[bytes]:
    """Unpack all members; raises DataError where they are damaged, or cut short after all that came out."""
    member = zlib.decompressobj(_WINDOW)
    is_begun = False
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if member.eof:
                    rest, member, is_begun = rest.lstrip(b"\0"), zlib.decompressobj(_WINDOW), False
                    continue
                is_begun = True
                data = member.decompress(rest, BLOCK_BYTES)
                rest = member.unconsumed_tail or member.unused_data
                if data:
                    yield data
    except zlib.error as error:
        raise DataError(f"{name}: damaged gzip data") from error
    if is_begun and not member.eof:
        raise DataError(f"{name}: cut short: its gzip data ends too early")
