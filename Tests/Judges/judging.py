"""What all judges share: the master of a run, its true frames, and one line of verdict for each reader.

The truth is what h5py reads from the data files one by one, never through the master: a link or a virtual data set that points
to the wrong frame is then seen. A sum counts the pixels that the run's mask leaves valid and that are not the largest value of
their type.
"""

import argparse
import json
import pathlib
import sys
import traceback

import h5py
import numpy

DETECTOR = "/entry/instrument/detector"


class Skip(Exception):
    """The judge cannot be heard here; its text says why."""


class Run:
    """A run folder, or its master file."""

    def __init__(self, path, checks=8):
        path = pathlib.Path(path).resolve()
        masters = [path] if path.is_file() else sorted(path.glob("*_master.h5"))
        if len(masters) != 1:
            raise SystemExit(f"{path}: {len(masters)} files match *_master.h5, expected 1")
        self.master = masters[0]
        with h5py.File(self.master) as file:
            group = file["/entry/data"]
            names = sorted(name for name in group if name.startswith("data_"))
            links = [group.get(name, getlink=True) for name in names]
            if not all(isinstance(link, h5py.ExternalLink) for link in links):
                raise SystemExit(f"{self.master}: /entry/data/data_* are not external links")
            mask = file.get(f"{DETECTOR}/pixel_mask")
            self.mask = None if mask is None else mask[()]
        self.parts = []
        for link in links:
            source = self.master.parent / link.filename
            with h5py.File(source) as file:
                self.parts.append((source, link.path, file[link.path].shape[0]))
                self.dtype = file[link.path].dtype
        self.count = sum(part[2] for part in self.parts)
        edges = numpy.cumsum([0] + [part[2] for part in self.parts])
        wanted = set(numpy.linspace(0, self.count - 1, min(checks, self.count)).astype(int))
        # The frames on both sides of a change of files are where a wrong offset shows first.
        wanted |= {int(e) for e in edges[1:-1][:checks]} | {int(e) - 1 for e in edges[1:-1][:checks]}
        self.checked = sorted(int(index) for index in wanted)

    def frame(self, index):
        """Pixels of one frame, [slow, fast], straight from its data file."""
        for source, path, frames in self.parts:
            if index < frames:
                with h5py.File(source) as file:
                    return file[path][index]
            index -= frames
        raise IndexError(index)

    def valid(self, pixels):
        good = numpy.ones(pixels.shape, bool)
        if self.mask is not None:
            good &= (self.mask & 0x7FFFFFFF) == 0
        if pixels.dtype.kind == "u":
            good &= pixels != numpy.iinfo(pixels.dtype).max
        return good

    def sum(self, pixels):
        return int(pixels[self.valid(pixels)].sum(dtype="u8" if pixels.dtype.kind == "u" else "i8"))


def require(condition, text):
    if not condition:
        raise AssertionError(text)


def arguments(text):
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("run", help="run folder or master file")
    parser.add_argument("--frames", type=int, help="number of frames that the run must have")
    parser.add_argument("--sums", help="JSON file: the sum of each frame of the first channel, in order")
    parser.add_argument("--checks", type=int, default=8, help="frames to compare pixel by pixel (spread over the run)")
    return parser


def check_truth(run, options):
    """The data files against what the caller knows of the run."""
    if options.frames is not None:
        require(run.count == options.frames, f"{run.count} frames in the data files, expected {options.frames}")
    if options.sums:
        sums = json.loads(pathlib.Path(options.sums).read_text())
        require(len(sums) == run.count, f"{len(sums)} sums for {run.count} frames")
        for index in run.checked:
            got = run.sum(run.frame(index))
            require(got == sums[index], f"frame {index} sums to {got}, expected {sums[index]}")
    return f"{run.count} frames in {len(run.parts)} files"


def judge(judges):
    """Calls each (name, function); prints a line for each; leaves with 1 if one failed."""
    failed = False
    for name, function in judges:
        try:
            print(f"PASS {name}: {function()}", flush=True)
        except Skip as reason:
            print(f"SKIP {name}: {reason}", flush=True)
        except Exception as error:  # a reader may fail with anything
            failed = True
            where = traceback.extract_tb(error.__traceback__)[-1]
            name_of_error = "" if isinstance(error, AssertionError) else f"{type(error).__name__} "
            print(f"FAIL {name}: {name_of_error}{error} [{pathlib.Path(where.filename).name}:{where.lineno}]", flush=True)
    sys.exit(1 if failed else 0)
