import HDF5

public struct NeXusAttribute: Sendable, Equatable {
    public let name: String
    public let value: NeXusValue

    public init(_ name: String, _ value: NeXusValue) {
        self.name = name
        self.value = value
    }

    public init(_ name: String, _ text: String) {
        self.init(name, .string(text))
    }
}

/// A dataset with its value, unit and attributes.
public struct NeXusField: Sendable, Equatable {
    public var name: String
    public var value: NeXusValue
    /// The `units` attribute, as NeXus spells units (UDUNITS).
    public var units: String?
    /// All attributes but `units`.
    public var attributes: [NeXusAttribute]

    public init(_ name: String, _ value: NeXusValue, units: String? = nil, attributes: [NeXusAttribute] = []) {
        self.name = name
        self.value = value
        self.units = units
        self.attributes = attributes
    }
}

/// A virtual dataset: boxes of other datasets shown as one array.
public struct NeXusVirtualField: Sendable, Equatable {
    public var name: String
    public var elementType: HDF5ElementType
    /// Slowest axis first.
    public var shape: [Int]
    /// What a reader sees where no source is mapped, or where a source is missing: little-endian bytes of one element.
    public var fill: [UInt8]?
    public var sources: [NeXusVirtualSource]
    public var units: String?
    public var attributes: [NeXusAttribute]

    public init(
        _ name: String, elementType: HDF5ElementType, shape: [Int], fill: [UInt8]? = nil, sources: [NeXusVirtualSource],
        units: String? = nil, attributes: [NeXusAttribute] = []
    ) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.fill = fill
        self.sources = sources
        self.units = units
        self.attributes = attributes
    }
}

/// What a group holds under one name.
public enum NeXusNode: Sendable, Equatable {
    case group(NeXusGroup)
    case field(NeXusField)
    case virtualField(NeXusVirtualField)
    /// A name that stands for a path of the same file; relative paths begin at the group that holds the link.
    case softLink(name: String, target: String)
    /// A second name of an object; `target` is the absolute path of the first.
    case hardLink(name: String, target: String)
    /// A path in another file; a relative file name begins at the folder of this file.
    case externalLink(name: String, file: String, path: String)

    public var name: String {
        switch self {
        case .group(let group): group.name
        case .field(let field): field.name
        case .virtualField(let field): field.name
        case .softLink(let name, _), .hardLink(let name, _), .externalLink(let name, _, _): name
        }
    }

    public var attributes: [NeXusAttribute] {
        switch self {
        case .group(let group): group.attributes
        case .field(let field): field.attributes
        case .virtualField(let field): field.attributes
        case .softLink, .hardLink, .externalLink: []
        }
    }

    public static func field(
        _ name: String, _ value: NeXusValue, units: String? = nil, attributes: [NeXusAttribute] = []
    ) -> NeXusNode {
        .field(NeXusField(name, value, units: units, attributes: attributes))
    }

    public static func field(_ name: String, _ text: String, attributes: [NeXusAttribute] = []) -> NeXusNode {
        .field(NeXusField(name, .string(text), attributes: attributes))
    }

    public static func group(
        _ name: String, _ nxClass: String?, attributes: [NeXusAttribute] = [], children: [NeXusNode] = []
    ) -> NeXusNode {
        .group(NeXusGroup(name, nxClass, attributes: attributes, children: children))
    }
}
