"""Imports a run with DIALS/dxtbx and compares its geometry, scan, mask and pixel sums with the master's own fields.

usage: judge_dials.py RUN_FOLDER [--frames N] [--sums JSON] [--checks N]        (with the Python that has dxtbx: Debian's)
"""

import json
import shutil
import subprocess
import tempfile

import h5py
import numpy

from judging import DETECTOR, Run, Skip, arguments, check_truth, judge, require

# NeXus has x to the left and z along the beam, dxtbx (imgCIF) the opposite of both.
MCSTAS_TO_IMGCIF = numpy.diag([-1.0, 1.0, -1.0])


def experiments(run):
    try:
        from dxtbx.model.experiment_list import ExperimentListFactory
    except ImportError as error:
        raise Skip(f"dxtbx is not installed ({error})") from error
    return ExperimentListFactory.from_filenames([str(run.master)])


def close(got, expected, what, tolerance=1e-6):
    got, expected = numpy.asarray(got, float), numpy.asarray(expected, float)
    require(numpy.allclose(got, expected, rtol=0, atol=tolerance), f"{what} is {got.tolist()}, expected {expected.tolist()}")


def models(run):
    found = experiments(run)
    images = sum(len(experiment.imageset) for experiment in found) if found[0].scan is None else len(found[0].imageset)
    require(images == run.count, f"{images} images, expected {run.count}")
    name = found[0].imageset.get_format_class().__name__
    require(name == "FormatNXmx", f"read by {name}, expected FormatNXmx")
    panel, beam = found[0].detector[0], found[0].beam
    with h5py.File(run.master) as file:
        detector = file[DETECTOR]
        center = [detector["beam_center_x"][()], detector["beam_center_y"][()]]
        close(panel.get_beam_centre_px(beam.get_s0()), center, "beam centre in pixels")
        close(panel.get_distance(), detector["distance"][()] * 1000, "distance in mm")
        close(beam.get_wavelength(), file["/entry/instrument/beam/incident_wavelength"][()], "wavelength")
        close(panel.get_pixel_size(), [detector[f"{axis}_pixel_size"][()] * 1000 for axis in "xy"], "pixel size in mm")
        require(panel.get_image_size() == run.frame(0).shape[::-1], f"image size is {panel.get_image_size()}")
        for axis, got in (("fast", panel.get_fast_axis()), ("slow", panel.get_slow_axis())):
            close(got, MCSTAS_TO_IMGCIF @ detector[f"module/{axis}_pixel_direction"].attrs["vector"], f"{axis} axis")
        remark = scan(file, found[0])
    return f"{name}, {run.count} images, distance {panel.get_distance():g} mm, {remark}"


def scan(file, experiment):
    axes = {}
    for field in file.get("/entry/sample/transformations", {}).values():
        if field.attrs.get("transformation_type") == "rotation" and field.size > 1 and numpy.ptp(field[()]) > 0:
            axes[field.name] = field
    if not axes:
        return "stills"
    require(len(axes) == 1, f"{len(axes)} axes move; dxtbx knows one")
    axis = next(iter(axes.values()))
    start, width = experiment.scan.get_oscillation()
    close(start, axis[0], "scan start")
    close(width, file[axis.name + "_end"][0] - axis[0], "scan width")
    close(experiment.goniometer.get_rotation_axis(), MCSTAS_TO_IMGCIF @ axis.attrs["vector"], "scan axis")
    return f"{axis.name.split('/')[-1]} from {start:g} by {width:g} deg"


def pixels(run):
    """As DIALS uses them: its mask (static mask and trusted range), its sums."""
    found = experiments(run)
    sets = [experiment.imageset for experiment in found]
    for index in run.checked:
        images, number = (sets[0], index) if len(sets[0]) == run.count else (sets[index], 0)
        raw = images.get_raw_data(number)[0].as_numpy_array()
        mask = images.get_mask(number)[0].as_numpy_array()
        truth = run.frame(index)
        valid = run.valid(truth)
        require(not (mask & ~valid).any(), f"frame {index}: {(mask & ~valid).sum()} masked pixels are used")
        require(numpy.array_equal(raw[mask].astype("i8"), truth[mask].astype("i8")), f"frame {index}: pixels differ")
        lost = valid & ~mask
        # Beyond the saturation value a pixel is no measurement to DIALS, and only there.
        require(not lost.any() or truth[lost].min() > saturation(run), f"frame {index}: {lost.sum()} good pixels are masked")
    return f"{len(run.checked)} frames: mask and every pixel"


def saturation(run):
    with h5py.File(run.master) as file:
        return int(file[f"{DETECTOR}/saturation_value"][()])


def command(run):
    if shutil.which("dials.import") is None:
        raise Skip("dials.import is not installed")
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            ["dials.import", str(run.master)], cwd=folder, capture_output=True, text=True, check=False)
        require(answer.returncode == 0, (answer.stderr or answer.stdout).strip()[-400:])
        with open(f"{folder}/imported.expt", encoding="utf-8") as file:
            return f"imported.expt with {len(json.load(file)['experiment'])} experiments"


def main():
    options = arguments(__doc__.splitlines()[0]).parse_args()
    run = Run(options.run, options.checks)
    judges = [("dxtbx models", models), ("dxtbx pixels", pixels), ("dials.import", command)]
    judge([("frames", lambda: check_truth(run, options))] + [(name, lambda f=f: f(run)) for name, f in judges])


if __name__ == "__main__":
    main()
