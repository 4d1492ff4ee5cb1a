import HDF5

/// A NeXus group as a value: a whole file is one of these, made first and written in one go.
public struct NeXusGroup: Sendable, Equatable {
    /// `/` for the root.
    public var name: String
    /// The `NX_class` attribute.
    public var nxClass: String?
    /// All attributes but `NX_class`.
    public var attributes: [NeXusAttribute]
    public var children: [NeXusNode]

    public init(_ name: String, _ nxClass: String?, attributes: [NeXusAttribute] = [], children: [NeXusNode] = []) {
        self.name = name
        self.nxClass = nxClass
        self.attributes = attributes
        self.children = children
    }

    public mutating func add(_ node: NeXusNode) { children.append(node) }

    /// Adds the field unless there is no value: what is not known is left out, never written as zero.
    public mutating func add(_ name: String, _ value: NeXusValue?, units: String? = nil, attributes: [NeXusAttribute] = []) {
        guard let value else { return }
        children.append(.field(NeXusField(name, value, units: units, attributes: attributes)))
    }

    public mutating func add(_ name: String, text: String?, attributes: [NeXusAttribute] = []) {
        guard let text else { return }
        add(name, .string(text), attributes: attributes)
    }

    // MARK: Looking things up

    public func child(_ name: String) -> NeXusNode? { children.first { $0.name == name } }

    public func attribute(_ name: String) -> NeXusValue? { attributes.first { $0.name == name }?.value }

    public var groups: [NeXusGroup] {
        children.compactMap { if case .group(let group) = $0 { group } else { nil } }
    }

    public func groups(ofClass nxClass: String) -> [NeXusGroup] { groups.filter { $0.nxClass == nxClass } }

    /// The field of this name; nil when there is none or it is something else.
    public func field(_ name: String) -> NeXusField? {
        if case .field(let field) = child(name) { field } else { nil }
    }

    public func group(_ name: String) -> NeXusGroup? {
        if case .group(let group) = child(name) { group } else { nil }
    }

    /// What an absolute path of a tree leads to from its root, through groups and hard and soft links of the same file.
    ///
    /// nil when a part is missing, when it crosses an external link, or after 64 links (a circle).
    public func node(at path: String) -> NeXusNode? {
        resolve(path, linksLeft: 64)?.node
    }

    /// As `node(at:)`, with the path that was reached after all links.
    func resolve(_ path: String, linksLeft: Int) -> (node: NeXusNode, path: String)? {
        let parts = path.split(separator: "/").map(String.init).filter { $0 != "." }
        var here = self
        var walked = ""
        guard !parts.isEmpty else { return (.group(self), "/") }
        for (index, part) in parts.enumerated() {
            guard let node = here.child(part) else { return nil }
            let rest = parts[(index + 1)...].joined(separator: "/")
            switch node {
            case .softLink(_, let target), .hardLink(_, let target):
                guard linksLeft > 0 else { return nil }
                let whole = NeXusPath.absolute(target, from: walked.isEmpty ? "/" : walked)
                return resolve(rest.isEmpty ? whole : whole + "/" + rest, linksLeft: linksLeft - 1)
            case .group(let group) where index < parts.count - 1:
                here = group
                walked += "/" + part
            default:
                return index == parts.count - 1 ? (node, walked + "/" + part) : nil
            }
        }
        return nil
    }
}

/// Paths inside a file.
public enum NeXusPath {
    /// `path` as seen from the group `group` (absolute): absolute paths stay, relative ones begin there; `.` and `..` are resolved.
    public static func absolute(_ path: String, from group: String) -> String {
        var parts = path.hasPrefix("/") ? [] : group.split(separator: "/").map(String.init)
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": if !parts.isEmpty { parts.removeLast() }
            default: parts.append(String(part))
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// The group that holds what lies at an absolute path.
    public static func parent(_ path: String) -> String {
        "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }

    public static func child(_ name: String, of group: String) -> String {
        group == "/" ? "/" + name : group + "/" + name
    }
}
