import ChunkFile
import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

extension TableFile {
    /// Reads tables of a request; whatever the file has in it, they are those that were written, or there are none.
    ///
    /// - Parameter most: bytes that a file may have.
    /// - Throws: `unsupported` for a file of another version or request, `cannotRead` for a damaged one.
    static func read(
        _ request: PixelReductionRequest, digest: String, from file: OpenFile, most: Int, _ fileSystem: any FileSystem
    ) throws(ReductionFileError) -> StoredTables {
        let size: Int
        do throws(ChunkFileError) { size = try fileSystem.size(file) } catch {
            throw ReductionFileError(.cannotRead, error.what, at: file.path, cause: error)
        }
        let header = try fileSystem.bytes(file, at: 0, count: headerBytes)
        func word(at place: Int) -> UInt64 { header[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        let entries = word(at: entryCountPlace)
        guard entries <= UInt64(SplitMatrix.maximumEntryCount) else {
            throw damaged("\(entries) entries", "\(SplitMatrix.maximumEntryCount) at most", file)
        }
        let facts = Facts(
            request, digest: digest, entryCount: Int(entries), lower: Double(bitPattern: word(at: rangePlace)),
            upper: Double(bitPattern: word(at: rangePlace + 8)))
        guard header == facts.header else {
            throw ReductionFileError(
                .unsupported, "The header of these tables is another one", at: file.path,
                expected: "version \(version), algorithm \(algorithm), \(facts.shape), \(facts.binCount) bins")
        }
        guard size == facts.byteCount, size <= most else {
            throw damaged("\(size) bytes", "\(facts.byteCount), \(most) at most", file)
        }
        var reader = ArrayReader(file, fileSystem, header)
        let tables = try tables(facts, &reader)
        let told = try fileSystem.bytes(file, at: size - digestBytes, count: digestBytes)
        guard told == bytes(of: reader.digest) else { throw damaged("another digest", "that of the tables", file) }
        // The digest says that they are as they were written; that no number leads out of an array is looked at all the same.
        return StoredTables(lower: facts.lower, upper: facts.upper, arrays: try tables.checked(facts, file))
    }

    private static func tables(_ facts: Facts, _ reader: inout ArrayReader) throws(ReductionFileError) -> UncheckedTables {
        let pixels = facts.shape.pixelCount
        var tables = UncheckedTables()
        if facts.way != .whole {
            tables.offsets = try reader.take(pixels + 1)
            tables.bins = try reader.take(facts.entryCount)
            tables.weights = try reader.take(facts.entryCount)
        } else if facts.numberBytes == 2 {
            tables.numbers = .narrow(try reader.take(pixels))
        } else {
            tables.numbers = .wide(try reader.take(pixels))
        }
        guard facts.way != .decoded else { return tables }
        let count = facts.binCount
        tables.totals = try StaticTotals(
            norm: reader.take(count), norm2: reader.take(count), count: reader.take(count), dark: reader.take(count),
            darkVariance: reader.take(count), entryCounts: reader.take(count))
        return tables
    }

    private static func damaged(_ got: String, _ expected: String, _ file: OpenFile) -> ReductionFileError {
        ReductionFileError(.cannotRead, "These tables are damaged", at: file.path, got: got, expected: expected)
    }
}

/// Arrays as they came from a file.
private struct UncheckedTables {
    var offsets: [UInt32] = []
    var bins: [UInt32] = []
    var weights: [Float] = []
    var numbers: BinTable.Numbers = .narrow([])
    var totals = StaticTotals(norm: [], norm2: [], count: [], dark: [], darkVariance: [], entryCounts: [])

    /// - Throws: `cannotRead` for a number that leads out of its array.
    func checked(_ facts: TableFile.Facts, _ file: OpenFile) throws(ReductionFileError) -> StoredArrays {
        if facts.way == .whole {
            do throws(FrameError) {
                return .whole(try BinTable(stored: numbers, binCount: facts.binCount), totals)
            } catch { throw Self.refused(error, file) }
        }
        do throws(GeometryError) {
            let matrix = try SplitMatrix(
                shape: facts.shape, binCount: facts.binCount, offsets: offsets, bins: bins, weights: weights)
            return facts.way == .split ? .split(matrix, totals) : .decoded(matrix)
        } catch { throw Self.refused(error, file) }
    }

    private static func refused(_ error: any Diagnosed, _ file: OpenFile) -> ReductionFileError {
        ReductionFileError(
            .cannotRead, error.what, at: file.path, got: error.got, expected: error.expected, cause: error)
    }
}

/// Arrays one after the other, and the digest of them all.
private struct ArrayReader {
    private let file: OpenFile
    private let fileSystem: any FileSystem
    private let stream = ChunkDigest.Stream()
    private var offset: Int

    init(_ file: OpenFile, _ fileSystem: any FileSystem, _ header: [UInt8]) {
        self.file = file
        self.fileSystem = fileSystem
        offset = header.count
        header.withUnsafeBytes { stream.update($0) }
    }

    /// Of the header and what was taken.
    var digest: ChunkDigest { stream.digest }

    /// - Throws: `cannotRead`, also when the file is shorter.
    mutating func take<Element: BitwiseCopyable>(_ count: Int) throws(ReductionFileError) -> [Element] {
        var failure: ReductionFileError?
        let start = offset
        let values = [Element](unsafeUninitializedCapacity: count) { room, filled in
            let bytes = UnsafeMutableRawBufferPointer(start: room.baseAddress, count: count * MemoryLayout<Element>.stride)
            do throws(ReductionFileError) {
                try fill(bytes, from: start)
                filled = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        offset += count * MemoryLayout<Element>.stride
        return values
    }

    private func fill(_ bytes: UnsafeMutableRawBufferPointer, from start: Int) throws(ReductionFileError) {
        var done = 0
        while done < bytes.count {
            let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[done..<min(bytes.count, done + TableFile.pieceBytes)])
            let found: Int
            do throws(ChunkFileError) { found = try fileSystem.read(file, into: piece, at: start + done) } catch {
                throw ReductionFileError(.cannotRead, error.what, at: error.place, got: error.got, cause: error)
            }
            guard found == piece.count else {
                throw ReductionFileError(.cannotRead, "The file ends too early", at: file.path)
            }
            stream.update(UnsafeRawBufferPointer(piece))
            done += piece.count
        }
    }
}
