"""What a live reduction costs an ingest, and how many frames it keeps up with: the whole programs over loopback ZeroMQ.

    python bench_live.py FAISCEAU [--frames N] [--rounds N] [--dir FOLDER] [--json FILE]

Frames: 2167 x 2070 powder, uint16, bitshuffle-LZ4 of 2 MB (reduction_frames.py), replayed as a V2 stream as fast as it is taken. Rounds
alternate between an ingest alone and one with --live (1000 bins in q, solid angle, Poisson errors, mask of the gaps). The rate of an ingest
is that between its first and its last frame, by its own run.json. Then the same frames are sent at half the median rate of the ingest alone,
and the live reduction says how many of them it reduced and how many it skipped. As many frames: what a machine takes into its page cache at
once, and what its disk takes for as long as one likes, are two maximum rates.
"""

import argparse
import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime

import numpy

from reduction_frames import gaps, make_file

LIVE = """
geometry: {distance: 200 mm, beam_center: [1035.2 px, 1083.7 px], pixel_size: 75 um, wavelength: 1 angstrom}
bins: {unit: q_nm^-1, count: 1000}
mask: {files: gaps.npy, detector: false}
"""

# As stored (reduction_frames.py).
BYTES_PER_FRAME = 2_000_000


def seconds(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(whole + "+00:00").timestamp() + float(f"0.{fraction or 0}")


class WarmPages:
    """A virtual machine whose host takes free memory back writes ten times slower into pages that it must first get again: before each series
    a plain file of the series' size is written and removed, until one was written at 0.7 of the fastest rate."""

    def __init__(self, folder):
        self.path, self.fastest = os.path.join(folder, "warm.bin"), 0.0

    def settle(self, size):
        block = bytes(1 << 20)
        for _ in range(8):
            begin = time.perf_counter()
            with open(self.path, "wb", buffering=0) as file:
                for _ in range(size >> 20):
                    file.write(block)
            rate = size / (time.perf_counter() - begin)
            os.remove(self.path)
            self.fastest = max(self.fastest, rate)
            if rate >= 0.7 * self.fastest and self.fastest > rate:
                return


def record(program, folder, source, frames, live, pages, rate=None):
    """One series: the ingest's rate, and what the live reduction said at the end."""
    runs = os.path.join(folder, "runs")
    shutil.rmtree(runs, ignore_errors=True)
    os.mkdir(runs)
    pages.settle(BYTES_PER_FRAME * frames)
    player = subprocess.Popen(
        [program, "simulate", "stream", "--bind", "tcp://127.0.0.1:*", "--protocol", "v2", "--from", source, "--frames", str(frames),
         "--wait-for-puller", "--log-format", "json"] + (["--rate", f"{rate:.1f}"] if rate else []),
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    address = None
    for line in player.stderr:
        if '"bind"' in line:
            address = json.loads(line)["bind"]
            break
    ingest = subprocess.run(
        [program, "ingest", "stream", "--from", address, "--out", runs, "--json"] + (["--live", live] if live else []),
        capture_output=True, text=True, timeout=600)
    player.wait(timeout=60)
    if ingest.returncode:
        raise SystemExit(f"the ingest ended with {ingest.returncode}: {ingest.stderr[-2000:]}")
    (path,) = glob.glob(runs + "/*/run.json")
    with open(path) as file:
        run = json.load(file)
    times = run["times"]
    passed = seconds(times["last_frame"]) - seconds(times["first_frame"])
    said = re.search(r"(\d+) frames reduced, (\d+) skipped, (\d+) failed", ingest.stderr)
    shutil.rmtree(runs)
    return run["frames"]["written"] / passed, tuple(map(int, said.groups())) if said else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dir", help="where runs are written and removed")
    parser.add_argument("--json")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(dir=options.dir)
    try:
        source, live = os.path.join(folder, "powder.h5"), os.path.join(folder, "live.yaml")
        print("making frames", file=sys.stderr)
        make_file(source, "powder uint16", 100)
        numpy.save(os.path.join(folder, "gaps.npy"), gaps())
        with open(live, "w") as file:
            file.write(LIVE)
        pages = WarmPages(folder)
        record(options.program, folder, source, options.frames, None, pages)
        alone, beside = [], []
        for _ in range(options.rounds):
            alone.append(record(options.program, folder, source, options.frames, None, pages)[0])
            rate, said = record(options.program, folder, source, options.frames, live, pages)
            beside.append(rate)
            print(f"alone {alone[-1]:.0f} frames/s, with --live {rate:.0f}: {said[0]} reduced, {said[1]} skipped")
        half = statistics.median(alone) / 2
        kept = [record(options.program, folder, source, options.frames, live, pages, half)[1] for _ in range(options.rounds)]
        shares = [reduced / options.frames for reduced, _, _ in kept]
        slower = 1 - statistics.median(beside) / statistics.median(alone)
        ratios = [b / a for a, b in zip(alone, beside)]
        report = {
            "alone": alone, "beside": beside, "slowed_by": slower, "rounds": ratios, "half_rate": half, "kept_at_half_rate": shares,
        }
        print(f"ingest alone {statistics.median(alone):.0f} frames/s; slowed by --live {100 * slower:.1f} % "
              f"(rounds {min(ratios):.2f} to {max(ratios):.2f})")
        print(f"at {half:.0f} frames/s {100 * statistics.median(shares):.1f} % of the frames reduced live "
              f"({100 * min(shares):.1f} to {100 * max(shares):.1f})")
        if options.json:
            with open(options.json, "w") as file:
                json.dump(report, file, indent=1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
