"""Writes Tests/ScatteringGeometryTests/TiltedReference.swift: numbers of pyFAI for a tilted detector, so that the tests need no pyFAI.

    python make_geometry_reference.py > TiltedReference.swift

Made with pyFAI 2026.9.0. The frame is a formula, so that both programs make the same one. Sums are those of the CSR engine.
"""

import numpy
import pyFAI
from pyFAI.detectors import Detector
from pyFAI.integrator.azimuthal import AzimuthalIntegrator

SHAPE, PIXEL = (150, 120), 400e-6
GEOMETRY = (0.1, 0.035, 0.022, 0.13, -0.08, 0.31)
WAVELENGTH = 1.1e-10
RANGE, BINS, CELLS, SECTORS = (4.0, 18.0), 40, 12, 8


def integrator(orientation):
    detector = Detector(PIXEL, PIXEL, max_shape=SHAPE, orientation=orientation)
    return AzimuthalIntegrator(*GEOMETRY, detector=detector, wavelength=WAVELENGTH)


def frame():
    slow, fast = numpy.indices(SHAPE)
    counts = (7 * slow + 13 * fast) % 101
    counts[(3 * slow + 5 * fast) % 97 == 0] = -1
    return counts.astype("<i4")


def swift(name, values, comment):
    numbers = [repr(float(value)) for value in numpy.asarray(values, dtype=float).ravel()]
    lines = [", ".join(numbers[start:start + 6]) for start in range(0, len(numbers), 6)]
    print(f"    /// {comment}")
    print(f"    static let {name}: [Double] = [")
    print(",\n".join("        " + line for line in lines) + ",")
    print("    ]\n")


def sums(result):
    return result.sum_signal, result.count, result.sum_variance, result.sum_normalization


def main():
    print("// swift-format-ignore-file")
    print(f"// Made by Tests/Judges/make_geometry_reference.py with pyFAI {pyFAI.version}; not to be edited.\n")
    print("/// A tilted detector of 150 x 120 pixels of 400 µm as pyFAI sees it: distance 0.1 m, PONI (0.035, 0.022) m, rotations")
    print("/// 0.13, -0.08 and 0.31 rad, 1.1 Å. Pixels are every 29th along the slow axis and every 23rd along the fast one.")
    print("enum TiltedReference {")
    pick = (slice(0, None, 29), slice(0, None, 23))
    for orientation in (1, 2, 3, 4):
        ai = integrator(orientation)
        swift(f"q{orientation}", ai.center_array(SHAPE, unit="q_nm^-1")[pick], f"1/nm, orientation {orientation}")
        swift(f"chi{orientation}", ai.center_array(SHAPE, unit="chi_rad")[pick], f"radians, orientation {orientation}")
    ai = integrator(3)
    swift("twoTheta", ai.center_array(SHAPE, unit="2th_deg")[pick], "degrees")
    swift("radius", ai.center_array(SHAPE, unit="r_mm")[pick], "mm")
    swift("solidAngle", ai.solidAngleArray(SHAPE)[pick], "relative; float32 in pyFAI")
    swift("polarisation", ai.polarization(SHAPE, 0.9, numpy.deg2rad(12))[pick], "factor 0.9, offset 12 degrees; float32 in pyFAI")
    swift("absorption", ai.calc_transmission(0.4, SHAPE)[pick], "transmission 0.4")
    corners = ai.position_array(SHAPE, corners=True)[::75, ::60][..., (1, 2, 0)]
    swift("corners", corners, "m: up, across, along the beam, 4 corners of each 75th by 60th pixel; float32 in pyFAI")
    data = frame()
    options = {"unit": "q_nm^-1", "radial_range": RANGE, "mask": data < 0, "correctSolidAngle": True, "polarization_factor": 0.9}
    for name, split in (("none", "no"), ("box", "bbox"), ("full", "full")):
        result = ai.integrate1d_ng(data, BINS, method=(split, "csr", "cython"), error_model="poisson", **options)
        for quantity, values in zip(("Signal", "Count", "Variance", "Norm"), sums(result)):
            swift(f"{name}{quantity}", values, f"{BINS} bins from {RANGE[0]} to {RANGE[1]} 1/nm, splitting: {split}")
    # With unequal norms pyFAI's one-pass formula is approximate (0.2 % here; its issue 2774): without corrections both are exact.
    plain = {**options, "correctSolidAngle": False, "polarization_factor": None}
    spread = ai.integrate1d_ng(data, BINS, method=("no", "csr", "cython"), error_model="azimuthal", **plain)
    swift("azimuthalVariance", spread.sum_variance, "without splitting and corrections, error model azimuthal")
    result = ai.integrate2d_ng(
        data, CELLS, SECTORS, method=("bbox", "csr", "cython"), error_model="poisson", azimuth_range=(-180, 180 - 1e-9), **options)
    swift("mapSignal", result.sum_signal, f"[{SECTORS} azimuthal, {CELLS} radial] cells, splitting: bbox")
    swift("mapCount", result.count, "of the same map")
    print("}")


if __name__ == "__main__":
    main()
