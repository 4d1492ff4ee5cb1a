import Diagnostics
import HDF5

/// Reads a file as a tree of values, up to limits: what is too large is described, not read; what is linked elsewhere is named, not followed.
public enum NeXusReader {
    public struct Limits: Sendable {
        /// Groups, fields and links of the whole file.
        public var nodes = 200_000
        /// Bytes of one value; larger ones are `NeXusValue.described`. Frames never enter memory with the default.
        public var valueBytes = 1 << 20
        /// Bytes of all values together.
        public var totalBytes = 256 << 20
        public var depth = 32

        public init() {}
        public static let standard = Limits()
    }

    /// The tree of a file. Children are in alphabetical order; an object with several names appears as itself where it is met first, and as
    /// hard links elsewhere.
    /// - Throws: `cannotRead`, `limitExceeded`.
    public static func read(_ path: String, limits: Limits = .standard) throws(NeXusError) -> NeXusGroup {
        do throws(HDF5Error) {
            let file = try HDF5File.open(path)
            var walk = Walk(limits: limits, file: path)
            return try walk.group(file.root, name: "/", path: "/", depth: 0)
        } catch {
            throw NeXusError(error, error.code == .limitExceeded ? .limitExceeded : .cannotRead)
        }
    }

    /// One field of a file: what a caller wants to know without reading all. nil when there is none.
    /// - Throws: `cannotRead`.
    public static func value(at fieldPath: String, in path: String, limits: Limits = .standard) throws(NeXusError) -> NeXusValue?
    {
        do throws(HDF5Error) {
            let file = try HDF5File.open(path)
            var values = HDF5Limits.standard
            values.valueBytes = limits.valueBytes
            do throws(HDF5Error) {
                guard case .dataset(let dataset) = try file.root.object(fieldPath) else { return nil }
                return try dataset.value(limits: values)
            } catch  where error.code == .notFound {
                return nil
            }
        } catch {
            throw NeXusError(error, .cannotRead)
        }
    }
}

private struct Walk {
    let limits: NeXusReader.Limits
    let file: String
    private var seen: [UInt64: String] = [:]
    private var nodes = 0
    private var bytes = 0

    init(limits: NeXusReader.Limits, file: String) {
        self.limits = limits
        self.file = file
    }

    mutating func group(_ group: HDF5Group, name: String, path: String, depth: Int) throws(HDF5Error) -> NeXusGroup {
        guard depth <= limits.depth else {
            throw HDF5Error(.limitExceeded, "groups nested too deeply", at: group.place, expected: "at most \(limits.depth)")
        }
        seen[try group.objectHeaderAddress()] = path
        var attributes = try attributes(of: group)
        let nxClass = attributes.firstIndex { $0.name == "NX_class" && $0.value.text != nil }
            .flatMap { attributes.remove(at: $0).value.text }
        var result = NeXusGroup(name, nxClass, attributes: attributes)
        for child in try group.linkNames() { result.add(try node(child, in: group, path: path, depth: depth)) }
        return result
    }

    private mutating func node(
        _ name: String, in group: HDF5Group, path: String, depth: Int
    ) throws(HDF5Error) -> NeXusNode {
        nodes += 1
        guard nodes <= limits.nodes else {
            throw HDF5Error(.limitExceeded, "too many nodes", at: file, expected: "at most \(limits.nodes)")
        }
        let place = NeXusPath.child(name, of: path)
        switch try group.link(name) {
        case .soft(let target): return .softLink(name: name, target: target)
        case .external(let file, let target): return .externalLink(name: name, file: file, path: target)
        case .other: throw HDF5Error(.unsupported, "a link of an unknown kind", at: "\(file):\(place)")
        case .hard(let address):
            if let first = seen[address] { return .hardLink(name: name, target: first) }
            seen[address] = place
            switch try group.object(name) {
            case .group(let child): return .group(try self.group(child, name: name, path: place, depth: depth + 1))
            case .dataset(let dataset): return try field(dataset, name: name)
            }
        }
    }

    private mutating func field(_ dataset: HDF5Dataset, name: String) throws(HDF5Error) -> NeXusNode {
        var attributes = try attributes(of: dataset)
        let units = attributes.firstIndex { $0.name == "units" && $0.value.text != nil }
            .flatMap { attributes.remove(at: $0).value.text }
        if try dataset.storedLayout() == .virtual, let element = dataset.elementType,
            let sources = try? dataset.virtualMappings()
        {
            return .virtualField(
                NeXusVirtualField(
                    name, elementType: element, shape: try dataset.shape(), sources: sources, units: units, attributes: attributes
                ))
        }
        var values = HDF5Limits.standard
        values.valueBytes = min(limits.valueBytes, limits.totalBytes - bytes)
        let value: NeXusValue
        do throws(HDF5Error) {
            value = try dataset.value(limits: values)
        } catch  where error.code == .cannotRead {
            // A filter without its plugin, or damaged chunks: that the field is there, and what it is, can still be said.
            value = .described(try dataset.description())
        }
        bytes += Self.byteCount(value)
        return .field(NeXusField(name, value, units: units, attributes: attributes))
    }

    private mutating func attributes(of object: some HDF5Object) throws(HDF5Error) -> [NeXusAttribute] {
        var found: [NeXusAttribute] = []
        for name in try object.attributeNames() {
            let value = try object.attribute(name)
            bytes += Self.byteCount(value)
            guard bytes <= limits.totalBytes else {
                throw HDF5Error(.limitExceeded, "too many bytes of values", at: file, expected: "at most \(limits.totalBytes)")
            }
            found.append(NeXusAttribute(name, value))
        }
        return found
    }

    private static func byteCount(_ value: NeXusValue) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .strings(let texts, _): texts.reduce(0) { $0 + $1.utf8.count + 16 }
        case .numbers(let array): array.bytes.count
        case .bool, .described, .zeros, .blankTexts: 1
        case .bools(let flags, _): flags.count
        case .opaque(let bytes): bytes.count
        }
    }
}
