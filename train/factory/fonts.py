"""The fonts that pages are drawn with: which, whence, for which split, and who covers a text.

Font files are never kept in the repository; `python -m train.factory.fonts DIR` fetches them from Debian and npm. Fonts
are kept apart by *outline*: Arial's many twins would otherwise sit on both sides of the split. A text is only drawn in
a font that has all its glyphs: an empty box under a true label would teach the reader to guess.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

import skia

from train.factory.sample import Split
from train.factory.scene import Text

Role = Literal["sans", "serif", "mono", "receipt", "hand", "cjk"]


class Family(NamedTuple):
    """A family's weight pair. `files` is regular, then bold if it has one; `share` how often it is chosen."""

    name: str
    role: Role
    package: str
    files: tuple[str, ...]
    licence: str
    outline: str = ""
    share: int = 1


def _npm(name: str, role: Role, weights: Sequence[int] = (400, 700), licence: str = "OFL-1.1") -> Family:
    slug = name.lower().replace(" ", "-")
    files = tuple(f"{slug}-latin-{weight}-normal.woff" for weight in weights)
    return Family(name, role, f"@fontsource/{slug}", files, licence)


def _deb(
    name: str, role: Role, package: str, files: str, licence: str = "OFL-1.1", outline: str = "", share: int = 1
) -> Family:
    return Family(name, role, f"fonts-{package}", tuple(files.split("|")), licence, outline, share)


_ONE = (400,)
_DEJAVU = "Bitstream-Vera"
FAMILIES: Mapping[Split, tuple[Family, ...]] = {
    "train": (
        _deb("Liberation Sans", "sans", "liberation2", "LiberationSans-Regular.ttf|LiberationSans-Bold.ttf", share=5),
        _deb("Carlito", "sans", "crosextra-carlito", "Carlito-Regular.ttf|Carlito-Bold.ttf", outline="Lato", share=2),
        _deb("Lato", "sans", "lato", "Lato-Regular.ttf|Lato-Bold.ttf"),
        _deb("Open Sans", "sans", "open-sans", "OpenSans-Regular.ttf|OpenSans-Bold.ttf", "Apache-2.0", share=3),
        _deb("DejaVu Sans", "sans", "dejavu-core", "DejaVuSans.ttf|DejaVuSans-Bold.ttf", _DEJAVU, "DejaVu", 2),
        _deb("Roboto", "sans", "roboto-unhinted", "Roboto-Regular.ttf|Roboto-Bold.ttf", "Apache-2.0", share=2),
        _deb("Karla", "sans", "karla", "Karla-Regular.otf|Karla-Bold.otf"),
        _deb("Quicksand", "sans", "quicksand", "Quicksand-Regular.ttf|Quicksand-Bold.ttf"),
        _deb("Cantarell", "sans", "cantarell", "Cantarell-Regular.otf|Cantarell-Bold.otf"),
        _deb("Oxygen", "sans", "oxygen", "Oxygen-Sans.ttf|Oxygen-Sans-Bold.ttf"),
        _deb("Clear Sans", "sans", "clear-sans", "ClearSans-Regular.ttf|ClearSans-Bold.ttf", "Apache-2.0"),
        _deb("Manrope", "sans", "manrope", "Manrope-Regular.ttf|Manrope-Bold.ttf"),
        _deb("Play", "sans", "play", "Play-Regular.ttf|Play-Bold.ttf"),
        _deb("Biolinum", "sans", "linuxlibertine", "LinBiolinum_R.otf|LinBiolinum_RB.otf"),
        _deb(
            "Yanone Kaffeesatz", "sans", "yanone-kaffeesatz", "YanoneKaffeesatz-Regular.otf|YanoneKaffeesatz-Bold.otf"
        ),
        _npm("Poppins", "sans"),
        _npm("Montserrat", "sans"),
        _npm("Source Sans 3", "sans"),
        _npm("IBM Plex Sans", "sans"),
        _deb(
            "Liberation Serif", "serif", "liberation2", "LiberationSerif-Regular.ttf|LiberationSerif-Bold.ttf", share=4
        ),
        _deb("DejaVu Serif", "serif", "dejavu-core", "DejaVuSerif.ttf|DejaVuSerif-Bold.ttf", _DEJAVU, "DejaVu"),
        _deb("Caladea", "serif", "crosextra-caladea", "Caladea-Regular.ttf|Caladea-Bold.ttf", "Apache-2.0", share=2),
        _deb("EB Garamond", "serif", "ebgaramond", "EBGaramond12-Regular.otf|EBGaramond12-Bold.otf"),
        _deb("Libertine", "serif", "linuxlibertine", "LinLibertine_R.otf|LinLibertine_RB.otf"),
        _deb("Old Standard", "serif", "oldstandard", "OldStandard-Regular.ttf|OldStandard-Bold.ttf"),
        _deb("Latin Modern", "serif", "lmodern", "lmroman10-regular.otf|lmroman10-bold.otf", "GUST"),
        _deb("Roboto Slab", "serif", "roboto-slab", "RobotoSlab-Regular.otf|RobotoSlab-Bold.otf", "Apache-2.0"),
        _npm("Merriweather", "serif"),
        _deb("Liberation Mono", "mono", "liberation2", "LiberationMono-Regular.ttf|LiberationMono-Bold.ttf", share=3),
        _deb(
            "DejaVu Sans Mono", "mono", "dejavu-core", "DejaVuSansMono.ttf|DejaVuSansMono-Bold.ttf", _DEJAVU, "DejaVu"
        ),
        _deb("Fira Code", "mono", "firacode", "FiraCode-Regular.ttf|FiraCode-Bold.ttf"),
        _deb("Inconsolata", "mono", "inconsolata", "Inconsolata.otf"),
        _deb("Anonymous Pro", "mono", "anonymous-pro", "Anonymous Pro.ttf|Anonymous Pro B.ttf"),
        _npm("IBM Plex Mono", "mono"),
        _npm("VT323", "receipt", _ONE),
        _npm("Share Tech Mono", "receipt", _ONE),
        _npm("Doto", "receipt", (900,)),
        _npm("Special Elite", "receipt", _ONE, "Apache-2.0"),
        _deb("3270", "receipt", "3270", "3270-Regular.ttf", "BSD-3-Clause", share=2),
        _deb("OCR-B", "receipt", "ocr-b", "OCRB.otf", "public domain"),
        _npm("Patrick Hand", "hand", _ONE),
        _npm("Kalam", "hand"),
        _deb("WenQuanYi Micro Hei", "cjk", "wqy-microhei", "wqy-microhei.ttc", "Apache-2.0"),
    ),
    "test": (
        _deb("Inter", "sans", "inter", "Inter-Regular.otf|Inter-Bold.otf", share=2),
        _deb("Cabin", "sans", "cabin", "Cabin-Regular.otf|Cabin-Bold.otf"),
        _deb("PT Sans", "sans", "paratype", "PTS55F.ttf|PTS75F.ttf", "PTFL"),
        _deb("B612", "sans", "b612", "B612-Regular.otf|B612-Bold.otf"),
        _npm("Libre Franklin", "sans"),
        _deb("PT Serif", "serif", "paratype", "PTF55F.ttf|PTF75F.ttf", "PTFL"),
        _deb("Vollkorn", "serif", "vollkorn", "Vollkorn-Regular.ttf|Vollkorn-Bold.ttf"),
        _deb("Quattrocento", "serif", "quattrocento", "Quattrocento-Regular.otf"),
        _deb("JetBrains Mono", "mono", "jetbrains-mono", "JetBrainsMono-Regular.ttf|JetBrainsMono-Bold.ttf"),
        _deb("Courier Prime", "mono", "courier-prime", "Courier Prime.otf|Courier Prime Bold.otf"),
        _deb("Glass TTY", "receipt", "glasstty", "Glass_TTY_VT220.ttf", "Unlicense"),
        _npm("Cutive Mono", "receipt", _ONE),
        _npm("Caveat", "hand"),
        _deb("AR PL UMing", "cjk", "arphic-uming", "uming.ttc", "Arphic-1999"),
    ),
}
_SUBSTITUTES: Mapping[Role, tuple[Role, ...]] = {
    "serif": ("serif", "sans", "cjk"),
    "mono": ("mono", "sans", "cjk"),
    "receipt": ("receipt", "mono", "sans", "cjk"),
    "hand": ("hand", "sans", "cjk"),
    "sans": ("sans", "cjk"),
    "cjk": ("cjk", "sans"),
}


class UncoveredText(ValueError):
    """No font at hand has every glyph of a text."""


class Face(NamedTuple):
    """A family's opened files; one without a bold is emboldened by the renderer."""

    family: Family
    weights: tuple[skia.Typeface, ...]


@dataclass(frozen=True, slots=True)
class Fonts:
    """One split's opened fonts."""

    faces: tuple[Face, ...]

    @staticmethod
    def load(folder: Path, families: Sequence[Family]) -> Fonts:
        """Open `families` from `folder`; `Fonts.load(folder, FAMILIES[split])`.

        Raises:
            FileNotFoundError: a file is missing or is no font. A smaller library would draw other pages from one seed.
        """
        return Fonts(tuple(Face(family, tuple(_open(folder / name) for name in family.files)) for family in families))

    def cast(self, rng: Random) -> Cast:
        """The fonts of one page: one of each role, and who steps in for them."""
        order = sorted(self.faces, key=lambda face: rng.random() ** (1 / face.family.share), reverse=True)
        return Cast(
            {
                role: tuple(face for stand_in in roles for face in order if face.family.role == stand_in)
                for role, roles in _SUBSTITUTES.items()
            }
        )


@dataclass(frozen=True, slots=True)
class Cast:
    """For each role its faces, first choice first."""

    faces: Mapping[Role, tuple[Face, ...]]

    def typeface(self, text: Text) -> tuple[skia.Typeface, bool]:
        """The first font of the text's role that can draw all of it, and whether bold has to be faked.

        Raises:
            UncoveredText: none can.
        """
        codes = [ord(char) for char in text.text]
        for face in self.faces[text.font]:
            typeface = face.weights[-1 if text.bold else 0]
            if all(typeface.unicharsToGlyphs(codes)):
                return typeface, text.bold and len(face.weights) == 1
        raise UncoveredText(f"No {text.font} font, nor a substitute, has every glyph of {text.text!r}.")


def _typeface(path: Path) -> skia.Typeface | None:
    return skia.Typeface.MakeFromFile(str(path)) if path.is_file() else None


def _open(path: Path) -> skia.Typeface:
    typeface = _typeface(path)
    if typeface is None:
        raise FileNotFoundError(f"No font in {path}: run python -m train.factory.fonts {path.parent}")
    return typeface


def licences() -> str:
    """A table for the model card."""
    rows = sorted({(family.name, family.package, family.licence) for each in FAMILIES.values() for family in each})
    return "\n".join(["| font | package | licence |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)])


def fetch(folder: Path) -> None:
    """Bring every family's files into `folder`; packages whose files are there already, and open, are not asked for.

    Raises:
        FileNotFoundError: a package has not, or not as a font, what a family is made of.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted: dict[str, set[str]] = {}
    for family in (family for each in FAMILIES.values() for family in each):
        lacking = (name for name in family.files if _typeface(folder / name) is None)
        wanted.setdefault(family.package, set()).update(lacking)
    for package, names in wanted.items():
        if names:
            with tempfile.TemporaryDirectory() as scratch:
                _unpack(package, Path(scratch))
                for path in Path(scratch).rglob("*"):
                    if path.name in names and path.is_file():
                        write_whole(folder / path.name, path.read_bytes())
        if lost := [name for name in sorted(names) if _typeface(folder / name) is None]:
            raise FileNotFoundError(f"{package} has no font {', '.join(lost)}")


def write_whole(path: Path, data: bytes) -> None:
    """Write beside `path`, then rename: a full disk leaves nothing that could be taken for the file.

    Raises:
        OSError: it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _unpack(package: str, scratch: Path) -> None:
    """Download a Debian or npm package and lay its files below `scratch`."""
    command = ["npm", "pack", package] if package.startswith("@") else ["apt-get", "download", package]
    subprocess.run(command, cwd=scratch, check=True, capture_output=True)
    archive = next(path for path in scratch.iterdir() if path.is_file())
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(archive), str(scratch / "out")], check=True, capture_output=True)
    else:
        with tarfile.open(archive) as packed:
            packed.extractall(scratch / "out", filter="data")


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.factory.fonts", description="Bring the factory's fonts into a folder; prints licences."
    )
    parser.add_argument("folder", type=Path)
    fetch(parser.parse_args(argv).folder)
    print(licences())


if __name__ == "__main__":
    main()
