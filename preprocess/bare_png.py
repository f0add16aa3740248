"""PNGs so small and plain that reading one needs no clock: screenshots, charts, cuttings.

What such a file can cost is bounded by its size and its pixels, and both are known before it is decoded; to start a
process for it (`preprocess.jail`) would cost a hundred times as much. Whatever can unfold makes a PNG none of these: a
few kilobytes of EXIF can become gigabytes.
"""

from __future__ import annotations

import struct

MOST_BYTES = 2**20
MOST_PIXELS = 2**20
_BEGIN = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_HEADER_END = 33
_PLAIN = frozenset((b"PLTE", b"tRNS", b"IDAT", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"tEXt"))
_HEAD = struct.Struct(">I4s")
_SIZE = struct.Struct(">II")


def is_bare_png(data: bytes) -> bool:
    """Whether the bytes are a whole PNG of at most a megabyte and a megapixel that has pixels and little else."""
    if not _HEADER_END < len(data) <= MOST_BYTES or not data.startswith(_BEGIN):
        return False
    width, height = _SIZE.unpack_from(data, len(_BEGIN))
    if width * height > MOST_PIXELS:
        return False
    place = _HEADER_END
    while place + 12 <= len(data):  # length, kind, data, checksum
        length, kind = _HEAD.unpack_from(data, place)
        if kind == b"IEND":
            return True
        if kind not in _PLAIN:
            return False
        place += 12 + length
    return False
