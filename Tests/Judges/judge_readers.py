"""Opens a run with the programs that users have from PyPI, and stock h5dump, and compares what they see with its frames.

usage: judge_readers.py RUN_FOLDER [--frames N] [--sums JSON] [--checks N]
One line a reader, PASS, FAIL or SKIP; exit status 1 when one failed.
"""

import importlib
import os
import re
import shutil
import subprocess
import sys

import h5py
import numpy

from judging import DETECTOR, Run, Skip, arguments, check_truth, judge, require


def module(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Skip(f"{name} is not installed ({error})") from error


def compare(run, frames_of_reader):
    for index in run.checked:
        require(numpy.array_equal(frames_of_reader(index), run.frame(index)), f"pixels of frame {index} differ")


def with_h5py(run):
    with h5py.File(run.master) as file:
        data = file[f"{DETECTOR}/data"]
        require(data.shape[0] == run.count, f"{DETECTOR}/data has {data.shape[0]} frames, expected {run.count}")
        compare(run, lambda index: data[index])
        signal = file["/entry/data"].attrs["signal"]
        require(file["/entry/data"][signal].shape == data.shape, f"@signal '{signal}' has another shape")
        kind = "virtual data set" if data.is_virtual else "link"
    return f"{run.count} frames, {kind}"


def with_fabio(run):
    image = module("fabio").open(str(run.master))
    require(image.nframes == run.count, f"{image.nframes} frames, expected {run.count}")
    compare(run, lambda index: image.getframe(index).data if run.count > 1 else image.data)
    return f"{type(image).__name__}, {image.nframes} frames"


def with_silx(run):
    nxdata = module("silx.io.nxdata")
    with module("silx.io").open(str(run.master)) as file:
        plot = nxdata.get_default(file)
        require(plot is not None and plot.is_valid, "no default plot")
        require(plot.signal.shape[0] == run.count, f"default plot has shape {plot.signal.shape}")
        require(plot.interpretation == "image" or plot.is_stack, f"interpretation is {plot.interpretation}, expected image")
        compare(run, lambda index: plot.signal[index])
        return f"default plot '{plot.signal_name}' {plot.signal.shape}"


def with_nexusformat(run):
    tree = module("nexusformat.nexus").nxload(str(run.master))
    signal = tree["entry/data"].nxsignal
    require(signal is not None, "NXdata has no signal")
    counts = [tree[f"entry/data/data_{number + 1:06d}"].shape[0] for number in range(len(run.parts))]
    require(counts == [part[2] for part in run.parts], f"linked files have {counts} frames")
    compare(run, lambda index: signal[index].nxdata)
    # nexusformat 2.1.0 takes the number of source files for the first side of any virtual data set; links it sees whole.
    remark = "" if signal.shape[0] == run.count else f"; it sees the virtual data set as {signal.shape}"
    return f"signal '{signal.nxname}'{remark}"


def with_nxcheck(run):
    program = shutil.which("nxcheck", path=f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        raise Skip("nxcheck (nexusformat) is not installed")
    # Its exit status is 0 whatever it finds: only the text counts.
    answer = subprocess.run([program, "-a", "NXmx", "-e", str(run.master)], capture_output=True, text=True, check=False)
    text = re.sub(r"\x1b\[[0-9;]*m", "", answer.stdout + answer.stderr)
    found = re.search(r"Total number of errors: (\d+)", text)
    require(found is not None, f"no verdict in its output: {text.strip()[-300:]}")
    require(found.group(1) == "0", " ".join(text.split())[-1500:])
    return "no errors by NXmx"


def with_pyfai(run):
    image = module("pyFAI.io.image").read_image_data(f"{run.master}::{DETECTOR}/data") if run.count == 1 else None
    if image is None:
        image = module("fabio").open(f"{run.master}::{DETECTOR}/data").data
    require(numpy.array_equal(image, run.frame(0)), "pixels of frame 0 differ")
    return "reads the data set by its path"


def with_h5dump(run):
    if shutil.which("h5dump") is None:
        raise Skip("h5dump is not installed")
    for path in [run.master] + [part[0] for part in run.parts[:2]]:
        # '::' keeps every filter plug-in out: headers must be readable without any.
        environment = dict(os.environ, HDF5_PLUGIN_PRELOAD="::")
        answer = subprocess.run(["h5dump", "-H", str(path)], capture_output=True, text=True, env=environment, check=False)
        require(answer.returncode == 0, f"{path.name}: {answer.stderr.strip()[:300]}")
    return "headers of master and data files"


def main():
    options = arguments(__doc__.splitlines()[0]).parse_args()
    run = Run(options.run, options.checks)
    readers = [
        ("h5py", with_h5py), ("fabio", with_fabio), ("silx", with_silx), ("nexusformat", with_nexusformat),
        ("nxcheck", with_nxcheck), ("pyFAI", with_pyfai), ("h5dump", with_h5dump),
    ]
    judge([("frames", lambda: check_truth(run, options))] + [(name, lambda f=f: f(run)) for name, f in readers])


if __name__ == "__main__":
    try:
        importlib.import_module("hdf5plugin")  # registers the filters that h5py lacks
    except ImportError:
        print("SKIP all: hdf5plugin is not installed")
        sys.exit(0)
    main()
