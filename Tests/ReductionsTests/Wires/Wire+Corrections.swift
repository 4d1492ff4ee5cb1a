import Foundation
import Quantities
import ScatteringGeometry
import TestSupport

extension Wire {
    private static let plate = WireFiles.numbers(1, seed: 31)
    private static let background = WireFiles.numbers(1.5, seed: 37)
    private static let spread = WireFiles.numbers(0.4, seed: 41)
    private static let variance = WireFiles.numbers(12, seed: 43)

    private static func writeArrays(_ folder: TemporaryFolder) throws {
        try folder.write(WireFiles.npy(plate), to: "flat.npy")
        try folder.write(WireFiles.npy(background), to: "dark.npy")
        try folder.write(WireFiles.npy(spread), to: "spread.npy")
        try folder.write(WireFiles.npy(variance), to: "variance.npy")
        try WireFiles.hdf5(variance, shape: [slow, fast], "v", in: folder.file("variance.h5").path)
    }

    private static func corrected(
        _ name: String, _ yaml: String, _ meaning: @escaping @Sendable (inout Meaning) throws -> Void
    ) -> Wire { Wire(name, yaml + "\n", files: { try writeArrays($0) }, meaning) }

    static let ofCorrections: [Wire] = [
        corrected("no solid angle", "corrections: {solid_angle: false}") { $0.solidAngle = .none },
        corrected("polarisation", "corrections: {polarisation: {factor: 0.85}}") {
            $0.polarisation = try Polarisation(factor: 0.85)
        },
        corrected("polarisation of another plane", "corrections: {polarisation: {factor: 0.85, offset: 25 deg}}") {
            $0.polarisation = try Polarisation(factor: 0.85, offset: .degrees(25))
        },
        corrected("sensor, by its transmission", "corrections: {sensor: {transmission: 0.3}}") {
            $0.absorption = try SensorAbsorption(transmission: 0.3)
        },
        corrected("sensor, by its thickness", "corrections: {sensor: {thickness: 320 um, attenuation_length: 0.25 mm}}") {
            $0.absorption = try SensorAbsorption(thickness: Length("320 um"), attenuationLength: Length("250 um"))
        },
        corrected("transmission of the sample", "corrections: {transmission: 0.37}") { $0.transmission = 0.37 },
        corrected("flat", "corrections: {flat: flat.npy}") { $0.flat = plate.map { Float($0) } },
        corrected("flat, split pixels", "splitting: full\ncorrections: {flat: flat.npy}") {
            ($0.splitting, $0.flat) = (.fullPixel, plate.map { Float($0) })
        },
        corrected("dark", "corrections: {dark: dark.npy}") { $0.dark = background },
        corrected("dark and its variance", "corrections: {dark: dark.npy, dark_variance: spread.npy}") {
            ($0.dark, $0.darkVariance) = (background, spread)
        },
        corrected(
            "dark and its variance, split pixels", "splitting: bbox\ncorrections: {dark: dark.npy, dark_variance: spread.npy}"
        ) {
            ($0.splitting, $0.dark, $0.darkVariance) = (.boundingBox, background, spread)
        },
        corrected("no errors", "errors: {model: none}") { $0.errors = .none },
        corrected("exact errors of counting, split pixels", "splitting: full\nerrors: {model: poisson-exact}") {
            ($0.splitting, $0.errors) = (.fullPixel, .poissonExact)
        },
        corrected("errors from the spread", "errors: {model: azimuthal}") { $0.errors = .azimuthal },
        corrected("a variance that is given", "errors: {model: variance, variance: variance.npy}") {
            $0.errors = .given(variance)
        },
        corrected(
            "a variance that is given, of HDF5, and the dark's",
            "errors: {model: variance, variance: {file: variance.h5, dataset: v}}\ncorrections: {dark: dark.npy, dark_variance: spread.npy}"
        ) {
            ($0.errors, $0.dark, $0.darkVariance) = (.given(variance), background, spread)
        },
        corrected("clipping", "errors: {model: azimuthal}\nclipping: {cutoff: 2.9, cycles: 4}") {
            ($0.errors, $0.clipping) = (.azimuthal, (2.9, 4))
        },
        corrected("clipping once", "errors: {model: azimuthal}\nclipping: {cutoff: 0, cycles: 1}") {
            ($0.errors, $0.clipping) = (.azimuthal, (0, 1))
        },
        corrected("clipping with the usual values", "errors: {model: azimuthal}\nclipping: {}") {
            ($0.errors, $0.clipping) = (.azimuthal, (4, 5))
        },
        corrected(
            "clipping, hybrid errors, a flat",
            "errors: {model: hybrid}\nclipping: {cutoff: 5.5, cycles: 2}\ncorrections: {flat: flat.npy}"
        ) {
            ($0.errors, $0.clipping, $0.flat) = (.hybrid, (5.5, 2), plate.map { Float($0) })
        },
        corrected("clipping, errors of counting", "errors: {model: poisson}\nclipping: {cutoff: 6, cycles: 3}") {
            ($0.errors, $0.clipping) = (.poisson, (6, 3))
        },
        corrected(
            "everything together",
            """
            splitting: full
            azimuth: {sectors: [{from: -80 deg, to: 70 deg, opposite: true}]}
            mask: {regions: [{circle: {center: [18, 20], radius: 3}}], saturation: 300}
            corrections: {dark: dark.npy, dark_variance: spread.npy, flat: flat.npy, polarisation: {factor: 0.99}, sensor: {transmission: 0.2}, transmission: 0.8}
            """
        ) { all in
            (all.splitting, all.saturation, all.transmission) = (.fullPixel, 300, 0.8)
            all.selection = .sectors([try Sector(from: .degrees(-80), to: .degrees(70), hasOpposite: true)])
            (all.dark, all.darkVariance, all.flat) = (background, spread, plate.map { Float($0) })
            (all.polarisation, all.absorption) = (try Polarisation(factor: 0.99), try SensorAbsorption(transmission: 0.2))
            var mask = DetectorMask(shape: try shape)
            _ = mask.add(try .circle(centre: .init(slow: 18, fast: 20), radius: 3))
            all.mask = mask.isMasked
        },
    ]
}
