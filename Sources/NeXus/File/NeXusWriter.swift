import Diagnostics
import Glibc
import HDF5

/// Writes a tree of values as a NeXus file in the earliest HDF5 format.
///
/// Every array is contiguous, whatever its size: chunked pixel masks are refused by the reader of XDS. Objects that links lead to get the
/// `target` attribute that NeXus asks for (their own path), so that checkers and readers know the original from its other names.
public enum NeXusWriter {
    /// - Parameter root: the tree; its own name is not used.
    /// - Parameter path: the file; write to a name beside the final one and rename, so that no reader ever sees half a file.
    /// - Throws: `invalidTree` before anything is written; `alreadyExists`; `cannotWrite`, after the half-written file was removed.
    public static func write(
        _ root: NeXusGroup, to path: String, mode: HDF5File.CreationMode = .refuseExisting
    ) throws(NeXusError) {
        let targets = try LinkTargets(root)
        var isOurs = false
        do throws(HDF5Error) {
            let file = try HDF5File.create(path, mode: mode)
            isOurs = true
            try write(root, into: file.root, at: "/", targets: targets)
            // Second names come last: only then does every original exist.
            for link in targets.hardLinks {
                let parent = try file.root.group(NeXusPath.parent(link.path))
                let name = link.path.split(separator: "/").last.map(String.init) ?? link.path
                switch try file.root.object(link.target) {
                case .group(let group): try parent.createHardLink(name, to: group)
                case .dataset(let dataset): try parent.createHardLink(name, to: dataset)
                }
            }
            try file.close()
        } catch {
            // Half a file helps nobody; a file of another is not touched.
            if isOurs { unlink(path) }
            throw NeXusError(error, .cannotWrite)
        }
    }

    private static func write(
        _ group: NeXusGroup, into target: HDF5Group, at path: String, targets: LinkTargets
    ) throws(HDF5Error) {
        if let nxClass = group.nxClass { try target.setAttribute("NX_class", .string(nxClass)) }
        try writeAttributes(group.attributes, of: target, at: path, targets: targets)
        for node in group.children {
            let place = NeXusPath.child(node.name, of: path)
            switch node {
            case .group(let child):
                try write(child, into: try target.createGroup(child.name), at: place, targets: targets)
            case .field(let field):
                let dataset = try target.createDataset(field.name, field.value)
                if let units = field.units { try dataset.setAttribute("units", .string(units)) }
                try writeAttributes(field.attributes, of: dataset, at: place, targets: targets)
            case .virtualField(let field):
                let dataset = try target.createVirtualDataset(
                    field.name, elementType: field.elementType, shape: field.shape, fill: field.fill, mappings: field.sources)
                if let units = field.units { try dataset.setAttribute("units", .string(units)) }
                try writeAttributes(field.attributes, of: dataset, at: place, targets: targets)
            case .softLink(let name, let link): try target.createSoftLink(name, target: link)
            case .externalLink(let name, let file, let link): try target.createExternalLink(name, file: file, path: link)
            case .hardLink: break
            }
        }
    }

    private static func writeAttributes(
        _ attributes: [NeXusAttribute], of object: some HDF5Object, at path: String, targets: LinkTargets
    ) throws(HDF5Error) {
        for attribute in attributes { try object.setAttribute(attribute.name, attribute.value) }
        if targets.originals.contains(path), !attributes.contains(where: { $0.name == "target" }) {
            try object.setAttribute("target", .string(path))
        }
    }
}

/// Where the links of a tree lead; made before writing, so that a wrong tree leaves no file.
private struct LinkTargets {
    /// Absolute paths of the objects of this file that links lead to.
    private(set) var originals: Set<String> = []
    private(set) var hardLinks: [(path: String, target: String)] = []
    private let root: NeXusGroup

    init(_ root: NeXusGroup) throws(NeXusError) {
        self.root = root
        try visit(root, at: "/", depth: 0)
    }

    private mutating func visit(_ group: NeXusGroup, at path: String, depth: Int) throws(NeXusError) {
        guard depth < HDF5Limits.standard.depth else {
            throw NeXusError(.invalidTree, "groups nested too deeply", at: path, expected: "at most \(HDF5Limits.standard.depth)")
        }
        var names: Set<String> = []
        for node in group.children {
            let place = NeXusPath.child(node.name, of: path)
            guard !node.name.isEmpty, node.name != ".", node.name != "..", !node.name.utf8.contains(0), !node.name.contains("/")
            else {
                throw NeXusError(.invalidTree, "not a name for a node", at: place, got: "'\(node.name)'")
            }
            guard names.insert(node.name).inserted else {
                throw NeXusError(.invalidTree, "two nodes of one name", at: place)
            }
            switch node {
            case .group(let child): try visit(child, at: place, depth: depth + 1)
            case .softLink(_, let target):
                // A soft link may lead to nothing (a file to come): only what is here gets the attribute.
                if let original = original(NeXusPath.absolute(target, from: path)) { originals.insert(original) }
            case .hardLink(_, let target):
                guard target.hasPrefix("/"), let original = original(target), original != place else {
                    throw NeXusError(.invalidTree, "a hard link to nothing", at: place, got: target)
                }
                originals.insert(original)
                hardLinks.append((place, original))
            case .field, .virtualField, .externalLink: break
            }
        }
    }

    private func original(_ path: String) -> String? {
        guard let (node, reached) = root.resolve(path, linksLeft: 64) else { return nil }
        if case .externalLink = node { return nil }
        return reached
    }
}
