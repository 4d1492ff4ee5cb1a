"""The row of bench_reduction.py that times the whole command: from the start of the program to the sealed derived run."""

import json
import os
import shutil
import statistics
import subprocess
import time

import h5py

from reduction_frames import BINS, GEOMETRY, PIXEL, SHAPE, WAVELENGTH

PONI = f"""poni_version: 2.1
Detector: Detector
Detector_config: {{"pixel1": {PIXEL}, "pixel2": {PIXEL}, "max_shape": [{SHAPE[0]}, {SHAPE[1]}], "orientation": 3}}
Distance: {GEOMETRY["dist"]}
Poni1: {GEOMETRY["poni1"]}
Poni2: {GEOMETRY["poni2"]}
Rot1: {GEOMETRY["rot1"]}
Rot2: {GEOMETRY["rot2"]}
Rot3: {GEOMETRY["rot3"]}
Wavelength: {WAVELENGTH}
"""
# Gaps are the largest value of the type.
CONFIGURATION = f"""frames: {{dataset: /data}}
geometry: {{poni: bench.poni}}
bins: {{unit: q_nm^-1, count: {BINS}}}
corrections: {{polarisation: {{factor: 0.99}}}}
errors: {{model: poisson}}
"""


class CommandRow:
    def __init__(self, program, path, folder):
        self.program, self.path, self.folder = os.path.abspath(program), path, os.path.join(folder, "command")
        os.makedirs(self.folder, exist_ok=True)
        self.configuration = os.path.join(self.folder, "bench.yaml")
        for name, text in (("bench.poni", PONI), ("bench.yaml", CONFIGURATION)):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
        with h5py.File(path) as file:
            self.frames = file["data"].shape[0]

    def seconds(self, cache):
        out = os.path.join(self.folder, "out")
        shutil.rmtree(out, ignore_errors=True)
        begin = time.perf_counter()
        output = subprocess.run(
            [self.program, "reduce", "azimuthal", self.path, "--config", self.configuration, "--out", out, "--json",
             "--quiet", "--table-cache", cache], check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - begin
        answer = json.loads(output.stdout.splitlines()[-1])
        assert answer["verdict"] == "complete" and answer["frames"]["written"] == self.frames, answer
        assert os.path.exists(os.path.join(answer["run"], "manifest.sha256")), "the run is not sealed"
        return seconds

    def run(self, rounds):
        kept = os.path.join(self.folder, "tables")
        self.seconds(kept)
        times = {"tables made anew": [], "tables of an earlier call": []}
        for _ in range(rounds):
            times["tables made anew"].append(self.seconds("none"))
            times["tables of an earlier call"].append(self.seconds(kept))
        for side, values in times.items():
            middle = statistics.median(values)
            print(f"  {side}: {middle:.3f} s ({min(values):.3f}…{max(values):.3f}), {self.frames / middle:.0f} frames/s", flush=True)
        return dict(seconds=times)
