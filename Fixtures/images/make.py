"""Makes the TIFF files of this folder: kinds that Pillow does not write. Needs tifffile and imagecodecs; see ORIGIN.md.

The pixel in row i and column j comes from b = (37 i + 11 j) mod 251, so that a test needs no second file to compare with.
"""

import pathlib

import numpy
import tifffile

HERE = pathlib.Path(__file__).resolve().parent
b = numpy.add.outer(37 * numpy.arange(37), 11 * numpy.arange(29)) % 251
VALUES = {
    "uint8": b.astype("u1"),
    "uint16": (b * 257).astype("u2"),
    "uint32": (b * 16843009).astype("u4"),
    "uint64": b.astype("u8") * numpy.uint64(0x0101010101010101),
    "int8": (b - 125).astype("i1"),
    "int16": ((b - 125) * 255).astype("i2"),
    "int32": ((b - 125) * 16777216).astype("i4"),
    "int64": (b - 125).astype("i8") * (1 << 56),
    "float32": ((b - 125) / 8).astype("f4"),
    "float64": (b - 125) / 3,
}


def write(name, kind, byteorder="<", **options):
    tifffile.imwrite(
        HERE / f"{name}.tif", VALUES[kind], byteorder=byteorder, photometric="minisblack", metadata=None, software="", **options
    )


for kind in VALUES:
    write(f"{kind}-big-endian", kind, ">", rowsperstrip=10)
write("uint16-bigtiff", "uint16", bigtiff=True, rowsperstrip=16)
write("float32-bigtiff-big-endian-tiled", "float32", ">", bigtiff=True, tile=(16, 32))
for kind in ["uint8", "uint16", "int32", "uint64"]:
    write(f"{kind}-deflate-differences", kind, compression="zlib", predictor=2, rowsperstrip=9)
write("uint16-big-endian-deflate-differences-tiled", "uint16", ">", compression="zlib", predictor=2, tile=(16, 16))
write("uint32-deflate-tiled", "uint32", compression="zlib", tile=(32, 16))
write("uint16-lzw-differences", "uint16", compression="lzw", predictor=2, rowsperstrip=20)
write("float64-lzw", "float64", compression="lzw")
write("uint8-packbits", "uint8", compression="packbits", rowsperstrip=5)
write("float32-deflate-floating-differences", "float32", compression="zlib", predictor=3)
write("uint16-zstd", "uint16", compression="zstd")
