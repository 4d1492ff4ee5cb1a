import Diagnostics
import Frames
import HDF5
import Reductions
import ScatteringGeometry

// ReductionLibrary: the azimuthal reduction for callers of C (faisceau_reduction.h says what each function does), and of Python
// (Python/faisceau_reduction.py). Nothing but conversion is done here.
//
// It is a guest in somebody's process, unlike the program: it leaves the environment (HDF5_USE_FILE_LOCKING) and libhdf5's own end
// (H5dont_atexit) alone, since the host may share that library and rely on both. It only reads, so nothing of it can be lost at exit.

/// What a handle stands for.
final class ReductionHandle: Sendable {
    let store: FrameStore
    let plan: AzimuthalPlan
    let chunks: ChunkReduction

    init(input: String, configuration text: String?) throws {
        let input = try InputRun(path: input)
        try input.requireSealed()
        let configuration = try Self.configuration(text)
        // A row of bins is all that a caller has room for: sums that nobody would see are not made.
        guard configuration.regions.isEmpty else {
            throw ReductionError(
                .notSupported, "Regions of interest are not handed out here", at: "\(configuration.file), regions",
                got: "\(configuration.regions.count) of them", expected: "none",
                remedy: "Leave out `regions`; `faisceau reduce azimuthal` writes them")
        }
        store = try FrameStore(
            path: input.file, dataset: configuration.frames.dataset, channel: configuration.frames.channel)
        plan = try AzimuthalPlan(configuration, for: store)
        chunks = ChunkReduction(plan: plan)
    }

    /// A text with a line feed, or with a key, is YAML; anything else is the path of a file.
    private static func configuration(_ text: String?) throws -> AzimuthalConfiguration {
        guard let text, !text.isEmpty else { return try AzimuthalConfiguration(yaml: "", file: "configuration") }
        if text.contains("\n") || text.contains(": ") { return try AzimuthalConfiguration(yaml: text, file: "configuration") }
        return try AzimuthalConfiguration(contentsOf: text)
    }

    /// The handle behind a pointer of C; nil for NULL.
    static func of(_ pointer: UnsafeRawPointer?) -> ReductionHandle? {
        pointer.map { Unmanaged<ReductionHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    /// As ``of(_:)``.
    /// - Throws: `inputMissing` for NULL.
    static func required(_ pointer: UnsafeRawPointer?) throws(ReductionError) -> ReductionHandle {
        guard let handle = of(pointer) else {
            throw ReductionError(
                .inputMissing, "There is no reduction", got: "NULL", expected: "what faisceau_reduction_open returned")
        }
        return handle
    }
}

/// Room for a text that a caller of C gave.
struct CallerText {
    private let room: UnsafeMutablePointer<CChar>?
    private let bytes: Int

    /// Whatever stood there is forgotten, so that an old sentence is not taken for a new one.
    init(_ room: UnsafeMutablePointer<CChar>?, _ bytes: UInt) {
        self.room = room
        self.bytes = Int(clamping: bytes)
        if let room, bytes > 0 { room[0] = 0 }
    }

    /// Puts as much of a text there as fits, ended by a zero; a letter that does not fit whole is left out.
    /// - Returns: the bytes that all of it needs, without the zero.
    @discardableResult
    func put(_ text: String) -> Int {
        guard let room, bytes > 0 else { return text.utf8.count }
        var count = 0
        for scalar in text.unicodeScalars {
            let units = UTF8.encode(scalar).map(Array.init) ?? []
            // A zero in the text would end it for the reader.
            guard count + units.count < bytes, scalar != "\0" else { break }
            for unit in units {
                room[count] = CChar(bitPattern: unit)
                count += 1
            }
        }
        room[count] = 0
        return text.utf8.count
    }
}
