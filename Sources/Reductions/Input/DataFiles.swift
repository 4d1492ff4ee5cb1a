import ChunkFile
import Diagnostics
import Digests
import Glibc
import HDF5

/// What tells the files with an input's frames from those that lay there before. A damaged one can be put right, or one that was not there
/// come, while the master file and the manifest stay as they are: what was reduced of the one is nothing of the other.
enum DataFiles {
    static let label = "data files: "

    /// How many, and one digest of the name, size and time of modification of each: their bytes may be a terabyte.
    /// - Throws: `inputInvalid`.
    static func fact(of reader: FrameDatasetReader) throws(ReductionError) -> String {
        let files: [String]
        do throws(HDF5Error) { files = try reader.files() } catch {
            throw ReductionError(.inputInvalid, error, at: reader.path)
        }
        var digest = SHA256()
        for file in files { Array("\(line(file))\n".utf8).withUnsafeBytes { digest.add($0) } }
        return label + "\(files.count), sha256 of names, sizes and times \(digest.finish())"
    }

    private static func line(_ file: String) -> String {
        let name = file.split(separator: "/").last ?? ""
        var facts = stat()
        guard stat(file, &facts) == 0 else { return "\(name) absent" }
        return "\(name) \(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
    }
}
