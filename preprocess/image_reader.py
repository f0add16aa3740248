"""Picture files, decoded in a process that can be killed: `ImageReader(data, "scan.tif").frame(0)`."""

from __future__ import annotations

from PIL import Image

from preprocess import image_parser
from preprocess.bare_png import is_bare_png
from preprocess.document import DocumentError
from preprocess.image import MAX_MEGAPIXELS, open_image
from preprocess.jail import DEFAULT_LIMITS, JailedFile, Limits
from preprocess.jail_process import ParserError


class ImageReader:
    """An open picture file. Any number of threads may use it; they take turns.

    Raises:
        DocumentError: it is damaged, or costs more than `limits` allow.
    """

    def __init__(
        self, data: bytes, name: str, *, limits: Limits = DEFAULT_LIMITS, max_megapixels: int = MAX_MEGAPIXELS
    ) -> None:
        self._data, self._name, self._most = data, name, max_megapixels
        self._file = None if is_bare_png(data) else self._jailed(limits)
        self.frame_count = 1 if self._file is None else self._file.page_count

    def frame(self, index: int) -> Image.Image:
        """A frame, counted from 0: upright, transparency on white, RGB.

        Raises:
            DocumentError: as above, or it has more than `max_megapixels`.
        """
        if self._file is None:
            return open_image(self._data, name=self._name, max_megapixels=self._most)
        room = 3 * self._most * 1_000_000
        try:
            pixels = self._file.on_page(index, image_parser.decode, self._most, room=room)
        except ParserError as error:
            raise self._damaged(error) from error
        return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.data)

    def _jailed(self, limits: Limits) -> JailedFile:
        try:
            return JailedFile(image_parser, self._data, self._name, name=self._name, limits=limits)
        except ImportError as error:
            why = f"what reads such pictures is not installed ({error}); install it, or convert the picture."
            raise DocumentError("library_missing", f"{self._name}: {why}") from None
        except ParserError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: ParserError) -> DocumentError:
        return DocumentError("damaged", f"{self._name}: the picture is damaged ({error}).")
