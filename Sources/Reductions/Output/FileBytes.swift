import ChunkFile
import Diagnostics

/// Bytes between memory and a place in a file, with this target's errors.
extension FileSystem {
    /// - Throws: `diskFull`, `cannotWrite`.
    func put(_ bytes: [UInt8], _ file: OpenFile, at offset: Int) throws(ReductionFileError) {
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(ChunkFileError) in try write(file, bytes, at: offset) }
        }
        if case .failure(let error) = outcome { throw ReductionFileError(error) }
    }

    /// - Throws: `cannotRead`, also when the file is shorter.
    func bytes(_ file: OpenFile, at offset: Int, count: Int) throws(ReductionFileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let outcome = bytes.withUnsafeMutableBytes { bytes in
            Result { () throws(ChunkFileError) in try read(file, into: bytes, at: offset) }
        }
        switch outcome {
        case .failure(let error):
            throw ReductionFileError(.cannotRead, error.what, at: error.place, got: error.got, cause: error)
        case .success(let found):
            guard found == count else {
                throw ReductionFileError(
                    .cannotRead, "The file ends too early", at: "\(file.path), offset \(offset)", got: "\(found) bytes",
                    expected: "\(count)")
            }
            return bytes
        }
    }

    /// - Throws: `diskFull`, `cannotWrite`.
    func bringToDisk(_ file: OpenFile, dataOnly: Bool = true) throws(ReductionFileError) {
        do throws(ChunkFileError) { try sync(file, dataOnly: dataOnly) } catch { throw ReductionFileError(error) }
    }
}
