import Foundation
import HDF5
import NeXus
import Quantities
import ScatteringGeometry
import TestSupport

extension Wire {
    /// Azimuths count as well: a geometry that is turned about the beam has another map.
    private static let map = "cake: {count: 8}\n"

    private static let poni = """
        poni_version: 2.1
        Detector: Detector
        Detector_config: {"pixel1": 0.0002, "pixel2": 0.00015, "max_shape": [40, 56], "orientation": 1}
        Distance: 0.055
        Poni1: 0.0031
        Poni2: 0.0052
        Rot1: 0.05
        Rot2: -0.03
        Rot3: 0.2

        """
    private static let oldPONI = """
        PixelSize1: 0.0002
        PixelSize2: 0.00015
        Distance: 0.055
        Poni1: 0.0031
        Poni2: 0.0052
        Rot1: 0.05
        Rot2: -0.03
        Rot3: 0.2
        Wavelength: 1.1e-10

        """

    private static var poniPlacement: DetectorPlacement {
        get throws {
            try DetectorPlacement(
                distance_m: 0.055, poni1_m: 0.0031, poni2_m: 0.0052, rotation1_rad: 0.05, rotation2_rad: -0.03,
                rotation3_rad: 0.2)
        }
    }

    private static func placed(
        _ wavelength: String, _ orientation: DetectorOrientation = .topLeft, slow_m: Double = 2e-4, fast_m: Double = 1.5e-4
    ) throws -> DetectorGeometry {
        let flat = FlatDetector(
            shape: try shape, pixelSize: try PixelSize(slow_m: slow_m, fast_m: fast_m), orientation: orientation)
        return DetectorGeometry(detector: flat, placement: try poniPlacement, wavelength: try Wavelength(wavelength))
    }

    /// A wire of a map, with one file beside the configuration.
    private static func mapped(
        _ name: String, _ geometry: String, detector: [NeXusNode] = [], _ file: String = "", _ text: String = "",
        _ meaning: @escaping @Sendable (inout Meaning) throws -> Void
    ) -> Wire {
        Wire(
            name, map, geometry: geometry + "\n", detector: detector, files: { if !file.isEmpty { try $0.write(text, to: file) } }
        ) { all in
            all.azimuthal = try AzimuthalBins(count: 8)
            try meaning(&all)
        }
    }

    static let ofGeometry: [Wire] = [
        mapped("PONI", "geometry: {poni: a.poni}", "a.poni", poni + "Wavelength: 1.1e-10\n") {
            $0.geometry = try placed("1.1 angstrom")
        },
        mapped("PONI, version 1", "geometry: {poni: old.poni}", "old.poni", oldPONI) {
            $0.geometry = try placed("1.1 angstrom", .bottomRight)
        },
        mapped("PONI and a wavelength", "geometry: {poni: a.poni, wavelength: 0.9 angstrom}", "a.poni", oldPONI) {
            $0.geometry = try placed("0.9 angstrom", .bottomRight)
        },
        mapped("PONI and an energy", "geometry: {poni: a.poni, energy: 12.4 keV}", "a.poni", poni) {
            $0.geometry = try placed("\(PhotonEnergy("12.4 keV").wavelength)")
        },
        mapped(
            "PONI and pixel sizes", "geometry: {poni: a.poni, pixel_size: [130 um, 210 um]}", "a.poni",
            oldPONI.replacingOccurrences(of: "PixelSize1: 0.0002\nPixelSize2: 0.00015\n", with: "")
        ) { $0.geometry = try placed("1.1 angstrom", .bottomRight, slow_m: 210e-6, fast_m: 130e-6) },
        mapped("PONI, the wavelength of the input", "geometry: {poni: a.poni}", detector: numbers, "a.poni", poni) {
            $0.geometry = try placed("1.2 angstrom")
            $0.maskNumbers()
        },
        mapped(
            "distance, centre, unequal pixels",
            "geometry: {distance: 0.05 m, beam_center: [30.2 px, 11.9 px], pixel_size: [150 um, 200 um], "
                + "rotations: [2 deg, 0.1 rad, -40 deg], wavelength: 1.3 angstrom}"
        ) { all in
            let flat = FlatDetector(shape: try shape, pixelSize: try PixelSize(slow_m: 200e-6, fast_m: 150e-6))
            let placement = try DetectorPlacement(
                distanceAlongBeam: Length("50 mm"), beamSlow: PixelPosition("11.9 px"), beamFast: PixelPosition("30.2 px"),
                of: flat, rotation1: .degrees(2), rotation2: Angle("0.1 rad"), rotation3: .degrees(-40))
            all.geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1.3 angstrom"))
        },
        mapped("numbers of the input (NXsas)", "", detector: numbers) {
            $0.geometry = try upright()
            $0.maskNumbers()
        },
        mapped("numbers of the input, its mask left out", "mask: {detector: false}", detector: numbers) {
            $0.geometry = try upright()
            $0.saturation = 350
        },
        Wire("another NeXus file", map, geometry: "geometry: {nexus: other.nxs}\n", files: { try writeChain($0) }) { all in
            all.azimuthal = try AzimuthalBins(count: 8)
            all.geometry = try chained()
        },
        Wire("corners", map, geometry: corners, files: { try writeCorners($0) }) { all in
            all.azimuthal = try AzimuthalBins(count: 8)
            all.geometry = DetectorGeometry(
                corners: try PixelCorners(shape: shape, values: cornerValues), placement: all.geometry.placement,
                wavelength: all.geometry.wavelength)
        },
        Wire(
            "corners where a PONI file says", map, geometry: cornersOfPONI, files: { try writeCorners($0, poni: oldPONI) }
        ) { all in
            all.azimuthal = try AzimuthalBins(count: 8)
            all.geometry = DetectorGeometry(
                corners: try PixelCorners(shape: shape, values: cornerValues), placement: try poniPlacement,
                wavelength: try Wavelength("1.1 angstrom"))
        },
    ]

    // MARK: What files say

    private static let corners = FrameFile.geometry.replacingOccurrences(
        of: "}", with: ", corners: {file: corners.h5, dataset: /corners}}")
    private static let cornersOfPONI = "geometry: {poni: a.poni, corners: {file: corners.h5, dataset: /corners}}\n"

    /// Pixels that grow along the slow axis, on a plate that is bent.
    private static let cornerValues: [Float] = (0..<pixels).flatMap { pixel -> [Float] in
        [(0, 0), (1, 0), (1, 1), (0, 1)].flatMap { down, across -> [Float] in
            let (slow, fast) = (Float(pixel / Wire.fast + down), Float(pixel % Wire.fast + across))
            return [1e-6 * fast * fast, 1.5e-4 * slow + 1e-6 * slow * slow, 1.8e-4 * fast]
        }
    }

    private static func writeCorners(_ folder: TemporaryFolder, poni: String? = nil) throws {
        try WireFiles.hdf5(cornerValues, shape: [slow, fast, 4, 3], "corners", in: folder.file("corners.h5").path)
        if let poni { try folder.write(poni, to: "a.poni") }
    }

    static let pixelMask: [UInt32] = (0..<pixels).map { $0 % 23 == 4 ? 1 : $0 % 29 == 5 ? 1 << 31 : $0 % 31 == 6 ? 1 << 8 : 0 }

    /// Distance and beam centre, a mask, and the largest value that is a measurement.
    private static let numbers: [NeXusNode] = {
        var nodes: [NeXusNode] = [
            .field("distance", .float64(65), units: "mm"), .field("beam_center_x", .float64(24.5), units: "pixel"),
            .field("beam_center_y", .float64(15.25), units: "pixel"), .field("x_pixel_size", .float64(160), units: "um"),
            .field("y_pixel_size", .float64(190), units: "um"), .field("saturation_value", .int64(350)),
        ]
        if let mask = try? NeXusArray(pixelMask, shape: [slow, fast]) { nodes.append(.field("pixel_mask", .numbers(mask))) }
        return nodes
    }()

    /// First pixel top left, seen from the sample: NeXus has x to the left and y up.
    private static func upright() throws -> DetectorGeometry {
        try DetectorGeometry(
            DetectorVectors(
                nexusOrigin_m: SIMD3(24.5 * 160e-6, 15.25 * 190e-6, 0.065), slowStep_m: SIMD3(0, -190e-6, 0),
                fastStep_m: SIMD3(-160e-6, 0, 0), shape: shape), wavelength: Wavelength("1.2 angstrom"))
    }

    private static func chained() throws -> DetectorGeometry {
        try DetectorGeometry(
            DetectorVectors(
                nexusOrigin_m: SIMD3(0.004, 0.0035, 0.062), slowStep_m: SIMD3(0, -170e-6, 0),
                fastStep_m: SIMD3(-0.96 * 140e-6, 0, 0.28 * 140e-6), shape: shape), wavelength: Wavelength("1.2 angstrom"))
    }

    /// A module on a distance, turned about the vertical.
    private static func writeChain(_ folder: TemporaryFolder) throws {
        func axis(_ name: String, _ value: Double, _ vector: [Double], offset: [Double], on next: String) -> NeXusNode {
            .field(
                name, .float64(value), units: "mm",
                attributes: [
                    .init("transformation_type", "translation"), .init("vector", .array(vector)), .init("depends_on", next),
                    .init("offset", .array(offset)), .init("offset_units", "mm"),
                ])
        }
        let module = NeXusNode.group(
            "module", "NXdetector_module",
            children: [
                .field("data_origin", .array([Int32(0), 0])), .field("data_size", .array([Int32(slow), Int32(fast)])),
                axis("module_offset", 0, [1, 0, 0], offset: [4, 3.5, 0], on: "../transformations/along"),
                axis("fast_pixel_direction", 0.14, [-0.96, 0, 0.28], offset: [0, 0, 0], on: "module_offset"),
                axis("slow_pixel_direction", 0.17, [0, -1, 0], offset: [0, 0, 0], on: "module_offset"),
            ])
        let chain = NeXusNode.group(
            "transformations", "NXtransformations", children: [axis("along", 62, [0, 0, 1], offset: [0, 0, 0], on: ".")])
        try NeXusWriter.write(
            NeXusGroup("/", "NXroot", children: [.group("entry", "NXentry", children: [instrument([module, chain])])]),
            to: folder.file("other.nxs").path)
    }
}

extension Meaning {
    /// What ``Wire/pixelMask`` and the saturation beside it leave: bit 31 alone is a virtual pixel, which counts, and bit 8 a reason of the user's.
    fileprivate mutating func maskNumbers() {
        for (pixel, bits) in Wire.pixelMask.enumerated() where bits & 0x7FFF_FFFF != 0 { mask[pixel] = true }
        saturation = 350
    }
}
