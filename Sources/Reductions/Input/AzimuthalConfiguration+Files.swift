import ChunkFile
import Diagnostics
import Digests
import Foundation

/// A file that a configuration names, as it was when the reduction began.
public struct NamedFile: Sendable, Equatable {
    /// What it is to the reduction: `mask`, `flat field`.
    public var role: String
    /// Absolute.
    public var path: String
    /// Lower-case hexadecimal.
    public var sha256: String

    public init(role: String, path: String, sha256: String) {
        self.role = role
        self.path = path
        self.sha256 = sha256
    }

    /// Where it lies is not what it is: only what two parts of a reduction must agree in.
    var fact: String { "file: \(role), sha256 \(sha256)" }
}

extension AzimuthalConfiguration {
    /// Every file that the configuration names, and what it is, in the order of the sections. A monitor that stands in the input is none.
    private var sources: [(role: String, source: ArraySource)] {
        var found: [(String, ArraySource?)] = []
        switch geometry.source {
        case .poni(let path): found.append(("geometry (PONI)", ArraySource(file: path)))
        case .nexus(let path): found.append(("geometry (NeXus)", ArraySource(file: path)))
        case .input, .given: break
        }
        found.append(("array of pixel corners", geometry.corners))
        found += mask.files.map { ("mask", $0.array) }
        found += [
            ("dark", corrections.dark), ("dark's variance", corrections.darkVariance), ("flat field", corrections.flat),
            ("monitor", corrections.monitor), ("variance", errors.variance),
        ]
        return found.compactMap { role, source in source.flatMap { $0.file.isEmpty ? nil : (role, $0) } }
    }

    /// Looks whether every file that the configuration names is there and may be read: what is wrong with one is wrong for every input,
    /// and is better said once, before the first.
    ///
    /// - Throws: `inputMissing`.
    public func requireFiles() throws(ReductionError) {
        for (role, source) in sources { try source.requireReadable(role) }
    }

    /// The files that the configuration names, with their digests.
    /// - Throws: `inputMissing`, `inputInvalid` for one that cannot be read.
    func namedFiles() throws(ReductionError) -> [NamedFile] {
        var files: [NamedFile] = []
        for (role, source) in sources {
            try source.requireReadable(role)
            do {
                let digest = try FileDigest.sha256(of: source.file, fileSystem: LocalFileSystem())
                files.append(NamedFile(role: role, path: Self.absolute(source.file), sha256: digest))
            } catch {
                throw ReductionError(.inputInvalid, "The file of the \(role) cannot be read", at: source.file, cause: error)
            }
        }
        return files
    }

    /// Absolute path of the configuration's own file, beside which its relative paths begin; nil without one.
    var absoluteFile: String? { file.isEmpty ? nil : Self.absolute(file) }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
