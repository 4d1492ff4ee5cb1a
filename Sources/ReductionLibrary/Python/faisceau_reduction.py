"""Azimuthal reduction of detector frames to NumPy arrays: the kernels of `faisceau reduce azimuthal`, called from Python.

    from faisceau_reduction import Reduction

    with Reduction("run_master.h5", "bins: {unit: q_nm^-1, count: 1000}") as reduction:
        q = reduction.radial                          # [radial], middles of the bins
        intensity, sigma, status = reduction.run()    # [frame, radial], [frame, radial], [frame]

The input is a run's folder or a NeXus/HDF5 file. Frames are read from their compressed chunks, on all processors; h5py and hdf5plugin are
not needed, and do no harm in the same process.

What is done stands in the configuration, which is that of the command (schemas/azimuthal.schema.json explains every key): the text of a
YAML file, the path of one, or a dictionary of the same keys.

    Reduction("scan.h5", {
        "geometry": {"poni": "detector.poni"},
        "bins": {"unit": "q_A^-1", "count": 2000, "from": 0.05, "to": 4},
        "mask": {"files": "hot.edf"},
        "errors": {"model": "hybrid"},
    })

Without one, the geometry is what the file itself says, in 1000 bins of q in 1/nm that cover the detector. With `cake: {count: 360}`
results are maps, [frame, azimuthal, radial], and
`reduction.azimuthal` has the middles of the azimuthal bins in degrees. `run` says which frames are taken, and not the configuration (of
its `frames`, `dataset` and `channel` count); `output` is of no meaning here.

`status` says of each frame whether it was REDUCED (0), is MISSING from the file (1) or FAILED to decode (2); the rows of the latter two
are NaN, as are bins without a pixel: `numpy.nanmean(intensity, axis=0)` is the mean of the curves.

Many frames need much memory: `run(first, count)` takes them in parts.

    for first in range(0, reduction.frame_count, 10_000):
        part = reduction.run(first, min(10_000, reduction.frame_count - first))

Frames from a stream of one's own are reduced one by one, as they are, compressed or not:

    intensity, sigma = reduction.chunk(message, "bslz4")
    intensity, sigma = reduction.chunk(array.tobytes(), "none")

A `Reduction` may be used from several threads at once, and Python's lock is free while it works. What cannot be done is told by a
`ReductionError`. The shared library is looked for where the argument `library` says, then where the environment variable
FAISCEAU_REDUCTION_LIBRARY does, then beside this file, then where the system looks for libraries. Build it with
`swift build -c release --product faisceau_reduction`.

Nothing of the process is changed: HDF5's file locks are on, as they are for h5py. Where they are in the way, set
HDF5_USE_FILE_LOCKING=FALSE in the environment before HDF5 is first used.

As a program:

    python faisceau_reduction.py run_master.h5 "bins: {unit: 2th_deg, count: 500}" --save curves.npz
"""

import argparse
import contextlib
import ctypes
import json
import operator
import os
import pathlib
import sys
import threading
import warnings

import numpy

__all__ = ["FAILED", "MISSING", "REDUCED", "Reduction", "ReductionError", "ReductionWarning"]

REDUCED, MISSING, FAILED = 0, 1, 2

_FILE = "libfaisceau_reduction.so"
_INTERFACE = 1
_ERROR_BYTES = 4096
# Frames of one call: Ctrl-C is heard between two.
_FRAMES_A_CALL = 4096

_POINTER, _TEXT, _SIZE, _I32, _I64 = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int32, ctypes.c_int64
# faisceau_reduction.h, function by function: what is returned, what is taken.
_FUNCTIONS = {
    "open": (_POINTER, [_TEXT, _TEXT, _POINTER, _SIZE]),
    "close": (None, [_POINTER]),
    "frame_count": (_I64, [_POINTER]),
    "frame_sides": (None, [_POINTER, _POINTER, _POINTER]),
    "pixel_type": (_I64, [_POINTER, _POINTER, _SIZE]),
    "bin_count": (_I64, [_POINTER]),
    "radial_count": (_I64, [_POINTER]),
    "azimuthal_count": (_I64, [_POINTER]),
    "radial_unit": (_I64, [_POINTER, _POINTER, _SIZE]),
    "radial": (None, [_POINTER, _POINTER]),
    "azimuthal": (None, [_POINTER, _POINTER]),
    "run": (_I64, [_POINTER, _I64, _I64, _I32, _POINTER, _POINTER, _POINTER, _POINTER, _SIZE]),
    "chunk": (_I32, [_POINTER, _POINTER, _SIZE, _TEXT, _I64, _POINTER, _POINTER, _POINTER, _SIZE]),
}


class ReductionError(RuntimeError):
    """What could not be done, why, and what to do about it: a sentence of the library's."""


class ReductionWarning(UserWarning):
    """Some frames have failed, and the others not: why the first of them did."""


class _Library:
    """The functions of a shared library, without their common prefix."""

    _loaded = {}
    _lock = threading.Lock()

    def __init__(self, path):
        try:
            shared = ctypes.CDLL(path)
        except OSError as error:
            raise ReductionError(
                f"The library cannot be loaded: {error}. Build it with `swift build -c release --product faisceau_reduction`, and"
                " name it by the argument `library` or by FAISCEAU_REDUCTION_LIBRARY"
            ) from error
        shared.faisceau_reduction_interface.restype = _I32
        shared.faisceau_reduction_interface.argtypes = []
        found = shared.faisceau_reduction_interface()
        if found != _INTERFACE:
            raise ReductionError(f"The library is of another version than this file ({path}): got {found}, expected {_INTERFACE}")
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(shared, "faisceau_reduction_" + name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    @classmethod
    def find(cls, path=None):
        path = os.fspath(path) if path is not None else os.environ.get("FAISCEAU_REDUCTION_LIBRARY")
        if not path:
            beside = pathlib.Path(__file__).resolve().parent / _FILE
            path = str(beside) if beside.exists() else _FILE
        with cls._lock:
            if path not in cls._loaded:
                cls._loaded[path] = cls(path)
            return cls._loaded[path]


class Reduction:
    """Frames of one input, and what is to be done with them.

    Parameters
    ----------
    input : path
        The folder of a run, or a NeXus/HDF5 file.
    configuration : str, path, dict or None
        The text of a YAML file, the path of one, or its keys as a dictionary; None is the usual reduction. A string with neither a line
        feed nor a colon followed by a blank is a path. Files named in a text or a dictionary are relative to the working folder,
        those named in a file to the file's own.
    library : path or None
        The shared library, where it is not found by itself.

    Raises
    ------
    ReductionError
        For an input or a configuration that is not there or is wrong, and for a library that cannot be loaded.
    """

    def __init__(self, input, configuration=None, *, library=None):
        # First, so that what fails below can still be closed.
        self._handle, self._calls, self._change = None, 0, threading.Condition()
        self._library = _Library.find(library)
        error = ctypes.create_string_buffer(_ERROR_BYTES)
        handle = self._library.open(os.fsencode(input), _configuration_bytes(configuration), error, len(error))
        if not handle:
            raise ReductionError(_sentence(error))
        self._handle = handle

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        self.close()

    def __del__(self):
        if getattr(self, "_handle", None):
            self.close()

    def close(self):
        """Gives memory and files back; waits for calls of other threads. Closing twice does no harm."""
        with self._change:
            handle, self._handle = self._handle, None
            while self._calls > 0:
                self._change.wait()
        if handle:
            self._library.close(handle)

    @contextlib.contextmanager
    def _open_handle(self):
        """The library's pointer, which nobody closes meanwhile."""
        with self._change:
            if not self._handle:
                raise ReductionError("The reduction is closed")
            self._calls += 1
            handle = self._handle
        try:
            yield handle
        finally:
            with self._change:
                self._calls -= 1
                self._change.notify_all()

    @property
    def frame_count(self):
        """Frames of the input, those that are missing among them too."""
        with self._open_handle() as handle:
            return self._library.frame_count(handle)

    @property
    def frame_shape(self):
        """Pixels of a frame: (slow, fast), as the shape of an array."""
        slow, fast = _I64(), _I64()
        with self._open_handle() as handle:
            self._library.frame_sides(handle, ctypes.byref(slow), ctypes.byref(fast))
        return slow.value, fast.value

    @property
    def frame_dtype(self):
        """The type of the pixels, as a NumPy dtype; little-endian."""
        return numpy.dtype(self._text(self._library.pixel_type)).newbyteorder("<")

    @property
    def radial(self):
        """Middles of the radial bins, in `radial_unit`."""
        return self._centres(self._library.radial_count, self._library.radial)

    @property
    def radial_unit(self):
        """The unit of the radial bins, as the configuration names it: "q_nm^-1", "2th_deg"."""
        return self._text(self._library.radial_unit)

    @property
    def azimuthal(self):
        """Middles of the azimuthal bins of a map, in degrees; None for a curve."""
        centres = self._centres(self._library.azimuthal_count, self._library.azimuthal)
        return centres if len(centres) else None

    def run(self, first=0, count=None, threads=0):
        """Reduces frames.

        Parameters
        ----------
        first : int
            The first frame, from 0.
        count : int or None
            How many; None: all that follow.
        threads : int
            0: one for each processor.

        Returns
        -------
        intensity : float64, [frame, radial] or [frame, azimuthal, radial]
            The mean of the corrected counts in each bin; NaN where there is no pixel, and where there is no frame.
        sigma : float64, as intensity
            The standard error of that mean, by the error model of the configuration.
        status : int32, [frame]
            REDUCED, MISSING or FAILED.

        Raises
        ------
        ReductionError
            For frames that there are not, and when the input can no longer be read. Frames that do not decode raise nothing: they are
            FAILED, and a `ReductionWarning` says why the first of them is.
        """
        with self._open_handle() as handle:
            # The library refuses the same, but ctypes cuts what does not fit into 64 bits.
            all_frames, first, threads = self._library.frame_count(handle), operator.index(first), operator.index(threads)
            count = max(0, all_frames - first) if count is None else operator.index(count)
            if first < 0 or count < 0 or first + count > all_frames:
                raise ReductionError(f"There are no such frames: got {count} from {first} on, expected within {all_frames}")
            if not 0 <= threads < 2**31:
                raise ReductionError(f"There are no so many threads: got {threads}")
            shape = (count, *self._bins(handle))
            intensity, sigma, status = numpy.empty(shape), numpy.empty(shape), numpy.empty(count, numpy.int32)
            failure = ""
            for row in range(0, count, _FRAMES_A_CALL):
                rows = slice(row, min(count, row + _FRAMES_A_CALL))
                error = ctypes.create_string_buffer(_ERROR_BYTES)
                done = self._library.run(
                    handle, first + row, rows.stop - row, threads, intensity[rows].ctypes.data, sigma[rows].ctypes.data,
                    status[rows].ctypes.data, error, len(error),
                )
                if done < 0:
                    raise ReductionError(_sentence(error))
                failure = failure or _sentence(error)
        if failure:
            warnings.warn(f"{numpy.count_nonzero(status == FAILED)} frames have failed; {failure}", ReductionWarning, stacklevel=2)
        return intensity, sigma, status

    def chunk(self, chunk, encoding, frame=0):
        """Reduces one frame that is in memory; shape, type, mask and geometry are those of the input.

        Parameters
        ----------
        chunk : bytes, or anything else that lies in one piece of memory
            The frame as an HDF5 file stores it in one chunk.
        encoding : str
            "bslz4", "bszstd", "lz4", "zstd", or "none" for the pixels themselves, [slow, fast], little-endian.
        frame : int
            Its number from 0, for a monitor of the configuration.

        Returns
        -------
        intensity, sigma : float64, [radial] or [azimuthal, radial]

        Raises
        ------
        ReductionError
            For bytes that are no such frame.
        """
        data, frame = numpy.frombuffer(chunk, numpy.uint8), operator.index(frame)
        if not 0 <= frame < 2**63:
            raise ReductionError(f"There is no such frame: got {frame}")
        error = ctypes.create_string_buffer(_ERROR_BYTES)
        with self._open_handle() as handle:
            shape = self._bins(handle)
            intensity, sigma = numpy.empty(shape), numpy.empty(shape)
            status = self._library.chunk(
                handle, data.ctypes.data, data.nbytes, str(encoding).encode(), frame, intensity.ctypes.data, sigma.ctypes.data,
                error, len(error),
            )
        if status != REDUCED:
            raise ReductionError(_sentence(error))
        return intensity, sigma

    def _bins(self, handle):
        azimuthal, radial = self._library.azimuthal_count(handle), self._library.radial_count(handle)
        return (azimuthal, radial) if azimuthal else (radial,)

    def _centres(self, count, fill):
        with self._open_handle() as handle:
            centres = numpy.empty(count(handle))
            fill(handle, centres.ctypes.data)
        return centres

    def _text(self, function):
        text = ctypes.create_string_buffer(64)
        with self._open_handle() as handle:
            function(handle, text, len(text))
        return _sentence(text)


def _sentence(text):
    return text.value.decode("utf-8", "replace")


def _configuration_bytes(configuration):
    if configuration is None:
        return None
    if isinstance(configuration, (str, bytes, os.PathLike)):
        return os.fsencode(configuration)
    # JSON is YAML.
    return json.dumps(configuration, indent=1, ensure_ascii=False, default=_plain).encode() if configuration else None


def _plain(value):
    """What users put into dictionaries without thinking of JSON."""
    if isinstance(value, (numpy.generic, numpy.ndarray)):
        return value.tolist()
    return os.fspath(value)


def _main():
    parser = argparse.ArgumentParser(
        description="Azimuthal reduction of the frames of a run or of a NeXus/HDF5 file.",
        epilog="Ends with 0, with 2 for an input or a configuration that is wrong, and with 3 when frames are missing or have failed.",
    )
    parser.add_argument("input", help="the folder of a run, or a NeXus/HDF5 file")
    parser.add_argument("configuration", nargs="?", help="YAML: a path, or the text itself")
    parser.add_argument("--first", type=int, default=0, help="the first frame, from 0")
    parser.add_argument("--count", type=int, help="how many frames; without it, all that follow")
    parser.add_argument("--threads", type=int, default=0, help="0: one for each processor")
    parser.add_argument(
        "--save", metavar="FILE.npz", help="arrays radial, radial_unit, azimuthal, intensity, sigma, status; without it, text is printed"
    )
    parser.add_argument("--library", help=f"the path of {_FILE}")
    options = parser.parse_args()
    try:
        with Reduction(options.input, options.configuration, library=options.library) as reduction:
            radial, azimuthal, unit = reduction.radial, reduction.azimuthal, reduction.radial_unit
            intensity, sigma, status = reduction.run(options.first, options.count, options.threads)
    except ReductionError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.save:
        axes = {} if azimuthal is None else {"azimuthal": azimuthal}
        numpy.savez(
            options.save, first=options.first, radial=radial, radial_unit=unit, intensity=intensity, sigma=sigma, status=status, **axes
        )
    else:
        _print(options.first, radial, unit, azimuthal, intensity, sigma, status)
    return 0 if not status.any() else 3


def _print(first, radial, unit, azimuthal, intensity, sigma, status):
    """Columns, an empty line between two frames: what gnuplot and numpy.loadtxt read."""
    print(f"# {unit}{'' if azimuthal is None else ' azimuth_deg'} intensity sigma")
    for row, what in enumerate(status):
        print(f"# frame {first + row}: {('reduced', 'missing', 'failed')[what]}")
        if what != REDUCED:
            continue
        if azimuthal is None:
            columns = (radial, intensity[row], sigma[row])
        else:
            across, around = numpy.meshgrid(radial, azimuthal)
            columns = (across, around, intensity[row], sigma[row])
        for line in zip(*(column.ravel().tolist() for column in columns)):
            print(*line)
        print()


if __name__ == "__main__":
    sys.exit(_main())
