"""Our azimuthal reduction against its peers: the same file in the page cache, both cores, alternating, medians.

    python bench_reduction.py BENCH_REDUCTION [--faisceau PROGRAM] [--data DIR] [--frames N] [--rounds N] [--only TEXT] [--json FILE] [--trial]

BENCH_REDUCTION is the program built from Sources/bench-reduction. The frames are made here from a seed: 2167 x 2070 (EIGER2 4M), Poisson
counts with module gaps, every frame another, bitshuffle-LZ4 as hdf5plugin writes it, one chunk a frame. A file that is not larger than eight
times the last-level cache, has fewer than 200 frames, or frames of another size than is claimed, is refused; with --trial it is only said, to
see whether the script works. Solid angle and polarisation are in pyFAI's normalisation; ours are one multiplication a bin, and timed in the
latency only, which is from a chunk in memory to the curve: intensities and errors.

Rows (`--only` takes any part of a name):

* curve ...: 1000 bins in q, no pixel splitting, Poisson errors. Peers: pyFAI's CSR engine as its users call it (integrate1d on frames that
  h5py and hdf5plugin read), with all cores; and the best set-up found: a process a core, each reading into one array and calling the
  engine itself; bslz4_to_sparse's product with a CSC matrix, which has no errors, a process a core.
* box ...: the same bins with bounding boxes, and Poisson errors; both sides have pyFAI's matrix.
* cake ...: 500 x 360 bins in q and azimuth, no pixel splitting, Poisson errors. Peer: pyFAI's integrate2d, and its engine in a process a core,
  both with their frames decoded in memory; ours reads the file.
* decode ...: chunks to pixels and nothing else. Peers: dectris-compression, bitshuffle and hdf5plugin (through h5py), a
  process a core.
* statistics ...: sum, extremes, zeros of each frame: what they cost on top of decoding, and on top of a curve, in per cent of decoding.
  With and without take turns on the same sixteen chunks in memory, one thread; medians of the batches' differences, and quartiles. No peer.
* command ...: `faisceau reduce azimuthal` as users call it, from the start of the program to the sealed derived run on the disk, with tables
  that are made anew and with those of an earlier call. No peer.

Answers are compared in the same run: with plain numpy sums for some frames, and with the peers'. A peer that is not installed is named.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np

from reduction_command import CommandRow
from reduction_frames import BINS, CAKE, KINDS, SHAPE, box_matrix, cake_bins, curve_bins, facts, gaps, make_file, normalisation
from reduction_peers import ManyProcesses, UsualPeer

# Name: what is reduced, of which frames.
ROWS = {f"{what} {kind}": (what, kind) for what in ("curve", "box", "cake", "decode", "statistics", "command") for kind in KINDS}


class Tables:
    """The bins of all rows, made when a row asks for them."""

    def __init__(self, folder):
        self.folder, self.mask, self.made = folder, gaps(), {}

    def of(self, what):
        if what not in self.made:
            make = {"box": box_matrix, "cake": lambda: (cake_bins(self.mask),)}.get(what, lambda: (curve_bins(self.mask),))
            names = ("offsets", "bins", "weights") if what == "box" else ("bins",)
            arrays = dict(zip(names, make()))
            paths = {name: os.path.join(self.folder, f"{what}-{name}.bin") for name in names}
            for name, array in arrays.items():
                array.tofile(paths[name])
            self.made[what] = arrays, paths
        return self.made[what]

    def normalisation(self):
        """The path of what each pixel is divided by."""
        path = os.path.join(self.folder, "normalisation.bin")
        if not os.path.exists(path):
            normalisation().tofile(path)
        return path


class Ours:
    def __init__(self, program, path, kind, tables, what, folder, **options):
        with h5py.File(path) as file:
            data = file["data"]
            chunks = [data.id.get_chunk_info(number) for number in range(data.shape[0])]
        chunks = sorted((chunk.chunk_offset[0], chunk.byte_offset, chunk.size) for chunk in chunks)
        self.program, self.frames = program, len(chunks)
        self.bins = CAKE[0] * CAKE[1] if what == "cake" else BINS
        self.type = "<f8" if what == "box" else "<u8"
        name = "-".join([what, *options])
        self.job, self.sums = os.path.join(folder, f"{name}.json"), os.path.join(folder, f"{name}.bin")
        job = dict(
            file=path, type=np.dtype(KINDS[kind][1]).name, slow=SHAPE[0], fast=SHAPE[1], encoding="bslz4",
            chunks=[[offset, size] for _, offset, size in chunks], binCount=self.bins, threads=os.cpu_count(), repeats=1,
            isSingle=False, sums=self.sums, **tables.of(what)[1])
        self.normalisation = options.get("normalisation")
        with open(self.job, "w") as file:
            json.dump({**job, **options}, file)

    def measure(self):
        return json.loads(subprocess.run([self.program, self.job], check=True, capture_output=True, text=True).stdout)

    def rate(self):
        return self.frames / self.measure()["seconds"][0]

    def latency_ms(self):
        return 1000 * statistics.median(self.measure()["latencies"])

    def curves(self):
        """Intensities and errors of each frame, of a job with single frames."""
        return np.fromfile(self.sums + ".curves", "<f8").reshape(self.frames, 2, self.bins)

    def result(self):
        return np.fromfile(self.sums, self.type).reshape(self.frames, 2, self.bins)


def expected_sums(what, arrays, frame):
    """Signal and zeros, or with boxes signal and variance, of one frame by numpy."""
    if what == "box":
        from scipy.sparse import csc_matrix

        matrix = csc_matrix((arrays["weights"].astype(float), arrays["bins"], arrays["offsets"]), (BINS, frame.size))
        valid = np.where(gaps(), 0, frame).ravel().astype(float)
        return matrix @ valid, matrix.power(2) @ np.maximum(1, valid)
    bins, count = arrays["bins"].ravel(), CAKE[0] * CAKE[1] if what == "cake" else BINS
    valid = bins < count
    values = frame.ravel()[valid]
    return np.bincount(bins[valid], values.astype(float), count), np.bincount(bins[valid], values == 0, count)


def compare(ours, path, what, arrays, peer):
    """Our sums against numpy's, frame by frame: integers exactly; and against pyFAI's."""
    result = ours.result()
    with h5py.File(path) as file:
        for number in sorted({0, 1, 17 % ours.frames, ours.frames - 1}):
            for mine, expected in zip(result[number], expected_sums(what, arrays, file["data"][number])):
                close = np.abs(mine - expected).max() <= 1e-12 * expected.max() if what == "box" else (mine == expected).all()
                assert close, f"frame {number} differs from numpy's sums"
    signal = result[0, 0]
    if what == "cake":
        signal = signal.reshape(CAKE[1], CAKE[0])
        far = np.abs(peer.first.sum_signal - signal).max() / signal.max()
        return f"equal to numpy's sums; cells differ from pyFAI's by {far:.1g} of the largest"
    if what == "box":
        far = [np.abs(theirs - mine).max() / mine.max()
               for theirs, mine in ((peer.first.sum_signal, signal), (peer.first.sum_variance, result[0, 1]))]
        return f"equal to numpy's sums; signal and variance differ from pyFAI's by {far[0]:.1g} and {far[1]:.1g} of the largest"
    counts = np.bincount(arrays["bins"].ravel(), minlength=BINS)[:BINS]
    moved = int(np.abs(np.cumsum(counts) - np.cumsum(peer.first.count)).sum().round())
    return (f"equal to numpy's sums; {moved} of {counts.sum()} pixels lie in a neighbouring bin of pyFAI's,"
            f" signal differs by {abs(peer.first.sum_signal.sum() - signal.sum()):.0f} counts in all")


def compare_statistics(ours, path):
    result, mask = ours.result()[:, 0, :2], gaps()
    with h5py.File(path) as file:
        for number in sorted({0, 1, 17 % ours.frames, ours.frames - 1}):
            valid = file["data"][number][~mask]
            assert tuple(result[number]) == (valid.sum(dtype=np.uint64), (valid == 0).sum()), f"frame {number} differs"
    return "sums and numbers of zeros are equal to numpy's"


def in_turns(one, other):
    """Milliseconds of a frame for each batch of each side, taken in turns by one process. Two sides, no more: each finds the caches as the
    other leaves them."""
    output = subprocess.run([one.program, one.job, other.job], check=True, capture_output=True, text=True).stdout
    sizes = np.minimum(16, one.frames - 16 * np.arange(-(-one.frames // 16)))
    return 1000 * np.array(json.loads(output)) / sizes


def spread(values):
    return f"{statistics.median(values):.4g} ({min(values):.4g}…{max(values):.4g})"


class Row:
    """Sides that are measured in turn; the first is the one that the others are compared with."""

    def __init__(self, options, name, tables, folder):
        self.what, self.kind = ROWS[name]
        self.name, self.absent = name, []
        self.path = os.path.join(options.data, self.kind.replace(" ", "_") + ".h5")
        make_file(self.path, self.kind, options.frames)
        self.about = about(self.path, self.kind, options.trial)
        curve = "curve" if self.what in ("decode", "statistics") else self.what

        def ours(**job):
            return Ours(options.program, self.path, self.kind, tables, curve, folder, **job)

        self.arrays = tables.of(curve)[0]
        self.latencies = {}
        if self.what == "decode":
            self.ours, self.measured = ours(decodesOnly=True), ours(decodesOnly=True, statistics=True)
            self.rates = {"ours": self.ours, **self.peers(
                dectris="dectris-compression", bitshuffle="bitshuffle", hdf5plugin="h5py with hdf5plugin")}
        elif self.what == "statistics":
            alone = dict(threads=1)
            self.ours = ours(decodesOnly=True, statistics=True, **alone)
            self.rates = {}
            self.sides = {
                "decoding": ours(decodesOnly=True, **alone), "decoding and statistics": self.ours,
                "curve": ours(**alone), "curve and statistics": ours(statistics=True, **alone)}
        else:
            self.ours = ours()
            self.usual = UsualPeer(self.path, "bbox" if self.what == "box" else "no", self.what == "cake")
            best = {self.what: "pyFAI's best set-up"}
            if self.what == "curve":
                best["product"] = "bslz4_to_sparse without errors"
            self.rates = {"ours": self.ours, "pyFAI as usual": self.usual, **self.peers(**best)}
            self.single = ours(isSingle=True, threads=1, normalisation=tables.normalisation())
            self.latencies = {"one frame, one core, chunk in memory to curve": self.single}

    def peers(self, **names):
        self.absent += [name for what, name in names.items() if not ManyProcesses.is_there(what)]
        return {name: ManyProcesses(self.path, what) for what, name in names.items() if ManyProcesses.is_there(what)}

    def run(self, rounds):
        if self.what == "statistics":
            return self.run_in_turns(rounds)
        rates, latencies = {side: [] for side in self.rates}, {side: [] for side in self.latencies}
        for _ in range(rounds):
            for side, each in self.rates.items():
                rates[side].append(each.rate())
            for side, each in self.latencies.items():
                latencies[side].append(each.latency_ms())
        print(f"{self.name}: {sentence(self.about)}")
        for side, values in rates.items():
            ratio = statistics.median(rates["ours"]) / statistics.median(values)
            print(f"  {side}: {spread(values)} frames/s" + (f"; ours is {ratio:.1f} x" if side != "ours" else ""))
        for side, values in latencies.items():
            print(f"  {side}: {spread(values)} ms")
        for name in self.absent:
            print(f"  not measured: {name} is not installed")
        print(f"  {self.answers()}", flush=True)
        return dict(row=self.name, **self.about, rates=rates, latencies_ms=latencies, absent=self.absent)

    def run_in_turns(self, rounds):
        batches = {}
        for on in ("decoding", "curve"):
            pair = (on, f"{on} and statistics")
            measured = [in_turns(*(self.sides[side] for side in pair)) for _ in range(rounds)]
            batches.update(zip(pair, np.concatenate(measured, axis=1)))
        print(f"{self.name}: {sentence(self.about)}")
        for side, values in batches.items():
            print(f"  {side}: {spread(values)} ms a frame")
        for on in ("decoding", "curve"):
            cost = 100 * (batches[f"{on} and statistics"] - batches[on]) / np.median(batches["decoding"])
            low, middle, high = np.percentile(cost, (25, 50, 75))
            print(f"  on top of {on}: {middle:+.1f} ({low:+.1f}…{high:+.1f}) % of decoding")
        print(f"  {self.answers()}", flush=True)
        return dict(row=self.name, **self.about, milliseconds={side: values.tolist() for side, values in batches.items()})

    def answers(self):
        if self.what == "statistics":
            return compare_statistics(self.ours, self.path)
        if self.what == "decode":
            self.measured.measure()
            return f"decoded frames: {compare_statistics(self.measured, self.path)} of hdf5plugin's pixels"
        return compare(self.ours, self.path, self.what, self.arrays, self.usual) + "; " + self.curves()

    def curves(self):
        """The curves of the latency, against those of our own sums by numpy, and against pyFAI's."""
        result, curves = self.ours.result(), self.single.curves()
        arrays, factors = self.arrays, np.fromfile(self.single.normalisation)
        for number in sorted({0, self.ours.frames - 1}):
            if self.what == "box":
                from scipy.sparse import csc_matrix

                matrix = csc_matrix((arrays["weights"].astype(float), arrays["bins"], arrays["offsets"]), (BINS, factors.size))
                norm, (signal, variance) = matrix @ np.where(gaps().ravel(), 0, factors), result[number]
            else:
                bins, count = arrays["bins"].ravel(), self.ours.bins
                norm = np.bincount(bins[bins < count], factors[bins < count], count)
                signal, variance = result[number, 0].astype(float), result[number].sum(0).astype(float)
            used = norm > 0
            for mine, expected in zip(curves[number], (signal[used] / norm[used], np.sqrt(variance[used]) / norm[used])):
                assert np.allclose(mine[used], expected, rtol=1e-9), f"the curve of frame {number} differs from numpy's"
        return "curves are numpy's"


def about(path, kind, is_trial):
    """What is measured; a file that would measure something else is refused."""
    found, problems = facts(path, kind)
    if problems and not is_trial:
        raise SystemExit(f"{path} shows nothing: {'; '.join(problems)}. Remove it, or give other --frames (or --trial)")
    return dict(found, problems=problems)


def sentence(about):
    text = (f"{about['frames']} frames of {about['megabytes']:.2f} MB, {about['mean']:.3f} counts a pixel over all frames,"
            f" {about['caches']:.1f} x the last-level cache\n  made by {about['generator']}")
    return text + "".join(f"\n  a trial, no measurement: {problem}" for problem in about["problems"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--data", default=os.path.join(tempfile.gettempdir(), "faisceau-bench-reduction"))
    parser.add_argument("--faisceau", help="the program, for the rows of the command")
    parser.add_argument("--frames", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    parser.add_argument("--trial", action="store_true", help="few frames, to see whether the script works")
    options = parser.parse_args()
    os.makedirs(options.data, exist_ok=True)
    names = [name for name in ROWS if options.only in name]
    if not names:
        parser.error(f"no row has {options.only!r} in its name; there are {', '.join(ROWS)}")
    with tempfile.TemporaryDirectory() as folder:
        tables = Tables(folder)
        report = []
        for name in names:
            what, kind = ROWS[name]
            if what == "command" and not options.faisceau:
                print(f"{name}: not measured: --faisceau names no program")
                continue
            if what == "command":
                path = os.path.join(options.data, kind.replace(" ", "_") + ".h5")
                make_file(path, kind, options.frames)
                found = about(path, kind, options.trial)
                print(f"{name}: {sentence(found)}")
                report.append(dict(row=name, **found, **CommandRow(options.faisceau, path, folder).run(options.rounds)))
            else:
                report.append(Row(options, name, tables, folder).run(options.rounds))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
