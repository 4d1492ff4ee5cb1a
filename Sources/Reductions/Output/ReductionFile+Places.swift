import ChunkFile
import Diagnostics
import ScatteringGeometry

// The names and the space of a result: what may exist already, what is locked, and whether it will fit.

extension ReductionFile {
    /// Also an empty file is somebody's.
    /// - Throws: `alreadyExists`.
    static func requireFree(_ path: String, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        guard try exists(path, fileSystem) else { return }
        throw existing(path)
    }

    static func existing(_ path: String, cause: (any Error)? = nil) -> ReductionFileError {
        ReductionFileError(
            .alreadyExists, "The result exists", at: path,
            remedy: "Nothing was overwritten; choose another name, or say that it is to be replaced", cause: cause)
    }

    static func exists(_ path: String, _ fileSystem: any FileSystem) throws(ReductionFileError) -> Bool {
        do throws(ChunkFileError) {
            fileSystem.closeFile(try fileSystem.open(path, .readOnly))
            return true
        } catch {
            if error.code == .notFound { return false }
            throw ReductionFileError(error)
        }
    }

    /// Takes the space of the whole result now, where the file system can: a disk that is too small says so before the first frame.
    /// - Throws: `diskFull`.
    func reserve() throws(ReductionFileError) {
        let size = Checkpoint.offsets(
            end: end, binCount: description.binCount, hasSpread: description.hasSpread
        ).end
        do throws(ChunkFileError) {
            try fileSystem.allocate(file, offset: 0, count: size, extendingSize: true)
        } catch {
            guard error.code == .diskFull else { return }
            throw ReductionFileError(
                .diskFull, "The result does not fit on this file system", at: path, got: error.got, expected: "\(size) bytes",
                remedy: "Free space, write elsewhere, take fewer bins, or leave out the sums of each frame", cause: error)
        }
    }

    /// The end of what belongs to HDF5: the superblock's end-of-file address. HDF5 File Format Specification, II.A, version 0.
    static func contentEnd(_ file: OpenFile, _ fileSystem: any FileSystem) throws(ReductionFileError) -> Int {
        let bytes = try fileSystem.bytes(file, at: 0, count: 48)
        let word = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 40, as: UInt64.self)) }
        guard bytes[8] == 0, let end = Int(exactly: word), end < 1 << 56 else {
            throw ReductionFileError(
                .unsupported, "This is no unfinished result of this program", at: file.path, got: "superblock \(bytes[8])",
                expected: "0")
        }
        return end
    }

    /// How far an unfinished file has come: its newest whole checkpoint. A file without any has no rows; one that was complete before its
    /// writer ended has all.
    static func state(
        _ file: OpenFile, _ fileSystem: any FileSystem, _ description: ReductionDescription, _ places: ReductionPlaces, end: Int
    ) throws(ReductionFileError) -> Checkpoint {
        let (binCount, hasSpread) = (description.binCount, description.hasSpread)
        var sums = CompensatedSums(binCount: binCount, hasSpread: hasSpread)
        if places.isComplete {
            var totals: [[Double]] = []
            for address in places.totalSums { totals.append(try doubles(file, fileSystem, at: address, count: binCount)) }
            do throws(GeometryError) { sums.add(try BinSums(inOrder: totals)) } catch {
                throw ReductionFileError(.unsupported, "The sums of all frames do not fit together", at: file.path, cause: error)
            }
            let failed = try fileSystem.bytes(file, at: places.failedCount, count: 8)
                .withUnsafeBytes { Int(Int64(littleEndian: $0.loadUnaligned(as: Int64.self))) }
            return Checkpoint(turn: 0, rows: description.frameCount, failed: failed, lastFrame: .max, sums: sums)
        }
        let offsets = Checkpoint.offsets(end: end, binCount: binCount, hasSpread: hasSpread)
        var newest = Checkpoint(turn: 0, rows: 0, failed: 0, lastFrame: 0, sums: sums)
        for offset in [offsets.first, offsets.second] {
            let bytes = try? fileSystem.bytes(
                file, at: offset, count: Checkpoint.byteCount(binCount: binCount, hasSpread: hasSpread))
            guard let bytes,
                let found = Checkpoint(bytes, binCount: binCount, hasSpread: hasSpread, frameCount: description.frameCount)
            else { continue }
            if found.turn > newest.turn { newest = found }
        }
        return newest
    }

    private static func doubles(
        _ file: OpenFile, _ fileSystem: any FileSystem, at offset: Int, count: Int
    ) throws(ReductionFileError) -> [Double] {
        try fileSystem.bytes(file, at: offset, count: 8 * count).withUnsafeBytes { bytes in
            (0..<count).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
        }
    }

    /// Renames the finished file, never over one of another: the name is taken first, by an empty file of ours.
    ///
    /// - Parameter lock: where it is noted that the empty file is ours. Without it a name that was taken and not given stays taken.
    /// - Throws: `alreadyExists`, `diskFull`, `cannotWrite`; the call may be repeated.
    static func giveName(
        _ path: String, replacing: Bool, lock: WriterLock? = nil, _ fileSystem: any FileSystem
    ) throws(ReductionFileError) {
        if !replacing { try takeName(path, lock, fileSystem) }
        do throws(ChunkFileError) {
            try fileSystem.rename(partialPath(path), to: path)
        } catch {
            // Gives the name back; where that fails too, the lock file keeps on saying whose the empty file is. A file server may have renamed
            // and lost its answer: then the name is the result's, and stays.
            if !replacing, isEmpty(path, fileSystem), (try? fileSystem.remove(path)) != nil { try? lock?.forgetTakenName() }
            throw ReductionFileError(error)
        }
        lock?.nameIsGiven()
    }

    private static func isEmpty(_ path: String, _ fileSystem: any FileSystem) -> Bool {
        guard let file = try? fileSystem.open(path, .readOnly) else { return false }
        defer { fileSystem.closeFile(file) }
        return (try? fileSystem.size(file)) == 0
    }

    private static func takeName(_ path: String, _ lock: WriterLock?, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        if let lock, !lock.hasTakenName {
            try requireFree(path, fileSystem)
            try lock.noteTakenName()
        }
        do throws(ChunkFileError) {
            do throws(ChunkFileError) {
                fileSystem.closeFile(try fileSystem.open(path, .createExclusively(permissions: 0o666)))
            } catch {
                guard error.code == .alreadyExists, lock?.hasTakenName == true else { throw error }
                guard isEmpty(path, fileSystem) else { throw error }
            }
        } catch {
            throw error.code == .alreadyExists ? existing(path) : ReductionFileError(error)
        }
    }

    /// Makes sure that names in the folder outlive a power cut.
    static func syncFolder(of path: String, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        let slash = path.lastIndex(of: "/")
        let folder: OpenFile
        do throws(ChunkFileError) {
            folder = try fileSystem.open(slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".", .readOnly)
        } catch {
            throw ReductionFileError(error)
        }
        defer { fileSystem.closeFile(folder) }
        try fileSystem.bringToDisk(folder, dataOnly: false)
    }
}
