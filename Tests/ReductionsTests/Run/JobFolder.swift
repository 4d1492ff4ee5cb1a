import ChunkFile
import Diagnostics
import Foundation
import Reductions
import RunModel
import TestSupport

/// An input of a hundred frames, two of them missing and one corrupt, and what jobs over it leave.
struct JobFolder {
    let folder: TemporaryFolder
    let input: FrameFile
    static let missing = [3, 4]
    static let corrupt = 20
    /// More than one thread takes before it can hear that a job is cancelled.
    static let count = 100

    static let bins = "bins: {unit: q_nm^-1, count: 50, from: 0.5, to: 6}\n"
    static let start = Timestamp(unixNanoseconds: 1_800_000_000_000_000_000)

    /// - Parameter inMemory: for many jobs, each of which waits for the disk many times.
    init(damaged: Bool = true, inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let isThere = inMemory && FileManager.default.isWritableFile(atPath: memory)
        folder = try TemporaryFolder("job", under: isThere ? memory : nil)
        input = try FrameFile(folder, "sample.h5", count: Self.count) { frame in
            guard damaged else { return .none }
            return Self.missing.contains(frame) ? .missing : frame == Self.corrupt ? .corrupt : .none
        }
    }

    /// At a time that stands still, so that two jobs differ in their identifiers only.
    func job(
        _ out: String, _ yaml: String = "", resumes: Bool = false, _ fileSystem: any FileSystem = LocalFileSystem()
    ) throws -> AzimuthalJob {
        var job = AzimuthalJob(
            input: try InputRun(path: input.path),
            configuration: try AzimuthalConfiguration(yaml: FrameFile.geometry + Self.bins + yaml, file: "test.yaml"),
            out: folder.file(out).path, version: "0.1.0")
        job.workers = 1
        job.resumes = resumes
        job.clock = ManualClock(Self.start)
        job.fileSystem = fileSystem
        return job
    }

    /// The folder of the derived run.
    func run(_ out: String) -> URL { folder.file(out).appendingPathComponent("sample_azimuthal") }

    func summary(_ out: String) throws -> RunSummary {
        try RunSummary(json: Data(contentsOf: run(out).appendingPathComponent("run.json")))
    }

    func names(_ out: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: run(out).path).sorted() }

    /// The bytes of the result without what is its own: all else must be the same after any interruption.
    func resultWithoutIdentifier(_ out: String) throws -> Data {
        let path = run(out).appendingPathComponent("sample_azimuthal.h5")
        var data = try Data(contentsOf: path)
        let pid = Data("\(try summary(out).pid)".utf8)
        var found = 0
        while let range = data.range(of: pid) {
            data.replaceSubrange(range, with: Data(repeating: UInt8(ascii: "x"), count: pid.count))
            found += 1
        }
        guard found > 0 else { throw ChildFailure(description: "\(path.path) does not carry the identifier of its run.json") }
        return data
    }
}
