"""Writes Sources/Digits/EmbeddedDigitsContent.swift and enlarged.json.

Run from anywhere:  python Fixtures/digits/make_digits.py
Written with Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6, Pillow 13.0.0 and zlib 1.2.13; the same versions write
the same bytes (another zlib may compress to other ones with the same content).

The Swift file holds the 1,797 images (8 x 8, values 0...16) and labels of the UCI test set "Optical Recognition of
Handwritten Digits" as scikit-learn ships them: two IDX files, each compressed by gzip, in base64.

enlarged.json holds four of the images enlarged by an independent implementation: Pillow's bilinear resampling in
floating point. Where the value before rounding is half-way, the Swift integers may differ from it by one.
"""

import base64
import hashlib
import json
import pathlib
import struct
import zlib

import numpy
from PIL import Image
from sklearn.datasets import load_digits

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = [0, 9, 1000, 1796]
BLANK_BELOW = 32


def idx(array):
    """The bytes of an IDX file of unsigned bytes."""
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(numpy.uint8).tobytes()


def gzipped(content):
    """One gzip member without name and time."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31, 9)
    return compressor.compress(content) + compressor.flush()


def literal(name, meaning, content):
    """A Swift constant in base64, on lines of 1,000 characters, and the content's checksum."""
    text = base64.b64encode(gzipped(content)).decode()
    lines = "\n".join("        " + text[i : i + 1000] for i in range(0, len(text), 1000))
    digest = hashlib.sha256(content).hexdigest()
    return (
        f"    /// {meaning}: an IDX file of {len(content)} bytes, compressed by gzip, in base64.\n"
        f'    static let {name} = """\n{lines}\n        """\n'
        f"    /// SHA-256 of the decompressed {name}.\n"
        f'    static let {name}SHA256 = "{digest}"\n'
    )


def enlarged(image):
    """28 x 28: the image scaled to 20 x 20 and 0...255, faint pixels blank, a margin of 4."""
    scaled = Image.fromarray((image * (255 / 16)).astype(numpy.float32))
    glyph = numpy.floor(numpy.asarray(scaled.resize((20, 20), Image.Resampling.BILINEAR)) + 0.5).astype(int)
    return numpy.pad(numpy.where(glyph < BLANK_BELOW, 0, glyph), 4)


def main():
    digits = load_digits()
    assert digits.images.shape == (1797, 8, 8) and digits.images.max() == 16
    swift = (
        "// swift-format-ignore-file\n"
        "// Written by Fixtures/digits/make_digits.py (scikit-learn 1.9.1, zlib 1.2.13); do not edit.\n"
        "//\n"
        '// E. Alpaydin, C. Kaynak: "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998,\n'
        "// https://doi.org/10.24432/C50P49, licensed CC BY 4.0. The test set, unchanged.\n\n"
        "enum EmbeddedDigitsContent {\n"
        + literal("images", "The images [1797, 8, 8], values 0...16", idx(digits.images))
        + "\n"
        + literal("labels", "The labels [1797], 0...9", idx(digits.target))
        + "}\n"
    )
    (ROOT / "Sources/Digits/EmbeddedDigitsContent.swift").write_text(swift)
    golden = [{"index": i, "label": int(digits.target[i]), "pixels": enlarged(digits.images[i]).ravel().tolist()}
              for i in EXAMPLES]
    (ROOT / "Fixtures/digits/enlarged.json").write_text(
        "[\n" + ",\n".join(json.dumps(example, separators=(",", ":")) for example in golden) + "\n]\n")


if __name__ == "__main__":
    main()
