"""The frames that bench_reduction.py measures, made from a seed, and their bins as pyFAI defines them."""

import glob
import logging
import multiprocessing
import os

import h5py
import hdf5plugin
import numpy as np

SHAPE = (2167, 2070)
BINS = 1000
# Radial, azimuthal.
CAKE = (500, 360)
GEOMETRY = dict(dist=0.18, poni1=0.0812, poni2=0.0776, rot1=0.006, rot2=-0.004, rot3=0.0)
PIXEL, WAVELENGTH = 75e-6, 1e-10
KINDS = {
    # name: (pattern, type, mean, MB stored or None); the means were chosen for these sizes.
    "powder uint16": ("powder", np.uint16, 8.0, 2.0),
    "powder uint32": ("powder", np.uint32, 8.0, None),
    "MX uint16": ("mx", np.uint16, 1.6, 1.2),
}
# Stored frames may be so much larger or smaller, in MB.
TOLERANCE = 0.1


def generator(kind):
    """What frames are made by, in words."""
    pattern, dtype, mean, _ = KINDS[kind]
    return (f"reduction_frames.py, {pattern} pattern of {mean} counts, {np.dtype(dtype).name}, by default_rng(seed).poisson (PCG64) of"
            f" numpy {np.__version__}, a seed a frame from 0")


def gaps():
    mask = np.zeros(SHAPE, bool)
    for gap in range(1, 4):
        mask[gap * 514 + (gap - 1) * 37 : gap * 514 + gap * 37] = True
    mask[:, 1030:1040] = True
    return mask


def expected_counts(pattern, mean):
    slow, fast = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    radius = np.hypot(slow - 1100.3, fast - 1030.7)
    if pattern == "mx":
        return mean * (0.2 + np.exp(-radius / 400))
    counts = mean * np.exp(-radius / 900)
    for ring in range(1, 9):
        counts += mean * 2.5 / ring * np.exp(-(((radius - 110 * ring) / 6) ** 2))
    return counts


def make_frame(task):
    pattern, mean, dtype, seed = task
    frame = np.random.default_rng(seed).poisson(expected_counts(pattern, mean)).astype(dtype)
    frame[gaps()] = np.iinfo(dtype).max
    return frame


def make_file(path, kind, frames):
    """Frames that are all different; what they were made with stands beside them."""
    pattern, dtype, mean, _ = KINDS[kind]
    if os.path.exists(path):
        with h5py.File(path) as file:
            if file["data"].shape[0] >= frames and file.attrs.get("generator") == generator(kind):
                return
    tasks = [(pattern, mean, dtype, seed) for seed in range(frames)]
    with multiprocessing.Pool() as pool, h5py.File(path + ".part", "w") as file:
        data = file.create_dataset(
            "data", (frames, *SHAPE), dtype, chunks=(1, *SHAPE), **hdf5plugin.Bitshuffle(nelems=0, cname="lz4"))
        counts, valid = 0, ~gaps()
        for number, frame in enumerate(pool.imap(make_frame, tasks)):
            data[number] = frame
            counts += int(frame[valid].sum(dtype=np.uint64))
        file.attrs["generator"] = generator(kind)
        file.attrs["mean_counts"] = counts / (frames * int(valid.sum()))
    os.rename(path + ".part", path)


def last_level_cache():
    """Bytes of the processor's largest cache."""
    sizes = []
    for path in glob.glob("/sys/devices/system/cpu/cpu0/cache/index*/size"):
        with open(path) as file:
            text = file.read().strip()
        sizes.append(int(text[:-1]) << {"K": 10, "M": 20, "G": 30}[text[-1]])
    return max(sizes)


def facts(path, kind):
    """What a measurement must say of its frames, and what is wrong with them."""
    with h5py.File(path) as file:
        data = file["data"]
        frames, stored = data.shape[0], data.id.get_storage_size()
        about = dict(frames=frames, megabytes=stored / frames / 1e6, mean=float(file.attrs["mean_counts"]),
                     generator=str(file.attrs["generator"]), caches=stored / last_level_cache())
    wanted = KINDS[kind][3]
    problems = []
    if about["frames"] < 200:
        problems.append(f"{frames} frames, not 200 or more")
    if about["caches"] <= 8:
        problems.append(f"{about['caches']:.1f} times the last-level cache, not more than 8")
    if wanted is not None and abs(about["megabytes"] - wanted) > TOLERANCE:
        problems.append(f"{about['megabytes']:.2f} MB a frame, not {wanted} within {TOLERANCE}")
    return about, problems


def integrator():
    logging.disable(logging.WARNING)
    from pyFAI.detectors import Detector
    from pyFAI.integrator.azimuthal import AzimuthalIntegrator

    return AzimuthalIntegrator(detector=Detector(PIXEL, PIXEL, max_shape=SHAPE), wavelength=WAVELENGTH, **GEOMETRY)


def settings(splitting="no"):
    return dict(
        npt=BINS, mask=gaps().astype(np.int8), unit="q_nm^-1", method=(splitting, "csr", "cython"), polarization_factor=0.99,
        correctSolidAngle=True, error_model="poisson")


def cake_settings():
    values = {**settings(), "npt_rad": CAKE[0], "npt_azim": CAKE[1]}
    del values["npt"]
    return values


def cached_engine(integrator):
    return [each for each in integrator.engines.values() if getattr(each, "engine", None) is not None][-1].engine


def normalisation():
    """What pyFAI divides by: solid angle times polarisation."""
    ai = integrator()
    return ai.solidAngleArray(SHAPE, absolute=False).astype("<f8") * ai.polarization(SHAPE, 0.99)


def curve_bins(mask):
    """From the smallest to the largest q of a pixel that is not masked."""
    q = integrator().array_from_unit(SHAPE, "center", "q_nm^-1", scale=False)
    low, high = q[~mask].min(), q[~mask].max() * (1 + np.finfo(np.float32).eps)
    bins = np.minimum(((q - low) * (BINS / (high - low))).astype(np.int64), BINS - 1)
    bins[mask] = BINS
    return bins.astype("<u2")


def pixel_matrix(engine):
    """pyFAI's matrix by pixels, as offsets, bins and weights."""
    from scipy.sparse import csr_matrix

    rows = np.asarray(engine.indptr)
    matrix = csr_matrix((np.asarray(engine.data), np.asarray(engine.indices), rows), (len(rows) - 1, SHAPE[0] * SHAPE[1])).tocsc()
    matrix.sort_indices()
    return matrix.indptr.astype("<u4"), matrix.indices.astype("<u4"), matrix.data.astype("<f4")


def box_matrix():
    ai = integrator()
    ai.integrate1d(np.ones(SHAPE, np.uint16), **settings("bbox"))
    return pixel_matrix(cached_engine(ai))


def cake_bins(mask):
    """The cell of each pixel in pyFAI's own matrix: azimuthal x radial, the radial index fastest."""
    ai = integrator()
    ai.integrate2d(np.ones(SHAPE, np.uint16), **cake_settings())
    offsets, cells, _ = pixel_matrix(cached_engine(ai))
    count = np.diff(offsets.astype(np.int64))
    assert count.max() == 1, "a pixel without splitting has one cell"
    bins = np.full(mask.size, CAKE[0] * CAKE[1], "<u4")
    # pyFAI's cells have the azimuthal index fastest.
    bins[count == 1] = cells % CAKE[1] * CAKE[0] + cells // CAKE[1]
    bins[mask.ravel()] = CAKE[0] * CAKE[1]
    return bins
