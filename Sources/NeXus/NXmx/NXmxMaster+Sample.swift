// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import HDF5

extension NXmxMaster {
    /// `/entry/sample`: name, and the goniometer as a chain from the sample to the floor.
    static func sampleGroup(_ description: NXmxDescription) -> NeXusGroup {
        let sample = description.sample
        let frames = description.frames.count
        let chain = sample.axes.filter { $0.direction != nil }
        let path = "/entry/sample/transformations"
        let names = NXmxName.unique(chain.map(\.name), fallback: "axis")
        var children: [NeXusNode?] = [
            .text("name", sample.name),
            // "." is the standard's own word for a sample without a goniometer.
            .text("depends_on", names.first.map { "\(path)/\($0)" } ?? "."),
            .number("temperature", sample.temperature_K, "K"),
        ]
        children += identifiers(sample.identifiers)
        if !chain.isEmpty {
            // dxtbx takes the number of images from the axis that the sample depends on when none moves: that one is written
            // for each frame.
            let fields = axisChain(chain, names: names, path: path, frames: frames, foot: ".", firstPerFrame: true)
            children.append(
                .group(NeXusGroup("transformations", "NXtransformations", known: fields)))
        }
        children.append(undirected(sample.axes, frames: frames))
        return NeXusGroup("sample", "NXsample", known: children)
    }

    /// The fields of a chain of axes; each depends on the next, the last on `foot`.
    static func axisChain(
        _ axes: [NXmxDescription.Axis], names: [String], path: String, frames: Int, foot: String, firstPerFrame: Bool
    ) -> [NeXusNode] {
        var fields: [NeXusNode?] = []
        for (index, axis) in axes.enumerated() {
            let name = names[index]
            let carrier = index + 1 < names.count ? "\(path)/\(names[index + 1])" : foot
            let starts = axis.starts(frames: frames, perFrame: firstPerFrame && index == 0)
            let attributes = transformation(
                axis.kind.rawValue, vector: axis.direction ?? .init(0, 0, 0), offset_m: axis.offset_m, dependsOn: carrier)
            fields += positions(axis, named: name, starts: starts, frames: frames, attributes)
        }
        return fields.compactMap { $0 }
    }

    /// Axes of which only name and values are known. They would break a chain, and are not thrown away.
    private static func undirected(_ axes: [NXmxDescription.Axis], frames: Int) -> NeXusNode? {
        let axes = axes.filter { $0.direction == nil }
        guard !axes.isEmpty else { return nil }
        var fields: [NeXusNode?] = []
        for (name, axis) in zip(NXmxName.unique(axes.map(\.name), fallback: "axis"), axes) {
            fields += positions(axis, named: name, starts: axis.starts(frames: frames, perFrame: false), frames: frames, [])
        }
        return .group(
            NeXusGroup("goniometer", "NXcollection", known: fields))
    }

    private static func positions(
        _ axis: NXmxDescription.Axis, named name: String, starts: [Double], frames: Int, _ attributes: [NeXusAttribute]
    ) -> [NeXusNode?] {
        [
            .numbers(name, starts, axis.units, attributes),
            axis.ends(frames: frames).flatMap { .numbers("\(name)_end", $0, axis.units) },
            .number("\(name)_increment_set", axis.increment, axis.units),
        ]
    }

    static func transformation(
        _ type: String, vector: NXmxDescription.Direction, offset_m: NXmxDescription.Direction, dependsOn: String
    ) -> [NeXusAttribute] {
        [
            .init("transformation_type", type), .init("vector", .array(vector.components)),
            .init("offset", .array(offset_m.components)), .init("offset_units", "m"), .init("depends_on", dependsOn),
        ]
    }
}
