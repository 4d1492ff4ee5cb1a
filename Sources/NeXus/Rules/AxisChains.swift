import HDF5
import Quantities

// Axes of motion: every chain of depends_on leads to ".", over fields that say how they move (NXtransformations).

extension NeXusValidator {
    /// Checks the chain behind every `depends_on`, field or attribute, below a group.
    mutating func checkAxes(_ group: NeXusGroup, at path: String) {
        if let value = group.field("depends_on")?.value {
            checkChain(value, from: NeXusPath.child("depends_on", of: path), in: path)
        }
        for node in group.children {
            let place = NeXusPath.child(node.name, of: path)
            switch node {
            case .group(let child): checkAxes(child, at: place)
            case .field, .virtualField:
                guard let facts = facts(of: node, at: place) else { continue }
                if let target = facts.attribute("depends_on") { checkChain(target, from: place + "@depends_on", in: path) }
                if facts.attribute("transformation_type") != nil || facts.attribute("vector") != nil { checkAxis(facts) }
            case .softLink, .hardLink, .externalLink: continue
            }
        }
    }

    /// Checks one link of a chain; the next one is checked where it stands, so that a fault is found once.
    private mutating func checkChain(_ value: NeXusValue, from start: String, in group: String) {
        guard let target = value.text else {
            add(.error, start, .chainDangling, got: value.summary, expected: "the path of an axis, or '.'")
            return
        }
        guard target != "." else { return }
        guard let axis = axis(target, from: group) else {
            add(.error, start, .chainDangling, got: "'\(target)' seen from \(group)", expected: "an axis that exists, or '.'")
            return
        }
        guard axis.attribute("vector") != nil || axis.attribute("transformation_type") != nil else {
            add(.error, start, .chainNotAxis, got: axis.path, expected: "a field with transformation_type and vector")
            return
        }
        let own = start.hasSuffix("@depends_on") ? String(start.dropLast("@depends_on".count)) : nil
        var walked: [String] = []
        var next: NodeFacts? = axis
        while let here = next, !walked.contains(here.path) {
            walked.append(here.path)
            if here.path == own {
                add(
                    .error, start, .chainCircular, got: ([here.path] + walked).joined(separator: " → "),
                    expected: "a chain that ends at '.'")
                return
            }
            next = here.attribute("depends_on")?.text.flatMap { self.axis($0, from: NeXusPath.parent(here.path)) }
        }
    }

    /// The field that a path of a chain leads to; nil at the end of the chain and where there is none.
    private func axis(_ target: String, from group: String) -> NodeFacts? {
        guard target != ".", let (node, reached) = root.resolve(NeXusPath.absolute(target, from: group), linksLeft: 64) else {
            return nil
        }
        return facts(of: node, at: reached)
    }

    private mutating func checkAxis(_ facts: NodeFacts) {
        // A chain without an end is taken to end by some readers, and refused by others.
        if facts.attribute("depends_on") == nil {
            add(.error, facts.path + "@depends_on", .chainDangling, got: "none", expected: "the next axis, or '.'")
        }
        let kind = facts.attribute("transformation_type")?.text
        switch kind {
        case "rotation", "translation": break
        default:
            add(
                .error, facts.path + "@transformation_type", .axisKind, got: kind.map { "'\($0)'" } ?? "none",
                expected: "'rotation' or 'translation'")
        }
        for name in ["vector", "offset"] {
            guard let value = facts.attribute(name) else {
                if name == "vector" { add(.error, facts.path + "@vector", .axisVector, got: "none", expected: "three numbers") }
                continue
            }
            guard case .numbers(let array) = value, array.count == 3 else {
                add(.error, "\(facts.path)@\(name)", .axisVector, got: value.summary, expected: "three numbers")
                continue
            }
            if !array.doubles.allSatisfy(\.isFinite) || name == "vector" && array.doubles.allSatisfy({ $0 == 0 }) {
                add(
                    .error, "\(facts.path)@\(name)", .axisVector, got: "\(array.doubles)",
                    expected: "a finite vector with a direction")
            }
        }
        checkAxisUnits(facts, kind: kind)
    }

    private mutating func checkAxisUnits(_ facts: NodeFacts, kind: String?) {
        if let units = facts.attribute("offset_units")?.text, !UnitCategory.accepts(units, categories: "NX_LENGTH") {
            add(.error, facts.path + "@offset_units", .axisUnits, got: "'\(units)'", expected: "a unit of NX_LENGTH")
        }
        guard let kind, ["rotation", "translation"].contains(kind) else { return }
        let category = kind == "rotation" ? "NX_ANGLE" : "NX_LENGTH"
        guard let units = facts.units else {
            add(.error, facts.path + "@units", .axisUnits, got: "none", expected: "a unit of \(category)")
            return
        }
        if !UnitCategory.accepts(units, categories: category) {
            add(.error, facts.path + "@units", .axisUnits, got: "'\(units)'", expected: "a unit of \(category)")
        }
    }

    // MARK: Modules

    /// A module's origin and size lie inside its detector: exchanged axes (as some firmware wrote them) are found where the detector is not square.
    mutating func checkModules(_ group: NeXusGroup, at path: String) {
        if group.nxClass == "NXdetector", let extent = detectorExtent(group, at: path) {
            for module in group.groups(ofClass: "NXdetector_module") {
                guard let origin = integers("data_origin", of: module), let size = integers("data_size", of: module),
                    origin.count >= 2, size.count == origin.count
                else { continue }
                let place = NeXusPath.child(module.name, of: path)
                for (axis, length) in zip(origin.indices.suffix(2), extent) {
                    let (end, overflow) = origin[axis].addingReportingOverflow(size[axis])
                    if overflow || origin[axis] < 0 || size[axis] <= 0 || end > length {
                        add(
                            .error, place, .moduleOutsideDetector, got: "data_origin \(origin), data_size \(size)",
                            expected: "inside the detector's [slow, fast] \(extent)")
                        break
                    }
                }
            }
        }
        for child in group.groups { checkModules(child, at: NeXusPath.child(child.name, of: path)) }
    }

    private func detectorExtent(_ detector: NeXusGroup, at path: String) -> [Int]? {
        for name in ["data", "pixel_mask"] {
            guard let node = detector.child(name), let shape = facts(of: node, at: NeXusPath.child(name, of: path))?.shape,
                shape.count >= 2
            else { continue }
            return Array(shape.suffix(2))
        }
        return nil
    }

    private func integers(_ name: String, of group: NeXusGroup) -> [Int]? {
        guard case .numbers(let array)? = group.field(name)?.value else { return nil }
        return array.integers
    }
}
