"""A small file of seeded frames, and what NumPy alone makes of it: none of the library's code is asked.

The geometry is a flat detector without rotations, so that it fits into a few lines here.
"""

import h5py
import hdf5plugin
import numpy

SLOW, FAST = 40, 56
# The place of the beam is one where no pixel lies on the edge of a bin (`_bins_of` looks).
CONFIGURATION = {
    "geometry": {"distance": "60 mm", "beam_center": ["21.4 px", "18.03 px"], "pixel_size": "172 um", "wavelength": "1 angstrom"},
    "bins": {"unit": "q_nm^-1", "count": 50, "from": 0.5, "to": 6},
    "corrections": {"solid_angle": False},
}
FILTERS = {
    "bslz4": hdf5plugin.Bitshuffle(cname="lz4"),
    "bszstd": hdf5plugin.Bitshuffle(cname="zstd"),
    "lz4": hdf5plugin.LZ4(),
    "zstd": hdf5plugin.Zstd(),
    "none": {},
}
GAP = 65535


def frames(count, seed=11):
    """Counts of 0 to 26, with a gap of the detector and a saturated pixel now and then."""
    generator = numpy.random.default_rng(seed)
    values = generator.integers(0, 9, (count, SLOW, FAST), numpy.uint16, endpoint=True)
    values *= (1 + numpy.arange(count, dtype=numpy.uint16) % 3)[:, None, None]
    values[generator.random(values.shape) < 0.001] = GAP
    values[:, :, 13] = GAP
    return values


def write(path, values, encoding="bslz4", missing=(), corrupt=()):
    """Frames at /entry/data/data, one a chunk."""
    with h5py.File(path, "w") as file:
        data = file.create_dataset("/entry/data/data", values.shape, "<u2", chunks=(1, SLOW, FAST), **FILTERS[encoding])
        for number, frame in enumerate(values):
            if number not in missing:
                data[number] = frame
        file.flush()
        for number in corrupt:
            mask, chunk = data.id.read_direct_chunk((number, 0, 0))
            half = len(chunk) // 2
            data.id.write_direct_chunk((number, 0, 0), chunk[:half] + b"\xff" * (len(chunk) - half), mask)
    return path


def _bins_of(values, count, lower, upper):
    """Numbers of bins, and `count` outside; values that rounding could put elsewhere are refused."""
    place = (values - lower) / (upper - lower) * count
    assert numpy.abs(place - numpy.round(place)).min() > 1e-5, "a pixel lies on an edge: choose another beam centre"
    return numpy.where((place >= 0) & (place < count), numpy.floor(place), count).astype(int)


def bin_numbers(azimuthal_count=None):
    """The bin of each pixel, [slow, fast], and the number of bins; that number itself outside of all bins."""
    slow = (numpy.arange(SLOW) + 0.5 - 18.03)[:, None] * 172e-6
    fast = (numpy.arange(FAST) + 0.5 - 21.4)[None, :] * 172e-6
    q = 4 * numpy.pi / 0.1 * numpy.sin(numpy.arctan2(numpy.hypot(slow, fast), 60e-3) / 2)
    radial = _bins_of(q, 50, 0.5, 6)
    if azimuthal_count is None:
        return radial, 50
    azimuthal = _bins_of(numpy.degrees(numpy.arctan2(slow, fast)), azimuthal_count, -180, 180)
    bins = azimuthal_count * 50
    return numpy.where((radial < 50) & (azimuthal < azimuthal_count), azimuthal * 50 + radial, bins), bins


def reduced(frame, numbers, bins, least=1):
    """Mean and standard error of the counts in each bin; Poisson, where a pixel's variance is `least` at least (as pyFAI has it: 1)."""
    good = frame != GAP
    pixels = numpy.bincount(numbers[good], minlength=bins + 1)[:bins]
    counts = numpy.bincount(numbers[good], frame[good].astype(float), bins + 1)[:bins]
    variance = numpy.bincount(numbers[good], numpy.maximum(frame[good].astype(float), least), bins + 1)[:bins]
    assert counts.sum() > 1000, "there is nothing to compare"
    with numpy.errstate(invalid="ignore", divide="ignore"):
        return counts / pixels, numpy.sqrt(variance) / pixels
