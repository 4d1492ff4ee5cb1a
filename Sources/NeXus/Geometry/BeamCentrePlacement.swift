// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Diagnostics
import Quantities

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// The older way: a distance, a beam centre and perhaps a polar angle, of a detector that stands across the beam.
///
/// The ways of rows and columns are those of `geometry/orientation` where that is given, as by older detectors; else the detector is taken
/// as upright: first pixel top left seen from the sample, rows to the right, downwards.
struct BeamCentrePlacement {
    private let file: GeometryFile

    init(_ file: GeometryFile) { self.file = file }

    /// - Throws: `geometryIncomplete`, which names the fields looked for; `wrongUnit`, `geometryUnsupported`.
    func grid(of detector: String) throws(NeXusError) -> PixelGrid {
        func path(_ name: String) -> String { NeXusPath.child(name, of: detector) }
        let fastSize = try length(path("x_pixel_size"))
        let slowSize = try length(path("y_pixel_size"))
        let distance = try distance(of: detector)
        let (x, xSource) = try centre(path("beam_center_x"), pixelSize: fastSize)
        let (y, ySource) = try centre(path("beam_center_y"), pixelSize: slowSize)
        for name in ["azimuthal_angle", "rotation_angle", "aequatorial_angle"] {
            guard let angle = try file.quantity(path(name), in: .degree), angle.value != 0 else { continue }
            throw NeXusError(
                .geometryUnsupported, "The detector is turned by an angle whose axis the file does not give",
                at: file.place(path(name)),
                got: "\(angle.value) degrees", expected: "0, or a chain of transformations",
                remedy: "Give the geometry in a PONI file")
        }
        let polar = try file.quantity(path("polar_angle"), in: .radian)
        // The arm turns about y, towards x: that is the polar angle at the azimuth 0. Its distance and centre are those at the angle 0.
        let arm = RigidMotion(axis: SIMD3(0, 1, 0), angle_rad: polar?.value ?? 0, shift: .zero)
        let (fast, slow, directions) = try self.directions(path("geometry/orientation/value"))
        let (fastStep, slowStep) = (fastSize.value * fast, slowSize.value * slow)
        var sources: [NeXusDetectorGeometry.Item: String] = [
            .origin: [distance.source, xSource, ySource, polar?.source].compactMap(\.self).joined(separator: "; "),
            .directions: directions, .pixelSize: "\(fastSize.source); \(slowSize.source)",
        ]
        if let polar, polar.value != 0 { sources[.directions]? += ", turned by \(polar.source)" }
        let centre = x / fastSize.value * fastStep + y / slowSize.value * slowStep
        return PixelGrid(
            origin_m: arm.point(SIMD3(0, 0, distance.value) - centre), slowStep_m: arm.direction(slowStep),
            fastStep_m: arm.direction(fastStep), sources: sources)
    }

    /// From the sample to the detector along the beam: a field, which a chain of the detector must not contradict, or that chain.
    private func distance(of detector: String) throws(NeXusError) -> GeometryFile.Quantity {
        // The second is how EIGER detectors of before NXmx name it.
        let names = ["distance", "detector_distance"].map { NeXusPath.child($0, of: detector) }
        var given: GeometryFile.Quantity?
        for name in names where given == nil { given = try file.dataset(name) == nil ? nil : try length(name) }
        let chain = TransformationChain(file)
        let start = NeXusPath.child("depends_on", of: detector)
        guard let text = try file.text(start), let first = chain.target(text, from: detector) else {
            guard let given else { throw absent(names[0]) }
            return given
        }
        // Where the pixels are on the chain would be a module's to say. Without one it can only be the distance once more.
        let (motion, path) = try chain.motion(from: first)
        let place = motion.point(.zero)
        let isTurned = (motion.direction(SIMD3(1, 0, 0)).x + motion.direction(SIMD3(0, 1, 0)).y - 2).magnitude > 1e-9
        let expected = given?.value ?? place.z
        guard !isTurned, expected > 0, (place - SIMD3(0, 0, expected)).length < 1e-6 else {
            throw NeXusError(
                .geometryUnsupported,
                "The detector stands on a chain of transformations, and no module says where its pixels are on it",
                at: file.place(start), got: "\(place.text) m\(isTurned ? ", turned" : "")",
                expected: "(0, 0, \(expected)), not turned; or an NXdetector_module", remedy: "Give the geometry in a PONI file")
        }
        return given ?? GeometryFile.Quantity(value: place.z, source: path.joined(separator: " → "))
    }

    /// Of the fast and the slow axis, of unit length.
    private func directions(
        _ path: String
    ) throws(NeXusError) -> (fast: SIMD3<Double>, slow: SIMD3<Double>, source: String) {
        guard let numbers = try file.numbers(path) else {
            return (
                SIMD3(-1, 0, 0), SIMD3(0, -1, 0), "not in the file: taken as upright, first pixel top left seen from the sample"
            )
        }
        // Programs disagree about the sign of what is along the beam, so that only a detector across it is clear.
        guard let fast = SIMD3<Double>(Array(numbers.prefix(3))), let slow = SIMD3<Double>(Array(numbers.dropFirst(3))),
            fast.z == 0, slow.z == 0, (fast.length - 1).magnitude < 1e-3, (slow.length - 1).magnitude < 1e-3
        else {
            throw NeXusError(
                .geometryUnsupported, "The detector's orientation is not one across the beam", at: file.place(path),
                got: "\(numbers.prefix(6))",
                expected: "two unit vectors, of the fast and the slow axis, without a part along the beam",
                remedy: "Give the geometry in a PONI file")
        }
        return (fast / fast.length, slow / slow.length, path)
    }

    private func length(_ path: String) throws(NeXusError) -> GeometryFile.Quantity {
        guard let quantity = try file.quantity(path, in: .metre) else { throw absent(path) }
        guard quantity.value > 0 else {
            throw NeXusError(
                .geometryIncomplete, "The length is none", at: file.place(path), got: "\(quantity.value) m",
                expected: "more than 0")
        }
        return quantity
    }

    /// From the frame's outer corner to the beam, in metres; the file has pixels or a length.
    private func centre(_ path: String, pixelSize: GeometryFile.Quantity) throws(NeXusError) -> (metres: Double, source: String) {
        guard let number = try file.constant(path) else { throw absent(path) }
        let (unit, text) = try file.unit(of: path, such: .pixel)
        let source = "\(path), in \(text)"
        if let pixels = try? unit.convert(number, to: .pixel) { return (pixels * pixelSize.value, source) }
        do throws(QuantityError) {
            return (try unit.convert(number, to: .metre), source)
        } catch {
            throw file.wrongUnit(path, number, text, expected: .pixel, cause: error)
        }
    }

    private func absent(_ path: String) -> NeXusError {
        NeXusError(
            .geometryIncomplete, "The file does not say where the detector stands", at: file.place(path), got: "no such field",
            expected: "an NXdetector_module with a chain of transformations; or distance, beam_center_x, beam_center_y, "
                + "x_pixel_size and y_pixel_size",
            remedy: "Give the geometry in a PONI file")
    }
}
