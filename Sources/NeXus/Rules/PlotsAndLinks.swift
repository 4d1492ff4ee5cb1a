import HDF5

// What is plotted by default, and where links lead.

extension NeXusValidator {
    /// `default` attributes from the root down to an NXdata name what exists.
    mutating func checkDefaults() {
        var group = root
        var path = "/"
        while let name = group.attribute("default")?.text {
            let target = NeXusPath.absolute(name, from: path)
            guard let (node, reached) = root.resolve(target, linksLeft: 64), case .group(let next) = node, reached != path else {
                add(.error, path + "@default", .defaultDangling, got: "'\(name)'", expected: "the name of a group")
                return
            }
            (group, path) = (next, reached)
        }
    }

    /// `signal` and `axes` of every NXdata name fields that exist, and as many axes as the signal has.
    mutating func checkPlots(_ group: NeXusGroup, at path: String) {
        if group.nxClass == "NXdata" { checkPlot(group, at: path) }
        for child in group.groups { checkPlots(child, at: NeXusPath.child(child.name, of: path)) }
    }

    private mutating func checkPlot(_ data: NeXusGroup, at path: String) {
        guard let name = data.attribute("signal")?.text else { return }
        let place = NeXusPath.child(name, of: path)
        guard let node = data.child(name), let signal = facts(of: node, at: place) else {
            add(.error, path + "@signal", .signalDangling, got: "'\(name)'", expected: "the name of a field of this group")
            return
        }
        guard let axes = data.attribute("axes")?.texts, let shape = signal.shape else { return }
        guard axes.count == shape.count else {
            add(
                .error, path + "@axes", .axesLength, got: "\(axes.count) axes",
                expected: "\(shape.count), one for each of \(name)")
            return
        }
        for (axis, length) in zip(axes, shape) where axis != "." {
            guard let node = data.child(axis), let values = facts(of: node, at: NeXusPath.child(axis, of: path)) else {
                add(
                    .error, path + "@axes", .axesDangling, got: "'\(axis)'", expected: "the name of a field of this group, or '.'"
                )
                continue
            }
            // One more value than data: the edges of bins.
            if let count = values.shape, count.count == 1, count[0] != length, count[0] != length + 1 {
                add(
                    .error, NeXusPath.child(axis, of: path), .axesLength, got: "\(count[0]) values",
                    expected: "\(length), as \(name) has there")
            }
        }
    }

    /// Links inside the file lead somewhere, and what they lead to knows its own path.
    mutating func checkLinks(_ group: NeXusGroup, at path: String) {
        for node in group.children {
            let place = NeXusPath.child(node.name, of: path)
            switch node {
            case .group(let child): checkLinks(child, at: place)
            case .softLink(_, let target), .hardLink(_, let target):
                guard let (original, reached) = root.resolve(place, linksLeft: 64) else {
                    if !crossesExternal(place) {
                        add(.error, place, .linkDangling, got: target, expected: "a path of this file")
                    }
                    continue
                }
                if case .externalLink = original { continue }
                // Before writing, the writer adds the attribute; in a file it must be there.
                if let named = original.attributes.first(where: { $0.name == "target" })?.value.text, named != reached,
                    named != place
                {
                    add(.warning, reached + "@target", .linkWithoutTarget, got: "'\(named)'", expected: "'\(reached)'")
                } else if isFile, !original.attributes.contains(where: { $0.name == "target" }) {
                    add(.warning, reached + "@target", .linkWithoutTarget, got: "none", expected: "'\(reached)'")
                }
            case .field, .virtualField, .externalLink: continue
            }
        }
    }

    /// Whether a link ends in another file, where this check does not look.
    private func crossesExternal(_ path: String) -> Bool {
        var path = path
        for _ in 0..<64 {
            // The longest beginning of the path that leads to something.
            var parts = path.split(separator: "/").map(String.init)
            while !parts.isEmpty {
                let part = "/" + parts.joined(separator: "/")
                let parent = root.resolve(NeXusPath.parent(part), linksLeft: 64)
                guard let parent, case .group(let group) = parent.node, let name = parts.last, let node = group.child(name) else {
                    parts.removeLast()
                    continue
                }
                switch node {
                case .externalLink: return true
                case .softLink(_, let target), .hardLink(_, let target):
                    let next = NeXusPath.absolute(target, from: parent.path)
                    guard next != path else { return false }
                    path = next
                default: return false
                }
                break
            }
            if parts.isEmpty { return false }
        }
        return false
    }
}
