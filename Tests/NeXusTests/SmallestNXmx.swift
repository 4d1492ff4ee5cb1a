import HDF5
import NeXus

/// A tree in which every rule of NXmx holds, to be broken one rule at a time.
enum SmallestNXmx {
    static var tree: NeXusGroup {
        let axis: [NeXusAttribute] = [
            .init("transformation_type", "translation"), .init("vector", .array([-1.0, 0, 0])),
            .init("offset", .array([0.0, 0, 0])), .init("offset_units", "m"), .init("depends_on", "module_offset"),
        ]
        let module = NeXusNode.group(
            "module", "NXdetector_module",
            children: [
                .field("data_origin", .array([Int32(0), 0])), .field("data_size", .array([Int32(4), 6])),
                .field(
                    "module_offset", .float64(0), units: "m",
                    attributes: Array(axis.dropLast()) + [
                        .init("depends_on", "/entry/instrument/detector/transformations/distance")
                    ]),
                .field("fast_pixel_direction", .float64(75e-6), units: "m", attributes: axis),
                .field("slow_pixel_direction", .float64(75e-6), units: "m", attributes: axis),
            ])
        let detector = NeXusNode.group(
            "detector", "NXdetector",
            children: [
                .field("data", grid([UInt16](repeating: 1, count: 72), [3, 4, 6])),
                .field("depends_on", "transformations/distance"), .field("description", "test detector"),
                .field("distance", .float64(0.2), units: "m"), .field("distance_derived", .bool(false)),
                .field("count_time", .float64(0.01), units: "s"), .field("beam_center_x", .float64(3), units: "pixel"),
                .field("beam_center_y", .float64(2), units: "pixel"),
                .field("pixel_mask", grid([UInt32](repeating: 0, count: 24), [4, 6])),
                .field("bit_depth_readout", .int32(16)), .field("sensor_material", "Si"),
                .field("sensor_thickness", .float64(450), units: "um"), module,
                .group(
                    "transformations", "NXtransformations",
                    children: [
                        .field(
                            "distance", .float64(0.2), units: "m",
                            attributes: [
                                .init("transformation_type", "translation"), .init("vector", .array([0.0, 0, 1])),
                                .init("depends_on", "."),
                            ])
                    ]),
            ])
        let beam = NeXusNode.group(
            "beam", "NXbeam",
            children: [
                .field("incident_wavelength", .float64(1), units: "angstrom"),
                .field("incident_beam_size", .array([10.0, 5]), units: "um"), .field("profile", "rectangular"),
                .field("incident_polarization_stokes", .array([1.0, 1, 0, 0])),
            ])
        let group = NeXusNode.group(
            "detectors", "NXdetector_group",
            children: [
                .field("group_names", .strings(["detector"])), .field("group_index", .array([Int32(1)])),
                .field("group_parent", .array([Int32(-1)])),
            ])
        let sample = NeXusNode.group(
            "sample", "NXsample",
            children: [
                .field("name", "lysozyme"), .field("depends_on", "transformations/omega"),
                .group(
                    "transformations", "NXtransformations",
                    children: [
                        .field(
                            "omega", .array([0.0, 0.1, 0.2]), units: "deg",
                            attributes: [
                                .init("transformation_type", "rotation"), .init("vector", .array([-1.0, 0, 0])),
                                .init("depends_on", "."),
                            ])
                    ]),
            ])
        let entry = NeXusNode.group(
            "entry", "NXentry", attributes: [.init("default", "data"), .init("version", "1.0")],
            children: [
                .field("definition", "NXmx"), .field("start_time", "2026-11-21T05:31:14.25Z"),
                .field("end_time_estimated", "2026-11-21T05:41:14Z"),
                .group(
                    "data", "NXdata", attributes: [.init("signal", "frames"), .init("axes", .strings(["omega", ".", "."]))],
                    children: [
                        .softLink(name: "frames", target: "/entry/instrument/detector/data"),
                        .softLink(name: "omega", target: "/entry/sample/transformations/omega"),
                    ]),
                sample, .group("source", "NXsource", children: [.field("name", "a synchrotron")]),
                .group(
                    "instrument", "NXinstrument",
                    children: [.field("name", "a beamline"), .field("time_zone", "+01:00"), group, detector, beam]),
            ])
        return NeXusGroup(
            "/", "NXroot",
            attributes: [
                .init("default", "entry"), .init("file_name", "x_master.h5"), .init("file_time", "2026-11-21T05:31:14Z"),
            ], children: [entry])
    }
}

/// The shapes above are right by sight; a wrong one shows as a field without numbers.
private func grid<Number: HDF5Number>(_ values: [Number], _ shape: [Int]) -> NeXusValue {
    (try? .array(values, shape: shape)) ?? .opaque([])
}

// Ways to break a tree, by absolute path.
extension NeXusGroup {
    mutating func replace(_ path: String, with node: NeXusNode?) {
        edit(path.split(separator: "/").map(String.init)[...]) { _ in node }
    }

    mutating func change(_ path: String, _ change: (inout NeXusField) -> Void) {
        edit(path.split(separator: "/").map(String.init)[...]) { node in
            guard case .field(var field)? = node else { return node }
            change(&field)
            return .field(field)
        }
    }

    mutating func changeGroup(_ path: String, _ change: (inout NeXusGroup) -> Void) {
        edit(path.split(separator: "/").map(String.init)[...]) { node in
            guard case .group(var group)? = node else { return node }
            change(&group)
            return .group(group)
        }
    }

    private mutating func edit(_ path: ArraySlice<String>, _ change: (NeXusNode?) -> NeXusNode?) {
        guard let name = path.first else { return }
        let index = children.firstIndex { $0.name == name }
        if path.count > 1 {
            guard let index, case .group(var child) = children[index] else { return }
            child.edit(path.dropFirst(), change)
            children[index] = .group(child)
            return
        }
        let node = change(index.map { children[$0] })
        if let index { children.remove(at: index) }
        if let node { children.append(node) }
    }
}
