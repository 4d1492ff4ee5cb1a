import Foundation
import HDF5
import NeXus
import TestSupport

/// Small files with a beam and a detector, to be placed in many ways.
enum MadeGeometry {
    /// A field of a chain.
    static func axis(
        _ name: String, _ value: Double, _ units: String, _ kind: String, _ vector: [Double], offset: [Double]? = nil,
        offsetUnits: String? = "m", on next: String
    ) -> NeXusNode {
        var attributes: [NeXusAttribute] = [
            .init("transformation_type", kind), .init("vector", .array(vector)), .init("depends_on", next),
        ]
        if let offset { attributes.append(.init("offset", .array(offset))) }
        if offset != nil, let offsetUnits { attributes.append(.init("offset_units", offsetUnits)) }
        return .field(name, .float64(value), units: units, attributes: attributes)
    }

    static func module(
        _ name: String = "module", origin: [Int32] = [0, 0], size: [Int32] = [40, 60], fast: [Double] = [-1, 0, 0],
        slow: [Double] = [0, -1, 0], pixel: (slow: Double, fast: Double) = (0.172, 0.075), offset: NeXusNode?, on next: String
    ) -> NeXusNode {
        let children: [NeXusNode?] = [
            .field("data_origin", .array(origin)), .field("data_size", .array(size)), offset,
            axis("fast_pixel_direction", pixel.fast, "mm", "translation", fast, offset: [0, 0, 0], on: next),
            axis("slow_pixel_direction", pixel.slow, "mm", "translation", slow, offset: [0, 0, 0], on: next),
        ]
        return .group(name, "NXdetector_module", children: children.compactMap(\.self))
    }

    static func beam(_ fields: [NeXusNode] = [.field("incident_wavelength", .float64(1.2), units: "angstrom")]) -> NeXusNode {
        .group("beam", "NXbeam", children: fields)
    }

    static func tree(
        detector: [NeXusNode], beam: NeXusNode? = beam(), entry: [NeXusNode] = [], root: [NeXusNode] = []
    ) -> NeXusGroup {
        let instrument = NeXusNode.group(
            "instrument", "NXinstrument",
            children: [.group("detector", "NXdetector", children: detector)] + [beam].compactMap(\.self)
        )
        return NeXusGroup(
            "/", "NXroot", children: [.group("entry", "NXentry", children: [instrument] + entry)] + root)
    }

    /// Distance and beam centre of an upright detector of 40 x 60 pixels.
    static let beamCentre: [NeXusNode] = [
        .field("distance", .float64(250), units: "mm"), .field("beam_center_x", .float64(30.5), units: "pixel"),
        .field("beam_center_y", .float64(20.25), units: "pixel"), .field("x_pixel_size", .float64(75), units: "um"),
        .field("y_pixel_size", .float64(172), units: "um"),
    ]

    /// Written and read back.
    static func read(_ tree: NeXusGroup, detector: String? = nil, needsWavelength: Bool = true) throws -> NeXusDetectorGeometry {
        let folder = try TemporaryFolder("geometry")
        let path = folder.file("file.nxs").path
        try NeXusWriter.write(tree, to: path)
        return try NeXusDetectorGeometry.read(path, detector: detector, needsWavelength: needsWavelength)
    }

    static func refusal(_ tree: NeXusGroup) throws -> NeXusError? {
        let folder = try TemporaryFolder("geometry")
        let path = folder.file("file.nxs").path
        try NeXusWriter.write(tree, to: path)
        do throws(NeXusError) {
            _ = try NeXusDetectorGeometry.read(path)
            return nil
        } catch {
            return error
        }
    }

    /// The largest distance along an axis.
    static func apart(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> Double {
        let difference = one - other
        return max(abs(difference.x), abs(difference.y), abs(difference.z))
    }
}
