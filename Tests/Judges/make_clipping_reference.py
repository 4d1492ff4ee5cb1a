"""Writes Tests/ReductionKernelsTests/ClippingReference.swift: sigma clipping as pyFAI does it, so that the tests need no pyFAI.

    python make_clipping_reference.py > ClippingReference.swift

Made with pyFAI 2026.9.0, CSR engine, without splitting (with it pyFAI's result depends on the order of the bins). The detector is the tilted
one of make_geometry_reference.py. The frame is a formula, so that both programs make the same one.
"""

import numpy
import pyFAI

from make_geometry_reference import BINS, RANGE, SHAPE, integrator, swift


def frame():
    pixel = numpy.arange(SHAPE[0] * SHAPE[1], dtype=numpy.uint64)
    noise = (pixel * 2654435761) % 2**32
    noise ^= noise >> 15
    noise = (noise * 2246822519) % 2**32
    noise ^= noise >> 13
    counts = 60 + sum((noise >> (8 * byte)) & 255 for byte in range(4)) // 16
    counts[pixel % 89 == 0] += 300
    counts[pixel % 131 == 0] += 60
    counts[pixel % 173 == 0] = 2**16 - 1
    return counts.reshape(SHAPE).astype("<u2")


# Without corrections where the variance is the spread: with unequal norms pyFAI's one-pass formula is approximate (its issue 2774).
PLAIN = {"correctSolidAngle": False, "polarization_factor": None}
CORRECTED = {"correctSolidAngle": True, "polarization_factor": 0.9}
CASES = {
    "azimuthal": ("azimuthal", 3.0, 5, PLAIN),
    "azimuthalOnce": ("azimuthal", 3.0, 1, PLAIN),
    "azimuthalChauvenet": ("azimuthal", 0.0, 5, PLAIN),
    "hybrid": ("hybrid", 3.0, 5, PLAIN),
    "poisson": ("poisson", 4.0, 5, CORRECTED),
}


def main():
    print("// swift-format-ignore-file")
    print(f"// Made by Tests/Judges/make_clipping_reference.py with pyFAI {pyFAI.version}; not to be edited.\n")
    print(f"/// Sigma-clipped sums of {BINS} bins from {RANGE[0]} to {RANGE[1]} 1/nm.")
    print("enum ClippingReference {")
    data = frame()
    for name, (errors, cutoff, cycles, corrections) in CASES.items():
        result = integrator(3).sigma_clip_ng(
            data, BINS, unit="q_nm^-1", radial_range=RANGE, mask=data == 2**16 - 1, method=("no", "csr", "cython"),
            error_model=errors, thres=cutoff, max_iter=cycles, **corrections)
        what = f"{errors} errors, cutoff {cutoff}, {cycles} cycles"
        swift(f"{name}Signal", result.sum_signal, what)
        swift(f"{name}Count", result.count, what)
        swift(f"{name}Variance", result.sum_variance, what)
        swift(f"{name}Normalization", result.sum_normalization, what)
    print("}")


if __name__ == "__main__":
    main()
