"""A plot as PNG, with its title and what it shows above it, as it stands alone."""

from __future__ import annotations

from struct import pack, unpack
from textwrap import wrap
from typing import Any
from zlib import compress, crc32, decompress

import vl_convert

from condor_elastic.report.plots import Plot

LETTERS = 170
"""So many stand on a line of 1,100 pixels."""


def png(plot: Plot, of: str) -> bytes:
    """Draw it; of is what the report is about."""
    title: dict[str, Any] = {"text": f"{plot.title} - {of}", "subtitle": wrap(plot.says, LETTERS), "fontSize": 17,
                             "subtitleFontSize": 13, "anchor": "start", "offset": 14, "subtitlePadding": 6}  # fmt: skip
    return packed(vl_convert.vegalite_to_png({**(plot.spec or {}), "title": title}, scale=1.0))


def packed(image: bytes) -> bytes:
    """Compress the pixels of a PNG again, as well as zlib can: the converter's are five times as large."""
    made, data, place = [image[:8]], b"", 8
    while place < len(image):
        (size,) = unpack(">I", image[place:place + 4])
        kind, chunk = image[place + 4:place + 8], image[place:place + size + 12]
        place += size + 12
        if kind == b"IDAT":
            data += chunk[8:-4]
            continue
        if kind == b"IEND":
            pixels = b"IDAT" + compress(decompress(data), 9)
            made.append(pack(">I", len(pixels) - 4) + pixels + pack(">I", crc32(pixels)))
        made.append(chunk)
    return b"".join(made)
