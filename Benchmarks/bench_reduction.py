"""Our azimuthal reduction against pyFAI: the same file in the page cache, both cores, alternating, medians.

    python bench_reduction.py BENCH_REDUCTION [--data DIR] [--frames N] [--rounds N] [--only TEXT] [--json FILE]

BENCH_REDUCTION is the program built from Sources/bench-reduction. The frames are made here from a seed: 2167 x 2070 (EIGER2 4M), Poisson
counts with module gaps, every frame another, bitshuffle-LZ4 as hdf5plugin writes it, one chunk a frame. 1000 bins in q, no pixel splitting,
Poisson errors, solid angle and polarisation in the normalisation.

Peers: pyFAI's CSR engine as its users call it (integrate1d on frames that h5py and hdf5plugin read), with all cores; and the best set-up
found: a process a core, each reading into one array and calling the engine itself. The sums of our side are compared with plain numpy
sums for some frames, and with pyFAI's.
"""

import argparse
import json
import logging
import multiprocessing
import os
import statistics
import subprocess
import tempfile
import time

import h5py
import hdf5plugin
import numpy as np

SHAPE = (2167, 2070)
BINS = 1000
GEOMETRY = dict(dist=0.18, poni1=0.0812, poni2=0.0776, rot1=0.006, rot2=-0.004, rot3=0.0)
PIXEL, WAVELENGTH = 75e-6, 1e-10
KINDS = {
    # name: (pattern, type, mean); chosen for 2.0 and 1.2 MB stored.
    "powder uint16": ("powder", np.uint16, 8.0),
    "powder uint32": ("powder", np.uint32, 8.0),
    "MX uint16": ("mx", np.uint16, 1.3),
}


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
    pattern, dtype, mean = KINDS[kind]
    if os.path.exists(path):
        with h5py.File(path) as file:
            if file["data"].shape[0] >= frames:
                return
    tasks = [(pattern, mean, dtype, seed) for seed in range(frames)]
    with multiprocessing.Pool() as pool, h5py.File(path + ".part", "w") as file:
        data = file.create_dataset(
            "data", (frames, *SHAPE), dtype, chunks=(1, *SHAPE), **hdf5plugin.Bitshuffle(nelems=0, cname="lz4"))
        for number, frame in enumerate(pool.imap(make_frame, tasks)):
            data[number] = frame
    os.rename(path + ".part", path)


def integrator():
    logging.disable(logging.WARNING)
    from pyFAI.detectors import Detector
    from pyFAI.integrator.azimuthal import AzimuthalIntegrator

    return AzimuthalIntegrator(detector=Detector(PIXEL, PIXEL, max_shape=SHAPE), wavelength=WAVELENGTH, **GEOMETRY)


def settings():
    return dict(
        npt=BINS, mask=gaps().astype(np.int8), unit="q_nm^-1", method=("no", "csr", "cython"), polarization_factor=0.99,
        correctSolidAngle=True, error_model="poisson")


def bin_table(mask):
    """Bins as pyFAI defines them: from the smallest to the largest q of a pixel that is not masked."""
    q = integrator().array_from_unit(SHAPE, "center", "q_nm^-1", scale=False)
    low, high = q[~mask].min(), q[~mask].max() * (1 + np.finfo(np.float32).eps)
    bins = np.minimum(((q - low) * (BINS / (high - low))).astype(np.int64), BINS - 1)
    bins[mask] = BINS
    return bins.astype("<u2")


def engine(integrator, frame):
    """pyFAI's own fast path: the cached engine, without what integrate1d prepares for each frame."""
    from pyFAI.containers import ErrorModel

    integrator.integrate1d(frame, **settings())
    cached = [e for e in integrator.engines.values() if getattr(e, "engine", None) is not None][-1].engine
    solid_angle = integrator.solidAngleArray(SHAPE, absolute=False)
    polarisation = integrator.polarization(SHAPE, 0.99)
    return lambda frame: cached.integrate_ng(
        frame, solidangle=solid_angle, polarization=polarisation, error_model=ErrorModel.POISSON)


def share(path, part, parts, frames, ready, start, seconds):
    os.environ["OMP_NUM_THREADS"] = "1"
    with h5py.File(path) as file:
        data = file["data"]
        room = np.empty((1, *SHAPE), data.dtype)
        integrate = engine(integrator(), data[0])
        ready.release()
        start.wait()
        begin = time.perf_counter()
        for number in range(part, frames, parts):
            data.read_direct(room, np.s_[number : number + 1])
            integrate(room[0])
        seconds.put(time.perf_counter() - begin)


class BestPeer:
    """A process a core, warm before the clock starts."""

    def measure(self, path, frames):
        context = multiprocessing.get_context("spawn")
        parts = os.cpu_count()
        ready, start, seconds = context.Semaphore(0), context.Event(), context.Queue()
        workers = [
            context.Process(target=share, args=(path, part, parts, frames, ready, start, seconds)) for part in range(parts)]
        for worker in workers:
            worker.start()
        for _ in workers:
            ready.acquire()
        start.set()
        slowest = max(seconds.get() for _ in workers)
        for worker in workers:
            worker.join()
        return frames / slowest


class UsualPeer:
    def __init__(self, path):
        self.integrator = integrator()
        with h5py.File(path) as file:
            self.last = self.integrator.integrate1d(file["data"][0], **settings())

    def measure(self, path, frames):
        with h5py.File(path) as file:
            data = file["data"]
            begin = time.perf_counter()
            for number in range(frames):
                self.last = self.integrator.integrate1d(data[number], **settings())
            return frames / (time.perf_counter() - begin)


class Ours:
    def __init__(self, program, path, kind, bins, folder, single=False, threads=None):
        with h5py.File(path) as file:
            data = file["data"]
            chunks = [data.id.get_chunk_info(number) for number in range(data.shape[0])]
            chunks = sorted((chunk.chunk_offset[0], chunk.byte_offset, chunk.size) for chunk in chunks)
        self.program, self.job = program, os.path.join(folder, "job.json")
        self.sums = os.path.join(folder, "sums.bin")
        table = os.path.join(folder, "bins.bin")
        bins.tofile(table)
        with open(self.job, "w") as file:
            json.dump(
                dict(
                    file=path, type=np.dtype(KINDS[kind][1]).name, slow=SHAPE[0], fast=SHAPE[1], encoding="bslz4",
                    chunks=[[offset, size] for _, offset, size in chunks], bins=table, binCount=BINS,
                    threads=threads or os.cpu_count(), repeats=1, isSingle=single, sums=self.sums), file)
        self.frames = len(chunks)

    def measure(self):
        report = json.loads(subprocess.run([self.program, self.job], check=True, capture_output=True, text=True).stdout)
        return report

    def rate(self):
        return self.frames / statistics.median(self.measure()["seconds"])

    def result(self):
        return np.fromfile(self.sums, "<u8").reshape(self.frames, 2, BINS)


def compare(ours, path, bins, peer):
    """Our integers against numpy's, frame by frame, and against pyFAI's float sums."""
    result = ours.result()
    with h5py.File(path) as file:
        for number in {0, 1, 17, ours.frames - 1}:
            frame = file["data"][number]
            valid = bins < BINS
            signal = np.bincount(bins[valid], frame[valid].astype(np.float64), BINS)
            zeros = np.bincount(bins[valid], frame[valid] == 0, BINS)
            assert (signal == result[number, 0]).all() and (zeros == result[number, 1]).all(), f"frame {number} differs"
        last = peer.integrator.integrate1d(file["data"][0], **settings())
    counts = np.bincount(bins[bins < BINS].ravel(), minlength=BINS)
    moved = int(np.abs(np.cumsum(counts) - np.cumsum(last.count)).sum().round())
    total = abs(last.sum_signal.sum() - result[0, 0].sum())
    return f"{moved} of {counts.sum()} pixels lie in a neighbouring bin of pyFAI's, signal differs by {total:.0f} counts in all"


def spread(values):
    return f"{statistics.median(values):.4g} ({min(values):.4g}…{max(values):.4g})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--data", default=os.path.join(tempfile.gettempdir(), "faisceau-bench-reduction"))
    parser.add_argument("--frames", type=int, default=208)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    options = parser.parse_args()
    os.makedirs(options.data, exist_ok=True)
    report = []
    mask = gaps()
    bins = bin_table(mask)
    for kind in KINDS:
        if options.only not in kind:
            continue
        path = os.path.join(options.data, kind.replace(" ", "_") + ".h5")
        make_file(path, kind, options.frames)
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as single:
            ours = Ours(options.program, path, kind, bins, folder)
            alone = Ours(options.program, path, kind, bins, single, single=True, threads=1)
            usual, best = UsualPeer(path), BestPeer()
            rates = {"ours": [], "usual": [], "best": []}
            latencies = []
            for _ in range(options.rounds):
                rates["ours"].append(ours.rate())
                rates["usual"].append(usual.measure(path, 8))
                rates["best"].append(best.measure(path, 16))
                latencies.append(1000 * statistics.median(alone.measure()["latencies"]))
            with h5py.File(path) as file:
                size = file["data"].id.get_storage_size() / ours.frames / 1e6
                mean = float(file["data"][0][~mask].mean())
            row = dict(kind=kind, megabytes=size, mean=mean, rates=rates, latencies_ms=latencies)
            report.append(row)
            median = {side: statistics.median(values) for side, values in rates.items()}
            print(f"{kind}: {ours.frames} frames of {size:.2f} MB, {mean:.2f} counts a pixel")
            print(f"  ours {spread(rates['ours'])} frames/s; pyFAI as usual {spread(rates['usual'])}: {median['ours'] / median['usual']:.1f} x;"
                  f" its best set-up {spread(rates['best'])}: {median['ours'] / median['best']:.1f} x")
            print(f"  one frame, one core, chunk in memory to sums: {spread(latencies)} ms")
            print(f"  {compare(ours, path, bins, usual)}", flush=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
