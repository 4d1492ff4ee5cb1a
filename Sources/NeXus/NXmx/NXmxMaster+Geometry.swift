// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Frames

extension NXmxMaster {
    /// Distance, beam centre, the chain that says the same exactly, and the module that hangs on it.
    static func geometry(_ description: NXmxDescription) -> [NeXusNode?] {
        let geometry = description.detector.geometry
        var children: [NeXusNode?] = [
            .number("distance", geometry.distance_m, "m"),
            // The chain below is made from the distance and the centre, not they from it.
            .flag("distance_derived", geometry.distance_m.map { _ in false }),
            .number("beam_center_x", geometry.beamCenterX_px, "pixel"),
            .number("beam_center_y", geometry.beamCenterY_px, "pixel"),
            .flag("beam_center_derived", geometry.beamCenterX_px.map { _ in false }),
        ]
        let transformations = "\(detectorPath)/transformations"
        var foot = "."
        if let distance = geometry.distance_m {
            let arm = geometry.arm.filter { $0.direction != nil }
            let names = NXmxName.unique(["translation"] + arm.map(\.name), fallback: "axis")
            let beyond = names.dropFirst().first.map { "\(transformations)/\($0)" } ?? "."
            var fields: [NeXusNode?] = [
                .number(
                    names[0], distance, "m",
                    transformation("translation", vector: .init(0, 0, 1), offset_m: .init(0, 0, 0), dependsOn: beyond))
            ]
            fields += axisChain(
                arm, names: Array(names.dropFirst()), path: transformations, frames: description.frames.count, foot: ".",
                firstPerFrame: false)
            foot = "\(transformations)/\(names[0])"
            children += [
                .text("depends_on", foot),
                .group(
                    NeXusGroup(
                        "transformations", "NXtransformations", attributes: [],
                        children: fields.compactMap { $0 })),
            ]
        }
        children.append(module(description, foot: foot))
        return children
    }

    /// One module: the whole frame. Its gaps are in the mask.
    private static func module(_ description: NXmxDescription, foot: String) -> NeXusNode? {
        guard let shape = description.channels.first?.format.shape else { return nil }
        let geometry = description.detector.geometry
        let none = NXmxDescription.Direction(0, 0, 0)
        var children: [NeXusNode?] = [
            .integers("data_origin", [Int32(0), 0]),
            .integers("data_size", [Int32(shape.slow), Int32(shape.fast)]),
        ]
        // Without distance and centre the pixels have no place; "." makes a program say so instead of using a wrong one.
        var carrier = "."
        if foot != ".", let corner = corner(geometry) {
            carrier = "\(detectorPath)/module/module_offset"
            children.append(
                .number(
                    "module_offset", 0, "m",
                    transformation("translation", vector: .init(1, 0, 0), offset_m: corner, dependsOn: foot)))
        }
        let directions = [
            ("fast_pixel_direction", geometry.pixelSizeX_m, geometry.fastDirection),
            ("slow_pixel_direction", geometry.pixelSizeY_m, geometry.slowDirection),
        ]
        for (name, size, direction) in directions {
            let attributes = transformation("translation", vector: direction, offset_m: none, dependsOn: carrier)
            children.append(.number(name, size, "m", attributes))
        }
        return .group(
            NeXusGroup("module", "NXdetector_module", known: children))
    }

    /// From the point where the beam meets the detector to the outer corner of the first pixel: −(x·p_x·fast + y·p_y·slow), in
    /// metres.
    static func corner(_ geometry: NXmxDescription.DetectorGeometry) -> NXmxDescription.Direction? {
        guard let x = geometry.beamCenterX_px, let y = geometry.beamCenterY_px, let sizeX = geometry.pixelSizeX_m,
            let sizeY = geometry.pixelSizeY_m
        else { return nil }
        let (fast, slow) = (geometry.fastDirection, geometry.slowDirection)
        // 0 − …: never the −0 that a plain sign would give.
        return NXmxDescription.Direction(
            0 - (x * sizeX * fast.x + y * sizeY * slow.x), 0 - (x * sizeX * fast.y + y * sizeY * slow.y),
            0 - (x * sizeX * fast.z + y * sizeY * slow.z))
    }
}
