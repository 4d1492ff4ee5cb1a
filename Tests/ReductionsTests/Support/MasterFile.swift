import Foundation
import HDF5
import TestSupport

/// A master file over data files, as the sealer of runs writes it: links and a virtual dataset that is their signal, the record of the frames,
/// and as much of a detector as a geometry needs.
struct MasterFile {
    /// A data file with its number and, in the virtual dataset, its first frame.
    struct Part {
        var file: String
        var number = 1
        var start = 0
        var count: Int
    }

    var parts: [Part] = []
    /// Of the virtual dataset; nil: links only.
    var frames: Int?
    var valid: [Bool] = []
    var detector = Detector()

    struct Detector {
        /// nil: the file says nothing of where it stands.
        var distance_m: Double? = 0.06
        var mask: [UInt32] = []
        var saturation: Int64?
    }

    static let record = "entry/instrument/detector/frame_record"

    /// - Returns: the file's path.
    func write(_ folder: TemporaryFolder, _ name: String = "series_master.h5") throws -> String {
        let path = folder.file(name).path
        let (slow, fast) = FrameFile.shape
        let file = try HDF5File.create(path)
        func group(_ name: String, _ nxClass: String, in parent: HDF5Group) throws -> HDF5Group {
            let group = try parent.createGroup(name)
            try group.setAttribute("NX_class", .string(nxClass))
            return group
        }
        let entry = try group("entry", "NXentry", in: file.root)
        let data = try group("data", "NXdata", in: entry)
        let device = try group("detector", "NXdetector", in: group("instrument", "NXinstrument", in: entry))
        for part in parts {
            let digits = "\(part.number)"
            try data.createExternalLink(
                "data_" + String(repeating: "0", count: 6 - digits.count) + digits, file: part.file, path: "/entry/data/data")
        }
        if let frames {
            try device.createVirtualDataset(
                "data", elementType: .uint16, shape: [frames, slow, fast], fill: [0xFF, 0xFF],
                mappings: parts.map { part in
                    HDF5VirtualMapping(
                        file: part.file, dataset: "/entry/data/data", sourceShape: [part.count, slow, fast],
                        sourceStart: [0, 0, 0], targetStart: [part.start, 0, 0], count: [part.count, slow, fast])
                })
            try data.createSoftLink("frames", target: "/entry/instrument/detector/data")
            try data.setAttribute("signal", .string("frames"))
        }
        if !valid.isEmpty {
            try group("frame_record", "NXcollection", in: device).createDataset("valid", .bools(valid))
        }
        if let distance = detector.distance_m {
            for (name, value, unit) in [
                ("distance", distance, "m"), ("x_pixel_size", 172e-6, "m"), ("y_pixel_size", 172e-6, "m"),
                ("beam_center_x", 21.3, "pixel"), ("beam_center_y", 18.7, "pixel"),
            ] { try device.createDataset(name, .number(value)).setAttribute("units", .string(unit)) }
        }
        if !detector.mask.isEmpty {
            try device.createDataset("pixel_mask", .array(detector.mask, shape: [slow, fast]))
        }
        if let limit = detector.saturation { try device.createDataset("saturation_value", .number(limit)) }
        try file.close()
        return path
    }
}
