"""Reads a run as XDS does, through its plug-in neggia, and compares every value with the frames and the mask.

usage: judge_neggia.py RUN_FOLDER --library dectris-neggia.so [--frames N] [--sums JSON] [--checks N]
"""

import ctypes
import importlib
import pathlib

import h5py
import numpy

from judging import DETECTOR, Run, Skip, arguments, check_truth, judge, require


class Neggia:
    """The four calls that XDS makes; each answers with an error number, 0 for none."""

    def __init__(self, library, master):
        self.calls = ctypes.CDLL(library)
        self.info = (ctypes.c_int * 1024)()
        self.call("plugin_open", str(master).encode(), self.info)
        self.columns, self.rows, self.bytes, self.frames = (ctypes.c_int() for _ in range(4))
        self.pixel_x, self.pixel_y = ctypes.c_float(), ctypes.c_float()
        header = (self.columns, self.rows, self.bytes, self.pixel_x, self.pixel_y, self.frames)
        self.call("plugin_get_header", *map(ctypes.byref, header), self.info)

    def call(self, name, *values):
        error = ctypes.c_int(1)
        getattr(self.calls, name)(*values, ctypes.byref(error))
        require(error.value == 0, f"{name} answers error {error.value}")

    def frame(self, number):
        """Frame by its number from 1, signed 32-bit: -1 is no data, -2 a bad pixel."""
        pixels = numpy.zeros((self.rows.value, self.columns.value), "i4")
        sides = (ctypes.byref(self.columns), ctypes.byref(self.rows))
        target = pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_int))
        self.call("plugin_get_data", ctypes.byref(ctypes.c_int(number)), *sides, target, self.info)
        return pixels


def expected(run, pixels):
    """What XDS must see: the mask's bit 0 is -1, bits 1 to 4 are -2, the largest value of the type is -1."""
    values = pixels.astype("i8")
    values[(pixels == numpy.iinfo(pixels.dtype).max) | (values > numpy.iinfo("i4").max)] = -1
    if run.mask is not None:
        values[(run.mask & 0x1E) != 0] = -2
        values[(run.mask & 1) != 0] = -1
    return values


def header(run, neggia):
    require(neggia.frames.value == run.count, f"{neggia.frames.value} frames, expected {run.count}")
    rows, columns = run.frame(0).shape
    require((neggia.rows.value, neggia.columns.value) == (rows, columns), f"{neggia.rows.value} x {neggia.columns.value}")
    require(neggia.bytes.value == run.dtype.itemsize, f"{neggia.bytes.value} bytes a pixel")
    with h5py.File(run.master) as file:
        for got, name in ((neggia.pixel_x, "x_pixel_size"), (neggia.pixel_y, "y_pixel_size")):
            size = file[f"{DETECTOR}/{name}"][()]
            require(abs(got.value - size) < 1e-9, f"{name} is {got.value}, expected {size}")
    return f"{neggia.frames.value} frames of {rows} x {columns}, {neggia.bytes.value} bytes a pixel"


def pixels(run, neggia):
    for index in run.checked:
        require(numpy.array_equal(neggia.frame(index + 1), expected(run, run.frame(index))), f"frame {index} differs")
    return f"{len(run.checked)} frames, every pixel"


def main():
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--library", required=True, help="dectris-neggia.so")
    options = parser.parse_args()
    run = Run(options.run, options.checks)
    opened = []

    def open_once():
        if not pathlib.Path(options.library).is_file():
            raise Skip(f"{options.library} is not built")
        opened.append(Neggia(options.library, run.master))
        return header(run, opened[0])

    def compare():
        if not opened:
            raise Skip("not opened")
        return pixels(run, opened[0])

    judge([("frames", lambda: check_truth(run, options)), ("neggia header", open_once), ("neggia pixels", compare)])


if __name__ == "__main__":
    try:
        importlib.import_module("hdf5plugin")  # registers the filters that h5py lacks
    except ImportError:
        pass
    main()
