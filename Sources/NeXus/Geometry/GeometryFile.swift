import Diagnostics
import HDF5
import Quantities

/// Fields and attributes of one file by path, for those who look for a few numbers: links to other files are followed, nothing else is read.
struct GeometryFile {
    let path: String
    private let root: HDF5Group
    private let file: HDF5File

    /// Positions of a scan's frames, at most; pixels are never read here.
    private static let limits: HDF5Limits = {
        var limits = HDF5Limits()
        limits.valueBytes = 1 << 24
        limits.stringBytes = 1 << 16
        return limits
    }()

    /// A number of the file, in the unit that it was asked in.
    struct Quantity: Equatable {
        let value: Double
        /// `/path in unit`, for messages and sources.
        let source: String
    }

    init(_ path: String) throws(NeXusError) {
        self.path = path
        do throws(HDF5Error) {
            file = try HDF5File.open(path)
            root = file.root
        } catch {
            throw NeXusError(error, .cannotRead)
        }
    }

    /// `file:/path`
    func place(_ fieldPath: String) -> String { "\(path):\(fieldPath)" }

    // MARK: Objects

    private func object(_ objectPath: String) throws(NeXusError) -> HDF5Group.Child? {
        do throws(HDF5Error) {
            return try root.object(objectPath)
        } catch  where error.code == .notFound || error.code == .unsupported {
            return nil
        } catch {
            throw NeXusError(error, .cannotRead)
        }
    }

    func dataset(_ fieldPath: String) throws(NeXusError) -> HDF5Dataset? {
        if case .dataset(let dataset) = try object(fieldPath) { dataset } else { nil }
    }

    func hasGroup(_ groupPath: String) throws(NeXusError) -> Bool {
        if case .group = try object(groupPath) { true } else { false }
    }

    /// Paths of the groups of a class directly below a group, in alphabetical order. Links that lead nowhere are passed over.
    func groups(ofClass nxClass: String, in groupPath: String) throws(NeXusError) -> [String] {
        guard case .group(let group) = try object(groupPath) else { return [] }
        var found: [String] = []
        do throws(HDF5Error) {
            for name in try group.linkNames() {
                let place = NeXusPath.child(name, of: groupPath)
                // A file name of a link that is not there would be looked for again and again: data files are no groups.
                guard case .group(let child)? = try? group.object(name), try child.hasAttribute("NX_class"),
                    try child.attribute("NX_class", limits: Self.limits).text == nxClass
                else { continue }
                found.append(place)
            }
        } catch {
            throw NeXusError(error, .cannotRead)
        }
        return found
    }

    // MARK: Values

    /// The text of a field; nil when there is none or it is no text.
    func text(_ fieldPath: String) throws(NeXusError) -> String? {
        guard let dataset = try dataset(fieldPath) else { return nil }
        return try reading { () throws(HDF5Error) in try dataset.value(limits: Self.limits).text }
    }

    /// Pixels or other axes of a field; nil when there is none.
    func shape(_ fieldPath: String) throws(NeXusError) -> [Int]? {
        guard let dataset = try dataset(fieldPath) else { return nil }
        return try reading { () throws(HDF5Error) in try dataset.shape() }
    }

    /// The numbers of a field; nil when there is none.
    /// - Throws: `cannotRead` when it is no numbers, or too many.
    func numbers(_ fieldPath: String) throws(NeXusError) -> [Double]? {
        guard let dataset = try dataset(fieldPath) else { return nil }
        let value = try reading { () throws(HDF5Error) in try dataset.value(limits: Self.limits) }
        guard case .numbers(let array) = value, array.count > 0 else {
            throw NeXusError(.cannotRead, "The field has no numbers that can be read", at: place(fieldPath))
        }
        return array.doubles
    }

    /// An attribute of a field or group (the root's path is "/"); nil when there is none.
    func attribute(_ name: String, of objectPath: String) throws(NeXusError) -> HDF5Value? {
        guard let object = try object(objectPath) else { return nil }
        return try reading { () throws(HDF5Error) in
            switch object {
            case .group(let group):
                try group.hasAttribute(name) ? try group.attribute(name, limits: Self.limits) : nil
            case .dataset(let dataset):
                try dataset.hasAttribute(name) ? try dataset.attribute(name, limits: Self.limits) : nil
            }
        }
    }

    private func reading<Value>(_ body: () throws(HDF5Error) -> Value) throws(NeXusError) -> Value {
        do throws(HDF5Error) {
            return try body()
        } catch {
            throw NeXusError(error, .cannotRead)
        }
    }

    // MARK: Numbers with units

    /// The number of a field in `unit`; nil when there is no such field. A field with a number for each frame must have one value.
    /// - Throws: `wrongUnit`, `geometryUnsupported`, `cannotRead`.
    func quantity(_ fieldPath: String, in unit: PhysicalUnit) throws(NeXusError) -> Quantity? {
        guard let number = try constant(fieldPath) else { return nil }
        let (given, text) = try self.unit(of: fieldPath, such: unit)
        do throws(QuantityError) {
            return Quantity(value: try given.convert(number, to: unit), source: "\(fieldPath), in \(text)")
        } catch {
            throw wrongUnit(fieldPath, number, text, expected: unit, cause: error)
        }
    }

    /// The number of a field without its unit.
    func constant(_ fieldPath: String) throws(NeXusError) -> Double? {
        guard let numbers = try numbers(fieldPath), let first = numbers.first else { return nil }
        guard first.isFinite else {
            throw NeXusError(.cannotRead, "The field's number is not finite", at: place(fieldPath), got: "\(first)")
        }
        guard let other = numbers.first(where: { $0 != first }) else { return first }
        throw NeXusError(
            .geometryUnsupported, "The field has different values for different frames, and one geometry is asked for",
            at: place(fieldPath), got: "\(first) and \(other), among \(numbers.count)", expected: "one value",
            remedy: "Give the geometry in a PONI file, or reduce the frames of one position alone")
    }

    /// The unit of a field, and its text.
    func unit(of fieldPath: String, such example: PhysicalUnit) throws(NeXusError) -> (PhysicalUnit, String) {
        guard let text = try attribute("units", of: fieldPath)?.text else {
            throw NeXusError(
                .wrongUnit, "The field has no unit", at: place(fieldPath), got: "no attribute 'units'",
                expected: "a unit of \(example.dimension), such as \(example.symbol)")
        }
        do throws(QuantityError) {
            return (try PhysicalUnit(text), String(text.printable))
        } catch {
            throw NeXusError(.wrongUnit, "The field's unit is not known", at: place(fieldPath), got: error.got, cause: error)
        }
    }

    func wrongUnit(
        _ fieldPath: String, _ number: Double, _ text: String, expected: PhysicalUnit, cause: QuantityError
    ) -> NeXusError {
        NeXusError(
            .wrongUnit, "The field's unit is one of another dimension", at: place(fieldPath), got: "\(number) \(text)",
            expected: "a unit of \(expected.dimension), such as \(expected.symbol)", remedy: cause.remedy, cause: cause)
    }
}
