"""Compares a result of `faisceau reduce azimuthal` with pyFAI, frame by frame, on the same frames, mask and geometry.

usage: judge_azimuthal.py RESULT.h5 MASTER.h5 [--frames N]

Counts of pixels and sums of the signal must be pyFAI's but for pixels whose position, which pyFAI keeps as a float32, lies on the edge of a
bin: these are counted and named, the pixels ([slow, fast], our bin, pyFAI's) and the bins of each frame that they change; without splitting no
other bin may differ. Intensity and sigma of the bins without such a pixel to 1e-6, with splitting to 1e-5. pyFAI keeps the corners
of pixels as float32 too, and the areas of their parts: a bin of splitting whose intensity or sigma is farther away is computed in double precision
from the definition (split_exactly.py), and must be that to 1e-6. These bins are counted and printed with the worst of each program.
"""

import argparse
import json

import h5py
import numpy
from pyFAI.detectors import Detector
from pyFAI.integrator.azimuthal import AzimuthalIntegrator

import split_exactly
from judging import Run, require


# More are counted and not named.
MOST_NAMED = 100


def pixels_on_edges(geometry, unit, shape, low, step, bins):
    """Pixels that can be in another bin when their position is a float32: [slow, fast, bin, bin by float32]; -1 is outside."""
    position = geometry.array_from_unit(shape, "center", unit, scale=False).astype("float64")

    def numbers(values):
        found = numpy.floor((values - low) / step).astype(int)
        return numpy.where((found >= 0) & (found < bins), found, -1)

    single = numpy.float32(position).astype("float64")
    # Where pyFAI rounds besides, in its own arithmetic of float32: a few units of the last place.
    place = (position - low) / step
    edge = numpy.round(place)
    near = numpy.where((edge >= 0) & (edge <= bins), numpy.abs(place - edge) * step, numpy.inf)
    exact, rounded = numbers(position), numbers(single)
    found = (exact != rounded) | (near <= 4 * numpy.spacing(numpy.float32(position)))
    return [[int(slow), int(fast), int(exact[slow, fast]), int(rounded[slow, fast])] for slow, fast in numpy.argwhere(found)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result")
    parser.add_argument("master")
    parser.add_argument("--frames", type=int, default=5)
    options = parser.parse_args()
    run = Run(options.master)
    with h5py.File(options.result) as file:
        entry = file["entry"]
        process = entry["process"]
        place = {name: value[()] for name, value in process["geometry"].items()}
        choice = {name: value[()] for name, value in process["parameters"].items()}
        sums = {name: value[()] for name, value in entry["sums"].items()}
        intensity, sigma = entry["frames/I"][()], entry["frames/I_errors"][()]
    detector = Detector(
        place["pixel1"], place["pixel2"], max_shape=run.frame(0).shape, orientation=int(place.get("orientation", 3)))
    geometry = AzimuthalIntegrator(
        dist=place["dist"], poni1=place["poni1"], poni2=place["poni2"], rot1=place["rot1"], rot2=place["rot2"],
        rot3=place["rot3"], detector=detector, wavelength=place.get("wavelength"))
    splitting = {"none": "no", "boundingBox": "bbox", "fullPixel": "full"}[choice["pixel_splitting"].decode()]
    method = (splitting, "csr", "cython")
    worst, ties, far, compared, frames = 0.0, 0, 0, 0, min(options.frames, run.count)
    bins = int(choice["radial_bins"])
    low, high = (float(end) for end in choice["radial_range"])
    step = (high * split_exactly.WIDENED - low) / bins
    exactly, of_mine, of_peer = None, 0.0, 0.0
    unit, shape = choice["radial_unit"].decode(), run.frame(0).shape
    on_edges = pixels_on_edges(geometry, unit, shape, low, step, bins) if splitting == "no" else []
    # The bins on both sides of the edge.
    sides = [{near for one in pixel[2:] for near in (one - 1, one, one + 1)} for pixel in on_edges]
    explained = set().union(*sides)
    tied_bins = {}
    for number in range(frames):
        pixels = run.frame(number)
        peer = geometry.integrate1d_ng(
            pixels.astype("float64"), bins, unit=choice["radial_unit"].decode(), method=method, error_model="poisson",
            mask=~run.valid(pixels), radial_range=tuple(choice["radial_range"]), correctSolidAngle=True, dummy=numpy.nan)
        count, signal = sums["count"][number], sums["sum_signal"][number]
        if splitting == "no":
            same = (count == peer.count) & (signal == peer.sum_signal)
        else:
            same = numpy.isclose(count, peer.count, rtol=1e-5, atol=1e-5)
        ties += int((~same).sum())
        if not same.all():
            tied_bins[number] = numpy.nonzero(~same)[0].tolist()
        unexplained = sorted(set(tied_bins.get(number, [])) - explained) if splitting == "no" else []
        require(not unexplained, f"frame {number}: bins {unexplained} have other pixels than pyFAI's, and none of theirs is on an edge")
        limit = 1e-6 if splitting == "no" else 1e-5
        # float32 columns: half of the last place is 6e-8.
        for mine, other in [(intensity[number], peer.intensity), (sigma[number], peer.sigma)]:
            used = same & (count > 0) & (other > 0)
            difference = numpy.abs(mine[used] - other[used]) / other[used]
            worst = max(worst, float(difference.max(initial=0)))
            far += int((difference >= limit).sum())
            compared += len(difference)
        require(splitting != "no" or far == 0, f"frame {number}: {worst} relative in a bin whose pixels are the same")
        if splitting != "no":
            exactly = exactly or split_exactly.Pixels(place, pixels.shape)
            valid, factor = run.valid(pixels).ravel(), geometry.solidAngleArray(pixels.shape).ravel()
            used = (count > 0) & (peer.intensity > 0)
            doubted = used & (
                (numpy.abs(intensity[number] - peer.intensity) >= limit * peer.intensity)
                | (numpy.abs(sigma[number] - peer.sigma) >= limit * peer.sigma))
            for one in numpy.nonzero(doubted)[0]:
                which, parts = exactly.shares(splitting, low + one * step, low + (one + 1) * step, valid)
                counts, norm = pixels.ravel()[which].astype("float64"), (parts * factor[which]).sum()
                # The variance of an empty pixel is 1, as pyFAI has it.
                for mine, other, truth in [
                        (intensity, peer.intensity, (parts * counts).sum() / norm),
                        (sigma, peer.sigma, numpy.sqrt((parts**2 * numpy.maximum(1, counts)).sum()) / norm)]:
                    of_mine = max(of_mine, abs(mine[number][one] / truth - 1))
                    of_peer = max(of_peer, abs(other[one] / truth - 1))
            require(of_mine < 1e-6, f"frame {number}: {of_mine} from what is computed exactly")
        moved = numpy.abs(count - peer.count).sum() / max(count.sum(), 1)
        require(moved < 1e-3, f"frame {number}: {moved} of the pixels are in other bins")
    wrong = {one for found in tied_bins.values() for one in found}
    tied = [pixel for pixel, near in zip(on_edges, sides) if near & wrong]
    print(json.dumps({"frames": frames, "bins": bins, "splitting": splitting, "compared": compared, "bins_with_ties": ties,
                      "tied_bins": {number: found[:MOST_NAMED] for number, found in tied_bins.items()},
                      "pixels_on_edges": len(on_edges), "tied_pixels": tied[:MOST_NAMED],
                      "beyond": far, "worst_relative": worst, "mine_from_exact": of_mine, "pyfai_from_exact": of_peer}))


main()
