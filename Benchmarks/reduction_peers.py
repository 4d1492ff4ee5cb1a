"""The peers of bench_reduction.py: how their users call them, and the best set-up found, a process a core."""

import importlib.util
import multiprocessing
import os
import time

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np

from reduction_frames import SHAPE, cake_settings, cached_engine, gaps, integrator, pixel_matrix, settings


class UsualPeer:
    """pyFAI as its users call it, with all cores."""

    def __init__(self, path, splitting="no", is_cake=False):
        self.integrator, self.path = integrator(), path
        self.settings = cake_settings() if is_cake else settings(splitting)
        self.integrate = self.integrator.integrate2d if is_cake else self.integrator.integrate1d
        # A map's peer has its frames in memory: it is the integration that is compared.
        self.is_in_memory = is_cake
        with h5py.File(path) as file:
            self.first = self.integrate(file["data"][0], **self.settings)

    def rate(self, frames=8):
        with h5py.File(self.path) as file:
            data = file["data"]
            frames = min(frames, data.shape[0])
            if self.is_in_memory:
                data = data[:frames]
            begin = time.perf_counter()
            for number in range(frames):
                self.integrate(data[number], **self.settings)
            return frames / (time.perf_counter() - begin)


def engine(frame, splitting, is_cake):
    """pyFAI's own fast path: the cached engine, without what integrate1d prepares for each frame."""
    from pyFAI.containers import ErrorModel

    ai = integrator()
    if is_cake:
        ai.integrate2d(frame, **cake_settings())
    else:
        ai.integrate1d(frame, **settings(splitting))
    cached = cached_engine(ai)
    solid_angle, polarisation = ai.solidAngleArray(SHAPE, absolute=False), ai.polarization(SHAPE, 0.99)
    return lambda frame: cached.integrate_ng(
        frame, solidangle=solid_angle, polarization=polarisation, error_model=ErrorModel.POISSON)


def product(data):
    """bslz4_to_sparse: decoding and the product with a CSC matrix in one pass; sums of the signal, no errors."""
    from bslz4_to_sparse import chunk2sparseCSC
    from scipy.sparse import csc_matrix

    ai = integrator()
    ai.integrate1d(data[0], **settings())
    offsets, bins, weights = pixel_matrix(cached_engine(ai))
    matrix = csc_matrix((weights, bins, offsets), (settings()["npt"], offsets.size - 1))
    matrix.indices, matrix.indptr = matrix.indices.astype(np.uint32), matrix.indptr.astype(np.uint32)
    # A cut above all values: no pixel is listed.
    call = chunk2sparseCSC((~gaps()).astype(np.uint8), matrix, dtype=data.dtype)
    cut = int(min(np.iinfo(data.dtype).max, 2**31 - 1)) - 1
    return lambda chunk: call(chunk, cut)


def worker(path, what, part, parts, frames, ready, start, seconds):
    os.environ["OMP_NUM_THREADS"] = "1"
    with h5py.File(path) as file:
        data = file["data"]
        room = np.empty((1, *SHAPE), data.dtype)
        chunk = lambda number: data.id.read_direct_chunk((number, 0, 0))[1]
        read = lambda number: data.read_direct(room, np.s_[number : number + 1])
        if what == "dectris":
            from dectris.compression import decompress

            size = data.dtype.itemsize
            step = lambda number: decompress(chunk(number), "bslz4", elem_size=size)
        elif what == "bitshuffle":
            from bitshuffle import decompress_lz4

            def step(number):
                # Behind the head of 12 bytes, whose last four are the bytes of a block.
                stored = np.frombuffer(chunk(number), np.uint8)
                block = int(stored[8:12].view(">u4")[0]) // data.dtype.itemsize
                return decompress_lz4(stored[12:], SHAPE, data.dtype, block)
        elif what == "hdf5plugin":
            step = read
        elif what == "product":
            multiply = product(data)
            step = lambda number: multiply(chunk(number))
        else:
            integrate = engine(data[0], "bbox" if what == "box" else "no", what == "cake")
            loaded = {number: data[number] for number in range(part, frames, parts)} if what == "cake" else None

            def step(number):
                if loaded is not None:
                    return integrate(loaded[number])
                read(number)
                integrate(room[0])

        step(part)
        ready.release()
        start.wait()
        begin = time.perf_counter()
        for number in range(part, frames, parts):
            step(number)
        seconds.put(time.perf_counter() - begin)


class ManyProcesses:
    """A process a core, warm before the clock starts."""

    needs = {"dectris": "dectris", "bitshuffle": "bitshuffle", "product": "bslz4_to_sparse"}

    def __init__(self, path, what, frames=16):
        self.path, self.what, self.frames = path, what, frames

    @classmethod
    def is_there(cls, what):
        return importlib.util.find_spec(cls.needs.get(what, "pyFAI")) is not None

    def rate(self):
        with h5py.File(self.path) as file:
            self.frames = min(self.frames, file["data"].shape[0])
        context = multiprocessing.get_context("spawn")
        parts = os.cpu_count()
        ready, start, seconds = context.Semaphore(0), context.Event(), context.Queue()
        workers = [
            context.Process(target=worker, args=(self.path, self.what, part, parts, self.frames, ready, start, seconds))
            for part in range(parts)]
        for each in workers:
            each.start()
        for _ in workers:
            # A worker that dies says nothing: better an error than a wait for ever.
            while not ready.acquire(timeout=5):
                assert all(each.is_alive() for each in workers), f"a process of the peer {self.what} has died"
        start.set()
        slowest = max(seconds.get() for _ in workers)
        for each in workers:
            each.join()
        return self.frames / slowest
