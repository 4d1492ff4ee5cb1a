"""Our bitshuffle codec against the HDF5 filter of hdf5plugin: same frames, one thread each, alternating, medians.

    python bench_codec.py BENCH_CODEC [--rounds N] [--frames N] [--encoding bslz4|bszstd]

BENCH_CODEC is the program built from Sources/bench-codec. The frames are made here from a seed: 2167 x 2070 (EIGER2 4M) Poisson
counts with module gaps and dead pixels. The filter is called directly, as HDF5 would call it, without HDF5's own copies, and with
malloc keeping its memory, so that neither side pays for fresh pages. Every chunk is decoded by the other side and compared.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import ctypes
import glob
import json
import statistics
import subprocess
import sys
import tempfile
import time

import hdf5plugin
import numpy as np

SHAPE = (2167, 2070)
KINDS = {
    # name: (pattern, mean at the centre, type); chosen for about 2.0 and 1.2 MB stored.
    "powder uint16": ("powder", 8.0, np.uint16),
    "powder uint32": ("powder", 8.0, np.uint32),
    "sparse MX uint16": ("mx", 1.3, np.uint16),
    "nearly empty uint16": ("mx", 0.02, np.uint16),
}


def make_frame(pattern, mean, dtype, seed):
    """Expected counts, then Poisson; gaps and dead pixels have the largest value."""
    random = np.random.default_rng(seed)
    slow, fast = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    radius = np.hypot(slow - 1100.3, fast - 1030.7)
    if pattern == "powder":
        counts = mean * np.exp(-radius / 900)
        for ring in range(1, 9):
            counts += mean * 2.5 / ring * np.exp(-(((radius - 110 * ring) / 6) ** 2))
    else:
        counts = mean * (0.2 + np.exp(-radius / 400))
        spot = np.exp(-sum(axis**2 for axis in np.mgrid[-4:5, -4:5]) / 3)
        for _ in range(300):
            y, x = random.integers(10, SHAPE[0] - 10), random.integers(10, SHAPE[1] - 10)
            counts[y - 4 : y + 5, x - 4 : x + 5] += random.exponential(60) * spot
    frame = random.poisson(counts).astype(dtype)
    masked = np.iinfo(dtype).max
    for gap in range(1, 4):
        frame[gap * 514 + (gap - 1) * 37 : gap * 514 + gap * 37] = masked
    frame[:, 1030:1040] = masked
    dead = np.random.default_rng(2).integers(0, frame.size, 200)
    frame.reshape(-1)[dead] = masked
    return frame


class Filter:
    """The filter function inside hdf5plugin's shared library, called as HDF5 calls it (H5Z_func_t)."""

    FUNCTION = ctypes.CFUNCTYPE(
        ctypes.c_size_t, ctypes.c_uint, ctypes.c_size_t, ctypes.POINTER(ctypes.c_uint), ctypes.c_size_t,
        ctypes.POINTER(ctypes.c_size_t), ctypes.POINTER(ctypes.c_void_p))

    def __init__(self, element_size, encoding):
        class Class2(ctypes.Structure):
            _fields_ = [
                ("version", ctypes.c_int), ("id", ctypes.c_int), ("encodes", ctypes.c_uint), ("decodes", ctypes.c_uint),
                ("name", ctypes.c_char_p), ("can_apply", ctypes.c_void_p), ("set_local", ctypes.c_void_p),
                ("filter", Filter.FUNCTION)]

        self.libc = ctypes.CDLL(None)
        self.libc.malloc.restype = ctypes.c_void_p
        self.libc.malloc.argtypes = [ctypes.c_size_t]
        self.libc.free.argtypes = [ctypes.c_void_p]
        # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD: freed frames stay with the process, as they do with ours.
        self.libc.mallopt(-3, 1 << 30)
        self.libc.mallopt(-1, (1 << 31) - 1)
        library = ctypes.CDLL(glob.glob(os.path.join(os.path.dirname(hdf5plugin.__file__), "plugins", "libh5bshuf*"))[0])
        library.H5PLget_plugin_info.restype = ctypes.POINTER(Class2)
        self.filter = library.H5PLget_plugin_info().contents.filter
        values = (0, 4, element_size, 0, 2) if encoding == "bslz4" else (0, 4, element_size, 0, 3, 1)
        self.values = (ctypes.c_uint * len(values))(*values)

    def run(self, data, decode):
        """Seconds and result; the buffer that the filter takes over is made before the clock starts."""
        start = self.libc.malloc(len(data))
        ctypes.memmove(start, data, len(data))
        size, buffer = ctypes.c_size_t(len(data)), ctypes.c_void_p(start)
        began = time.perf_counter()
        count = self.filter(
            0x100 if decode else 0, len(self.values), self.values, len(data), ctypes.byref(size), ctypes.byref(buffer))
        seconds = time.perf_counter() - began
        if count == 0:
            sys.exit("hdf5plugin's filter refused a chunk")
        result = ctypes.string_at(buffer.value, count)
        self.libc.free(buffer.value)
        return seconds, result


def spread(seconds, size):
    """Median and quartiles as GB/s of pixels."""
    rates = sorted(size / second / 1e9 for second in seconds)
    quarter = len(rates) // 4
    return statistics.median(rates), rates[quarter], rates[-1 - quarter]


def read_chunks(path):
    data, place = open(path, "rb").read(), 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 8], "little")
        yield data[place + 8 : place + 8 + length]
        place += 8 + length


def measure(name, arguments, folder):
    pattern, mean, dtype = KINDS[name]
    frames = [make_frame(pattern, mean, dtype, seed).tobytes() for seed in range(arguments.frames)]
    raw, chunk_file = os.path.join(folder, "frames.raw"), os.path.join(folder, "chunks")
    with open(raw, "wb") as file:
        file.writelines(frames)
    peer = Filter(np.dtype(dtype).itemsize, arguments.encoding)
    peer_chunks = [peer.run(frame, decode=False)[1] for frame in frames]
    ours = {"encodeSeconds": [], "decodeSeconds": [], "framingCheckSeconds": []}
    theirs = {"encodeSeconds": [], "decodeSeconds": []}
    for turn in range(arguments.rounds):
        command = [arguments.program, raw, np.dtype(dtype).name, *map(str, SHAPE), arguments.encoding, "1"]
        output = subprocess.run(command + ([chunk_file] if turn == 0 else []), check=True, capture_output=True).stdout
        report = json.loads(output)
        for key in ours:
            ours[key] += report[key]
        for frame, chunk in zip(frames, peer_chunks):
            theirs["encodeSeconds"].append(peer.run(frame, decode=False)[0])
            theirs["decodeSeconds"].append(peer.run(chunk, decode=True)[0])
    for frame, chunk in zip(frames, read_chunks(chunk_file)):
        if peer.run(chunk, decode=True)[1] != frame:
            sys.exit("hdf5plugin decodes one of our chunks to other pixels")
    size, stored = len(frames[0]), statistics.mean(map(len, peer_chunks))
    row = {
        "frames": name, "level": report["level"], "encoding": arguments.encoding, "meanCounts": mean,
        "storedBytes": round(statistics.mean(report["chunkBytes"])), "peerStoredBytes": round(stored),
        "sizeRatio": round(statistics.mean(report["chunkBytes"]) / stored, 4)}
    print(f"{name} ({arguments.encoding}, level {report['level']}): stored {row['storedBytes']} bytes, "
          f"peer {row['peerStoredBytes']} ({100 * (row['sizeRatio'] - 1):+.1f} %)")
    for what in ("encode", "decode"):
        mine, other = spread(ours[what + "Seconds"], size), spread(theirs[what + "Seconds"], size)
        row[what] = {"GBps": mine, "peerGBps": other, "ratio": mine[0] / other[0]}
        print(f"  {what}: {mine[0]:.2f} GB/s ({mine[1]:.2f}-{mine[2]:.2f}), hdf5plugin {other[0]:.2f} "
              f"({other[1]:.2f}-{other[2]:.2f}): {mine[0] / other[0]:.2f} x")
    row["framingCheckMicroseconds"] = 1e6 * statistics.median(ours["framingCheckSeconds"])
    print(f"  framing check of a chunk: {row['framingCheckMicroseconds']:.1f} microseconds")
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--encoding", choices=["bslz4", "bszstd"], default="bslz4")
    parser.add_argument("--json", help="write the numbers there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(name, arguments, folder) for name in KINDS]
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
