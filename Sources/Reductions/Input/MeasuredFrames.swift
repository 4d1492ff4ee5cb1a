import Diagnostics
import HDF5

/// Which frames of an input are measurements. A recorder that puts a masked frame in the place of each lost or invalid one, so that every
/// reader finds every number, says so in `frame_record/valid` of the detector (Sources/NeXus, Layout.md).
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
                isValid = []
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
