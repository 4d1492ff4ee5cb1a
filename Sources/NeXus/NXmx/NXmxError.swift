// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Diagnostics
import Frames

public enum NXmxErrorCode: String, FaultCode {
    /// The parts of a description contradict each other: a mistake of the program, not of the detector.
    case inconsistent
}

public typealias NXmxError = Fault<NXmxErrorCode>

extension NXmxMaster {
    /// Counts and shapes agree: what is written for each frame has an element for each, what is written for each pixel one for
    /// each.
    static func check(_ description: NXmxDescription) throws(NXmxError) {
        let frames = description.frames
        for channel in description.channels {
            let place = "channel \(channel.name ?? "without a name")"
            if description.stage == .final {
                try checkFiles(channel.dataFiles, frames: frames.count, at: place)
            }
            if let mask = channel.pixelMask {
                try require(mask.shape, channel.format.shape, "shape of the pixel mask", at: place)
            }
            if let flatfield = channel.flatfield {
                try require(flatfield.count, channel.format.pixelCount, "values of the flat field", at: place)
            }
        }
        // A run may have no channel: armed before the stream told the type of a pixel, or ended without one whole frame.
        if let first = description.channels.first {
            let shapes = Set(description.channels.map(\.format.shape))
            try require(shapes, [first.format.shape], "shapes of all channels", at: "channels")
        }
        let perFrame = [
            ("start times", frames.startTimes_s.count), ("stop times", frames.stopTimes_s.count),
            ("real times", frames.realTimes_s.count), ("receive times", frames.receiveTimes_ns.count),
            ("validity flags", frames.valid.count), ("image appendices", description.stream?.imageAppendices.count ?? 0),
        ]
        for (what, count) in perFrame where count != 0 { try require(count, frames.count, what, at: "frames") }
        for axis in description.sample.axes + description.detector.geometry.arm {
            guard case .measured(let starts, let ends) = axis.positions else { continue }
            try require(starts.count, frames.count, "positions", at: "axis \(axis.name)")
            if let ends { try require(ends.count, frames.count, "end positions", at: "axis \(axis.name)") }
        }
        if let stokes = description.beam.polarizationStokes { try require(stokes.count, 4, "Stokes parameters", at: "beam") }
    }

    /// In the order of their frames, none of which is in two or beyond the end. A file may be missing: a full disk must not cost the others.
    private static func checkFiles(_ files: [NXmxDescription.DataFile], frames: Int, at place: String) throws(NXmxError) {
        var end = 0
        for file in files {
            let fits = file.firstFrame >= end && file.frames >= 0 && file.firstFrame + file.frames <= frames
            try require(fits, true, "frames \(file.firstFrame) on of \(file.name)", at: place)
            end = file.firstFrame + file.frames
        }
    }

    private static func require<Value: Equatable>(
        _ got: Value, _ expected: Value, _ what: String, at place: String
    ) throws(NXmxError) {
        guard got == expected else {
            throw NXmxError(
                .inconsistent, "the description of a run contradicts itself: \(what)", at: place, got: "\(got)",
                expected: "\(expected)")
        }
    }
}
