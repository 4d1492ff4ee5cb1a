import Diagnostics
import HDF5
import Quantities

/// What the fields of a chain of `depends_on` do to a point, one after the other (NXtransformations).
///
/// An axis turns or shifts by its value about or along `vector`, and is mounted on the next one at `offset`: x' = R x + offset, or
/// x' = x + value · vector + offset. The chain ends at ".", which is the laboratory.
struct TransformationChain {
    private let file: GeometryFile

    /// No goniometer has more.
    private static let longest = 64

    init(_ file: GeometryFile) { self.file = file }

    /// One field of a chain, by itself.
    struct Axis {
        /// As the file has it, not of unit length perhaps.
        let vector: SIMD3<Double>
        let offset_m: SIMD3<Double>
        let motion: RigidMotion
        /// Absolute; nil at the end of the chain.
        let next: String?
    }

    /// From the frame that `start` names to the laboratory.
    /// - Parameter start: the absolute path of an axis; nil for the laboratory itself.
    func motion(from start: String?) throws(NeXusError) -> (motion: RigidMotion, path: [String]) {
        var motion = RigidMotion.identity
        var path: [String] = []
        var place = start
        while let here = place {
            guard !path.contains(here) else {
                throw NeXusError(
                    .geometryContradictory, "A chain of depends_on is a circle", at: file.place(here),
                    got: (path + [here]).joined(separator: " → "), expected: "a chain that ends at '.'")
            }
            guard path.count < Self.longest else {
                throw NeXusError(
                    .limitExceeded, "A chain of depends_on is longer than any", at: file.place(here),
                    expected: "\(Self.longest) axes at most")
            }
            path.append(here)
            let axis = try axis(here)
            motion = motion.followed(by: axis.motion)
            place = axis.next
        }
        return (motion, path)
    }

    /// The axis that the field at an absolute path is.
    /// - Throws: `geometryIncomplete` when there is none, or an attribute is missing; `wrongUnit`; `geometryUnsupported` when it moves.
    func axis(_ fieldPath: String) throws(NeXusError) -> Axis {
        guard try file.dataset(fieldPath) != nil else {
            throw NeXusError(
                .geometryIncomplete, "A chain of depends_on leads to a field that is not there", at: file.place(fieldPath))
        }
        let found = try self.vector("vector", of: fieldPath)
        guard let vector = found, vector.length > 0 else {
            throw NeXusError(
                .geometryIncomplete, "An axis has no direction", at: file.place(fieldPath) + "@vector",
                got: found.map { $0.text } ?? "none", expected: "three numbers, not all 0")
        }
        let next = try self.next(of: fieldPath)
        let kind = try file.attribute("transformation_type", of: fieldPath)?.text
        switch kind {
        case "translation":
            guard let value = try file.quantity(fieldPath, in: .metre)?.value else { throw absent(fieldPath) }
            // Some programs multiply by the vector as it is, others by its direction: it must not matter.
            guard value == 0 || (vector.length - 1).magnitude < 1e-3 else {
                throw NeXusError(
                    .geometryContradictory, "The vector of a translation has not the length 1",
                    at: file.place(fieldPath) + "@vector",
                    got: "\(vector.text), of length \(vector.length)", expected: "a unit vector",
                    remedy: "Whether the value or the vector says how far, is not known")
            }
            let offset = try offset(of: fieldPath, ownUnit: true)
            let motion = RigidMotion(shift: value / vector.length * vector + offset)
            return Axis(vector: vector, offset_m: offset, motion: motion, next: next)
        case "rotation":
            guard let angle = try file.quantity(fieldPath, in: .radian)?.value else { throw absent(fieldPath) }
            let offset = try offset(of: fieldPath, ownUnit: false)
            let motion = RigidMotion(axis: vector / vector.length, angle_rad: angle, shift: offset)
            return Axis(vector: vector, offset_m: offset, motion: motion, next: next)
        default:
            throw NeXusError(
                .geometryIncomplete, "An axis does not say how it moves", at: file.place(fieldPath) + "@transformation_type",
                got: kind.map { "'\($0.printable)'" } ?? "none", expected: "'rotation' or 'translation'")
        }
    }

    /// What a `depends_on` leads to from a group; nil for ".".
    func target(_ text: String, from group: String) -> String? {
        text == "." || text.isEmpty ? nil : NeXusPath.absolute(text, from: group)
    }

    private func next(of fieldPath: String) throws(NeXusError) -> String? {
        guard let text = try file.attribute("depends_on", of: fieldPath)?.text else {
            throw NeXusError(
                .geometryIncomplete, "An axis does not say what it is mounted on", at: file.place(fieldPath) + "@depends_on",
                got: "none", expected: "the next axis, or '.'")
        }
        return target(text, from: NeXusPath.parent(fieldPath))
    }

    private func vector(_ name: String, of fieldPath: String) throws(NeXusError) -> SIMD3<Double>? {
        guard let value = try file.attribute(name, of: fieldPath) else { return nil }
        guard case .numbers(let array) = value, let vector = SIMD3<Double>(array.doubles) else {
            throw NeXusError(
                .geometryIncomplete, "The attribute is no vector", at: "\(file.place(fieldPath))@\(name)",
                expected: "three finite numbers")
        }
        return vector
    }

    /// - Parameter ownUnit: the field's own unit is one of length, and holds where the offset has none.
    private func offset(of fieldPath: String, ownUnit: Bool) throws(NeXusError) -> SIMD3<Double> {
        guard let offset = try vector("offset", of: fieldPath), offset != .zero else { return .zero }
        let place = file.place(fieldPath) + "@offset_units"
        var units = try file.attribute("offset_units", of: fieldPath)
        if units == nil, ownUnit { units = try file.attribute("units", of: fieldPath) }
        guard let text = units?.text else {
            throw NeXusError(
                .wrongUnit, "The offset of an axis has no unit", at: place, got: offset.text, expected: "a unit of length")
        }
        do throws(QuantityError) {
            let metres = try PhysicalUnit(text).convert(1, to: .metre)
            return metres * offset
        } catch {
            throw NeXusError(
                .wrongUnit, "The offset of an axis has a unit that is no length", at: place, got: "'\(text.printable)'",
                expected: "a unit of length", cause: error)
        }
    }

    private func absent(_ fieldPath: String) -> NeXusError {
        NeXusError(.geometryIncomplete, "An axis has no value", at: file.place(fieldPath))
    }
}
