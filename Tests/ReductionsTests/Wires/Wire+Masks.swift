import Foundation
import ScatteringGeometry
import TestSupport

extension Wire {
    static let ofMasks: [Wire] = [
        masked("mask of EDF", "{files: mask.edf}", { try $0.write(WireFiles.edf([WireFiles.pattern(3)]), to: "mask.edf") }) {
            WireFiles.pattern(3)
        },
        masked(
            "a frame of EDF's", "{files: [{file: m.edf, frame: 1}]}",
            { try $0.write(WireFiles.edf([WireFiles.pattern(3), WireFiles.pattern(5)]), to: "m.edf") }
        ) { WireFiles.pattern(5) },
        masked("mask of TIFF", "{files: mask.tif}", { try $0.write(WireFiles.tiff(WireFiles.pattern(7)), to: "mask.tif") }) {
            WireFiles.pattern(7)
        },
        masked(
            "mask of TIFF, inverted", "{files: [{file: mask.tiff, invert: true}]}",
            { try $0.write(WireFiles.tiff(WireFiles.pattern(7).map { !$0 }), to: "mask.tiff") }
        ) { WireFiles.pattern(7) },
        masked(
            "mask of HDF5", "{files: [{file: m.h5, dataset: /mask, frame: 2}]}",
            { folder in
                let stack = [3, 5, 11].flatMap { WireFiles.pattern($0).map { UInt8($0 ? 4 : 0) } }
                try WireFiles.hdf5(stack, shape: [3, slow, fast], "mask", in: folder.file("m.h5").path)
            }
        ) { WireFiles.pattern(11) },
        masked(
            "several masks, one inverted", "{files: [{file: a.edf}, {file: b.npy, invert: true}]}",
            { folder in
                try folder.write(WireFiles.edf([WireFiles.pattern(3)]), to: "a.edf")
                try folder.write(WireFiles.npy(WireFiles.pattern(5).map { $0 ? 0 : 1 }), to: "b.npy")
            }
        ) { zip(WireFiles.pattern(3), WireFiles.pattern(5)).map { $0 || $1 } },
        region("polygon", "polygon: [[2, 3], [30, 8], [22.5, 41], [9, 33]]") {
            try .polygon([
                .init(slow: 2, fast: 3), .init(slow: 30, fast: 8), .init(slow: 22.5, fast: 41), .init(slow: 9, fast: 33),
            ])
        },
        region("rectangle", "rectangle: {from: [4, 9], to: [21, 50]}") {
            try .rectangle(from: .init(slow: 4, fast: 9), to: .init(slow: 21, fast: 50))
        },
        region("circle", "circle: {center: [18, 20.5], radius: 7.25}") {
            try .circle(centre: .init(slow: 18, fast: 20.5), radius: 7.25)
        },
        region("ellipse", "ellipse: {center: [25, 30], radii: [5, 17]}") {
            try .ellipse(centre: .init(slow: 25, fast: 30), slowRadius: 5, fastRadius: 17)
        },
        Wire("saturation", "mask: {saturation: 11}\n") { $0.saturation = 11 },
    ]

    private static func masked(
        _ name: String, _ yaml: String, _ files: @escaping @Sendable (TemporaryFolder) throws -> Void,
        _ mask: @escaping @Sendable () -> [Bool]
    ) -> Wire {
        Wire(name, "mask: \(yaml)\n", files: files) { $0.mask = mask() }
    }

    private static func region(_ name: String, _ yaml: String, _ region: @escaping @Sendable () throws -> MaskRegion) -> Wire {
        Wire(name, "mask: {regions: [{\(yaml)}]}\n") { all in
            var mask = DetectorMask(shape: try shape)
            guard mask.add(try region()) > 50 else { throw ChildFailure(description: "the region is too small") }
            all.mask = mask.isMasked
        }
    }
}
