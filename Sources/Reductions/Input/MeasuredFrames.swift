import Diagnostics
import Foundation
import HDF5
import RunModel

/// Which frames of an input are measurements. A recorder that puts a masked frame in the place of each lost or invalid one, so that every
/// reader finds every number, says so in `frame_record/valid` of the detector (Sources/NeXus, Layout.md).
///
/// A data file says nothing of that: its master file does. Of one that is given alone, it is found by the `run.json` beside it; without, in
/// a copy that has left its run, masked frames are measurements like others.
struct MeasuredFrames: Sendable {
    /// One a frame; empty where nothing is said, and all are.
    private let isValid: [Bool]

    private static let record = ["entry", "instrument", "detector", "frame_record", "valid"]
    private static var place: String { "/" + record.joined(separator: "/") }

    /// - Parameters:
    ///   - dataset: what was chosen of the file, if anything was: it may be a part of the series, with numbers of its own.
    ///   - reader: of the frames that are taken.
    /// - Throws: `inputInvalid`.
    init(of path: String, dataset: String?, _ reader: FrameDatasetReader) throws(ReductionError) {
        do throws(HDF5Error) {
            guard let told = try Self.told(in: path) else {
                isValid = try Self.toldByMaster(of: path, reader)
                return
            }
            if told.count == reader.frameCount {
                isValid = told
                return
            }
            let series = dataset == nil ? reader : try FrameDatasetReader(path: path)
            guard series.frameCount == told.count else {
                throw HDF5Error(
                    .inconsistentValue, "The record of valid frames is not one of these frames", at: "\(path):\(Self.place)",
                    got: "\(told.count) values", expected: "\(series.frameCount), one a frame")
            }
            isValid = try Self.numbered(told, of: series.places(), as: reader.places())
        } catch {
            throw ReductionError(.inputInvalid, error, at: path)
        }
    }

    subscript(frame: Int) -> Bool { isValid.isEmpty || isValid.indices.contains(frame) && isValid[frame] }

    /// What the master file of a sealed run tells of one of its data files; empty where there is none, or it tells nothing.
    private static func toldByMaster(of path: String, _ reader: FrameDatasetReader) throws(HDF5Error) -> [Bool] {
        let file = URL(fileURLWithPath: path)
        let folder = file.deletingLastPathComponent().path
        // A run.json that cannot be read is none of this file's faults.
        guard let summary = try? InputRun.summary(of: folder), let master = summary.master,
            let entry = summary.files.first(where: { $0.role == .data && $0.path == file.lastPathComponent }),
            let first = entry.firstFrame, first >= 0, entry.frames == reader.frameCount,
            let told = try told(in: folder + "/" + master)
        else { return [] }
        return Array(told.dropFirst(first).prefix(reader.frameCount))
    }

    /// nil where the file has no such record.
    private static func told(in path: String) throws(HDF5Error) -> [Bool]? {
        var group = try HDF5File.open(path).root
        for name in record.dropLast() {
            guard try group.hasLink(name), case .group(let inner) = try group.object(name) else { return nil }
            group = inner
        }
        guard let name = record.last, try group.hasLink(name) else { return nil }
        let value = try group.dataset(name).value()
        if case .bools(let flags, _) = value { return flags }
        // Programs that know no truth values write 0 and 1.
        guard case .numbers(let array) = value, let numbers = array.integers, numbers.allSatisfy({ $0 == 0 || $0 == 1 }) else {
            throw HDF5Error(
                .unsupported, "The record of valid frames is none", at: "\(path):\(place)", got: "\(value.shape)",
                expected: "one truth value a frame")
        }
        return numbers.map { $0 == 1 }
    }

    /// What is told of a series, for frames that are some of it: those that lie at the same places.
    private static func numbered(_ told: [Bool], of series: [FramePlace], as chosen: [FramePlace]) -> [Bool] {
        chosen.flatMap { place in
            (place.first..<place.first + place.count).map { inside in
                var start = 0
                for one in series {
                    if one.file == place.file, one.objectHeaderAddress == place.objectHeaderAddress,
                        (one.first..<one.first + one.count).contains(inside)
                    {
                        return told[start + inside - one.first]
                    }
                    start += one.count
                }
                // Nothing is known of it: another dataset than the series.
                return true
            }
        }
    }
}
