"""Our bitshuffle codec against its peers: same frames, one thread each, alternating, medians.

    python bench_codec.py BENCH_CODEC [--rounds N] [--frames N] [--encoding bslz4|bszstd] [--json FILE]

BENCH_CODEC is the program built from Sources/bench-codec. The frames are made here from a seed: 2167 x 2070 (EIGER2 4M) Poisson
counts with module gaps and dead pixels. Peers: the filter of hdf5plugin, called directly, as HDF5 would call it, without HDF5's own
copies; the bitshuffle library as PyPI builds it (LZ4); blosc2 with its bit shuffle and the same compressor (LZ4 at its default level 5,
Zstandard at level 1). malloc keeps its memory, so that no side pays for fresh pages. Every chunk of hdf5plugin's filter and of ours is
decoded by the other side and compared.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

os.environ["BLOSC_NTHREADS"] = "1"

import argparse
import ctypes
import glob
import json
import statistics
import subprocess
import sys
import tempfile
import time

import bitshuffle
import blosc2
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


class Bitshuffle:
    """The bitshuffle library; its result lacks the 12 bytes that head a chunk."""

    def encode(self, frame):
        began = time.perf_counter()
        result = bitshuffle.compress_lz4(frame, 0)
        return time.perf_counter() - began, len(result) + 12


class Blosc:
    def __init__(self, element_size, encoding):
        codec, level = (blosc2.Codec.LZ4, 5) if encoding == "bslz4" else (blosc2.Codec.ZSTD, 1)
        self.parameters = blosc2.CParams(
            codec=codec, clevel=level, filters=[blosc2.Filter.BITSHUFFLE], typesize=element_size, nthreads=1)

    def encode(self, frame):
        began = time.perf_counter()
        result = blosc2.compress2(frame, cparams=self.parameters)
        return time.perf_counter() - began, len(result)


# What is asked of encoding (uint16): peer and encoding, then at least, aim.
GOALS = {("bitshuffle", "bslz4"): (1.5, 3.2), ("blosc2", "bslz4"): (1, 2), ("hdf5plugin", "bszstd"): (3, 8)}


def measure(name, encoding, arguments, folder):
    pattern, mean, dtype = KINDS[name]
    arrays = [make_frame(pattern, mean, dtype, seed) for seed in range(arguments.frames)]
    frames = [array.tobytes() for array in arrays]
    raw, chunk_file = os.path.join(folder, "frames.raw"), os.path.join(folder, "chunks")
    with open(raw, "wb") as file:
        file.writelines(frames)
    size = len(frames[0])
    plugin = Filter(np.dtype(dtype).itemsize, encoding)
    chunks = [plugin.run(frame, decode=False)[1] for frame in frames]
    encoders = {"blosc2": Blosc(np.dtype(dtype).itemsize, encoding)}
    if encoding == "bslz4":
        encoders["bitshuffle"] = Bitshuffle()
    stored = {"hdf5plugin": statistics.mean(map(len, chunks))}
    ours = {"encodeSeconds": [], "decodeSeconds": [], "framingCheckSeconds": []}
    encode, decode = {peer: [] for peer in ["hdf5plugin", *encoders]}, []
    for turn in range(arguments.rounds):
        command = [arguments.program, raw, np.dtype(dtype).name, *map(str, SHAPE), encoding, "1"]
        output = subprocess.run(command + ([chunk_file] if turn == 0 else []), check=True, capture_output=True).stdout
        report = json.loads(output)
        for key in ours:
            ours[key] += report[key]
        for frame, chunk in zip(frames, chunks):
            encode["hdf5plugin"].append(plugin.run(frame, decode=False)[0])
            decode.append(plugin.run(chunk, decode=True)[0])
        for peer, encoder in encoders.items():
            results = [encoder.encode(array) for array in arrays]
            encode[peer] += [seconds for seconds, _ in results]
            stored[peer] = statistics.mean(count for _, count in results)
    for frame, chunk in zip(frames, read_chunks(chunk_file)):
        if plugin.run(chunk, decode=True)[1] != frame:
            sys.exit("hdf5plugin decodes one of our chunks to other pixels")
    ours_stored = statistics.mean(report["chunkBytes"])
    print(f"{name}, {encoding}, kernels for {report['level']}: {ours_stored:.0f} bytes a frame of {size}")
    rows = []
    for what, peer, seconds in [("encode", peer, encode[peer]) for peer in encode] + [("decode", "hdf5plugin", decode)]:
        mine, other = spread(ours[what + "Seconds"], size), spread(seconds, size)
        least, aim = GOALS.get((peer, encoding), (None, None)) if what == "encode" and dtype == np.uint16 else (None, None)
        row = {
            "frames": name, "encoding": encoding, "level": report["level"], "what": what, "peer": peer, "gigabytesPerSecond": mine,
            "peerGigabytesPerSecond": other, "ratio": mine[0] / other[0], "storedBytes": round(ours_stored),
            "peerStoredBytes": round(stored[peer]), "sizeRatio": ours_stored / stored[peer], "least": least, "aim": aim}
        rows.append(row)
        line = (f"  {what}: {mine[0]:.2f} GB/s ({mine[1]:.2f}-{mine[2]:.2f}), {peer} {other[0]:.2f} ({other[1]:.2f}-{other[2]:.2f}): "
                f"{row['ratio']:.2f} x")
        if what == "encode":
            line += f", size {100 * (row['sizeRatio'] - 1):+.1f} %"
        if least:
            line += f"   must: {least}, aim {aim}   " + ("reached" if row["ratio"] >= least else "NOT REACHED")
        print(line)
    print(f"  framing check of a chunk: {1e6 * statistics.median(ours['framingCheckSeconds']):.1f} microseconds", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--encoding", choices=["bslz4", "bszstd"], action="append", help="default: both")
    parser.add_argument("--json", help="write the numbers there")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for encoding in arguments.encoding or ["bslz4", "bszstd"]:
            for name in KINDS:
                rows += measure(name, encoding, arguments, folder)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
