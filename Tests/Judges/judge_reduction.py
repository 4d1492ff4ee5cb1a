"""Opens results of `faisceau reduce azimuthal` with the programs that users have from PyPI, and compares what they see with the sums.

usage: judge_reduction.py FILE... [--dat FILE]
One line a reader, PASS, FAIL or SKIP; exit status 1 when one failed.
"""

import argparse
import importlib
import os
import re
import shutil
import subprocess
import sys

import h5py
import numpy

from judging import Skip, judge, require

SUMS = ["sum_signal", "sum_normalization", "sum_normalization2", "sum_variance", "count"]
# With variances from the spread only.
SPREAD = "sum_cross_deviation"
Q_UNITS = {"1/nm": 0.1, "1/angstrom": 1.0}


def module(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Skip(f"{name} is not installed ({error})") from error


def equal(got, wanted, relative=0.0):
    return got.shape == wanted.shape and numpy.allclose(got, wanted, rtol=relative, atol=0, equal_nan=True)


def around_common_mean(rows, cross):
    """The spread of all frames, and its cross deviation, around their common intensity: from those around each frame's own."""
    rows = {name: values.astype(numpy.longdouble) for name, values in rows.items()}
    cross = cross.astype(numpy.longdouble)
    signal, norm, norm2 = (rows[name] for name in SUMS[:3])

    def ratio(above, below):
        return numpy.divide(above, below, out=numpy.zeros_like(above), where=below > 0)

    shift = ratio(signal.sum(axis=0), norm.sum(axis=0)) - ratio(signal, norm)
    variance = rows["sum_variance"] - 2 * shift * cross + shift**2 * norm2
    return variance.sum(axis=0).astype(float), (cross - shift * norm2).sum(axis=0).astype(float)


def close(got, wanted, rows):
    """To what rounding leaves of sums that nearly cancel."""
    scale = numpy.sqrt(rows["sum_variance"].sum(axis=0) * rows["sum_normalization2"].sum(axis=0))
    return bool((abs(got - wanted) <= 1e-9 * scale).all())


class Result:
    """What the sums of a file say that its curves must be."""

    def __init__(self, path):
        self.path = path
        with h5py.File(path) as file:
            entry = file["entry"]
            self.axes = [name for name in entry["average"].attrs["axes"]]
            self.axis = entry["average"][self.axes[-1]][()]
            self.unit = entry["average"][self.axes[-1]].attrs["units"]
            self.is_cansas = "definition" in entry
            self.has_errors = "I_errors" in entry["average"]
            total = {name: entry["total"][name][()] for name in SUMS}
            with numpy.errstate(invalid="ignore", divide="ignore"):
                self.intensity = total["sum_signal"] / total["sum_normalization"]
                self.errors = numpy.sqrt(total["sum_variance"]) / total["sum_normalization"]
            self.title = entry["title"].asstr()[()]


def with_h5py(result):
    with h5py.File(result.path) as file:
        entry, frames = file["entry"], file["entry/frames"]
        require(equal(entry["average/I"][()], result.intensity), "the average is not the ratio of the total sums")
        if result.has_errors:
            require(equal(entry["average/I_errors"][()], result.errors), "the errors of the average are not those of the sums")
        status = frames["frame_status"][()]
        require(set(status) <= {1, 2}, f"frames have the status {sorted(set(status))}")
        require(int((status == 1).sum()) == entry["total/frame_count"][()], "frame_count counts other frames")
        if "entry_identifier" in entry:
            require(entry["identifier_run"].asstr()[()] == entry["entry_identifier"].asstr()[()], "two identifiers of one run")
            require(entry["identifier_run"].attrs["type"] in ("URN", "Hdl"), "an identifier of no type")
        problems = frames["frame_problem"].asstr()[()]
        require(all(bool(text) == (code == 2) for text, code in zip(problems, status)), "reasons and failures differ")
        require(bool(numpy.isnan(frames["I"][()][status == 2]).all()), "a failed frame has intensities")
        note = "sums of all frames only"
        if "sums" in entry:
            rows = {name: entry["sums"][name][()] for name in SUMS}
            sums = {name: rows[name].sum(axis=0) for name in SUMS}
            if SPREAD in entry["sums"]:
                sums["sum_variance"], cross = around_common_mean(rows, entry["sums"][SPREAD][()])
                require(close(cross, entry["total"][SPREAD][()], rows), "the cross deviation of all frames is another")
            for name in SUMS:
                require(equal(sums[name], entry["total"][name][()], 1e-12), f"rows of {name} do not add up")
            with numpy.errstate(invalid="ignore", divide="ignore"):
                require(
                    equal(frames["I"][()], (rows["sum_signal"] / rows["sum_normalization"]).astype("f4")),
                    "a row is not the ratio of its sums")
            note = "sums of every frame"
        return f"{len(status)} frames of {result.axis.size} bins in {result.unit}, {note}"


def with_sasview(result):
    loader = module("sasdata.dataloader.loader").Loader()
    if not result.is_cansas:
        raise Skip("no NXcanSAS: not a curve over a scattering vector")
    curves = loader.load(str(result.path))
    require(len(curves) == 1, f"{len(curves)} data sets")
    curve = curves[0]
    # It leaves out what is not finite, and shows q in 1/angstrom.
    good = numpy.isfinite(result.intensity)
    scale = Q_UNITS[result.unit]
    require(equal(numpy.asarray(curve.x), result.axis[good] * scale, 1e-12), "Q differs")
    require(equal(numpy.asarray(curve.y), result.intensity[good]), "I differs")
    if result.has_errors:
        require(equal(numpy.asarray(curve.dy), result.errors[good]), "dI differs")
    require(curve.x_unit in ("A^{-1}", "1/A"), f"the unit of Q is {curve.x_unit}")
    require(curve.title == result.title, f"title is {curve.title!r}")
    require(not curve.errors, f"errors {curve.errors}")
    return f"{len(curve.x)} points, Q in {curve.x_unit}, I in {curve.y_unit}"


def with_silx(result):
    nxdata = module("silx.io.nxdata")
    with module("silx.io").open(str(result.path)) as file:
        plot = nxdata.get_default(file)
        require(plot is not None and plot.is_valid, "no valid default plot")
        require(equal(numpy.asarray(plot.signal), result.intensity), "the default plot is not the average")
        require(equal(numpy.asarray(plot.axes[-1]), result.axis), "the axis differs")
        require((plot.errors is not None) == result.has_errors, "errors are not found")
        if result.has_errors:
            require(equal(numpy.asarray(plot.errors), result.errors), "errors differ")
        stack = nxdata.NXdata(file["entry/frames"])
        require(stack.is_valid, f"the stack of frames: {stack.issues}")
        require((stack.errors is not None) == result.has_errors, "the errors of the stack are not found")
        return f"default plot {plot.signal.shape}, stack {stack.signal.shape} over {stack.axes_dataset_names}"


def with_nexusformat(result):
    plot = module("nexusformat.nexus").nxload(str(result.path)).plottable_data
    require(plot is not None and plot.nxpath == "/entry/average", f"the default chain leads to {plot}")
    require(equal(plot.nxsignal.nxdata, result.intensity), "the signal is not the average")
    require([axis.nxname for axis in plot.nxaxes] == result.axes, f"axes are {[axis.nxname for axis in plot.nxaxes]}")
    require((plot.nxerrors is not None) == result.has_errors, "errors are not found")
    return f"default chain to {plot.nxpath}, axes {', '.join(result.axes)}"


def program(name):
    found = shutil.which(name, path=f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        raise Skip(f"{name} is not installed")
    return found


def with_nxcheck(result):
    # By the definition where there is one, else by base classes. Its exit status is 0 whatever it finds: only the text counts.
    definition = ["-a", "NXcanSAS"] if result.is_cansas else []
    answer = subprocess.run(
        [program("nxcheck"), *definition, str(result.path)], capture_output=True, text=True, check=False)
    text = re.sub(r"\x1b\[[0-9;]*m", "", answer.stdout + answer.stderr)
    errors, warnings = (re.search(rf"Total number of {kind}: (\d+)", text) for kind in ("errors", "warnings"))
    require(errors is not None and warnings is not None, f"no verdict in its output: {text.strip()[-300:]}")
    require(errors.group(1) == "0" and warnings.group(1) == "0", " ".join(text.split())[-1500:])
    return f"no errors or warnings by {'NXcanSAS' if result.is_cansas else 'base classes'}"


def with_punx(result):
    answer = subprocess.run(
        [program("punx"), "validate", "--report", "ERROR", str(result.path)], capture_output=True, text=True, check=False)
    found = re.search(r"^ERROR\s+(\d+)", answer.stdout, re.M)
    require(found is not None, f"no verdict in its output: {(answer.stdout + answer.stderr).strip()[-300:]}")
    require(found.group(1) == "0", answer.stdout[-1500:])
    return "no errors"


def with_numpy(result, dat):
    if dat is None:
        raise Skip("no text file was given")
    columns = numpy.loadtxt(dat)
    require(equal(columns[:, 0], result.axis) and equal(columns[:, 1], result.intensity), "the columns are not the average")
    require(columns.shape[1] == (3 if result.has_errors else 2), f"{columns.shape[1]} columns")
    if result.has_errors:
        require(equal(columns[:, 2], result.errors), "sigma differs")
    return f"text of {columns.shape[0]} lines, equal to the last digit"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="+", help="HDF5 files of reduced curves or maps")
    parser.add_argument("--dat", help="text file of the average of the first of them")
    options = parser.parse_args()
    readers = [
        ("h5py", with_h5py), ("SasView", with_sasview), ("silx", with_silx), ("nexusformat", with_nexusformat),
        ("nxcheck", with_nxcheck), ("punx", with_punx),
    ]
    judges = []
    for number, path in enumerate(options.file):
        result = Result(path)
        judges += [(f"{name}, {os.path.basename(path)}", lambda f=f, r=result: f(r)) for name, f in readers]
        if number == 0:
            judges.append((f"text, {os.path.basename(path)}", lambda r=result: with_numpy(r, options.dat)))
    judge(judges)


if __name__ == "__main__":
    main()
