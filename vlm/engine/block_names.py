"""Names of a prompt's blocks, by what stands in them and before them.

A block's name is a hash of its token ids, of the pictures whose rows stand in it, and of the block before it. So a name
stands for everything from the first token on, and the same text over different pictures never shares a block (chained
block hashes as in vLLM's automatic prefix caching).
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from collections.abc import Sequence as Seq
from itertools import islice

from vlm.inputs import ModelInputs
from vlm.kernels.paged import BLOCK


def block_names(inputs: ModelInputs, pictures: Seq[bytes]) -> Iterator[bytes]:
    """Names of a prompt's whole blocks; `pictures` are its pictures' names."""
    row_of = (name for name, count in zip(pictures, inputs.picture_tokens, strict=True) for _ in range(count))
    name = b""
    for start in range(0, len(inputs.token_ids) // BLOCK * BLOCK, BLOCK):
        told = hashlib.sha256(name)
        told.update(array("q", inputs.token_ids[start : start + BLOCK]).tobytes())
        rows = islice(row_of, sum(inputs.image_slots[start : start + BLOCK]))
        for picture in dict.fromkeys(rows):
            told.update(picture)
        name = told.digest()
        yield name
