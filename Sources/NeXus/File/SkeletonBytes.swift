import Diagnostics
import Frames
import Glibc
import HDF5

/// The bytes of a closed skeleton (a few kilobytes), to name its filter and to see where the chunk index will be pointed to.
///
/// Why the filter is named by its bytes: the bitshuffle plugin, where it is installed, changes the parameters when a dataset is made, and an
/// installed one cannot be kept from it. So the library is given a number for tests, which no plugin has, and the number is replaced:
/// the file is the same on every machine, with the parameters that stand in DECTRIS files.
struct SkeletonBytes {
    private let path: String
    private var bytes: [UInt8]

    var count: Int { bytes.count }

    /// Numbers 256 to 511 are kept for tests by the HDF Group; no plugin is published with one.
    private static let provisionalNumber: UInt32 = 301
    private static let largest = 1 << 20

    init(path: String) throws(NeXusError) {
        self.path = path
        bytes = []
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("cannot open a skeleton", path) }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size > 0, size <= Self.largest else {
            throw NeXusError(.skeletonUnsuitable, "a skeleton of unexpected size", at: path, got: "\(size) bytes")
        }
        var read = [UInt8](repeating: 0, count: size)
        let got = read.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, size, 0) }
        guard got == size else { throw Self.failure("cannot read a skeleton", path) }
        bytes = read
    }

    /// The filter to create the dataset with. Optional, since it is not there.
    static func provisionalFilter(_ encoding: ChunkEncoding, elementSize: Int) -> HDF5Filter {
        HDF5Filter(
            identifier: provisionalNumber, isOptional: true, parameters: encoding.filterParameters(elementSize: elementSize))
    }

    /// Replaces the provisional number by the filter's, and makes it mandatory, as in DECTRIS files: a reader without the plugin then says so.
    mutating func nameFilter(_ encoding: ChunkEncoding, elementSize: Int) throws(NeXusError) {
        guard let identifier = encoding.hdf5FilterID else { return }
        let parameters = encoding.filterParameters(elementSize: elementSize)
        // Filter description of a version 1 pipeline message (File Format Specification 3.0, IV.A.2.l): number, length of the name (none),
        // flags, number of parameters, parameters.
        func head(_ number: UInt32, flags: UInt16) -> [UInt8] {
            Self.little(UInt16(truncatingIfNeeded: number)) + [0, 0] + Self.little(flags)
                + Self.little(UInt16(parameters.count))
        }
        let tail = parameters.flatMap { Self.little($0) }
        let place = try only(head(Self.provisionalNumber, flags: 1) + tail, "filter description")
        let description = head(identifier, flags: 0)
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("cannot open a skeleton for writing", path) }
        defer { close(descriptor) }
        guard pwrite(descriptor, description, description.count, off_t(place)) == description.count else {
            throw Self.failure("cannot write a skeleton", path)
        }
        bytes.replaceSubrange(place..<place + description.count, with: description)
    }

    /// Where the address of the chunk index stands: byte 3 of the layout message, version 3, class chunked (IV.A.2.i).
    func indexRootOffset(_ format: FrameFormat) throws(NeXusError) -> Int {
        let axes = [1, UInt32(format.shape.slow), UInt32(format.shape.fast), UInt32(format.pixelType.byteCount)]
        let undefined = [UInt8](repeating: 0xFF, count: 8)
        return try only([3, 2, 4] + undefined + axes.flatMap { Self.little($0) }, "layout message") + 3
    }

    /// The place of a pattern that must occur exactly once.
    private func only(_ pattern: [UInt8], _ what: String) throws(NeXusError) -> Int {
        var places: [Int] = []
        for start in 0...max(0, bytes.count - pattern.count) where bytes[start...].starts(with: pattern) { places.append(start) }
        guard let place = places.first, places.count == 1 else {
            throw NeXusError(
                .skeletonUnsuitable, "HDF5 laid the skeleton out in an unknown way", at: path,
                got: "\(places.count) of its \(what)",
                expected: "1", remedy: "HDF5 \(HDF5Library.version) is in use; 1.10 to 1.14 are known to do")
        }
        return place
    }

    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private static func failure(_ what: String, _ path: String) -> NeXusError {
        NeXusError(.cannotWrite, what, at: path, got: String(cString: strerror(errno)))
    }
}
