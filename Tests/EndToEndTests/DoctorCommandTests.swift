import Foundation
import TestSupport
import Testing

/// What `doctor` says of a machine, and of a folder where no run can be made.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct DoctorCommandTests {
    struct Report: Decodable {
        struct Finding: Decodable {
            let subject: String
            let level: String
            let found: String
            let remedy: String?
        }
        let ingest_possible: Bool
        let findings: [Finding]
        let exit_code: Int32
    }

    static func report(_ folder: String) throws -> Report {
        let output = try FaisceauProgram.run(["doctor", "--out", folder, "--json"])
        let report = try JSONDecoder().decode(Report.self, from: Data(output.standardOutput.utf8))
        #expect(output.status == report.exit_code)
        return report
    }

    @Test func everythingThatAnIngestNeedsIsLookedAt() throws {
        let folder = try TemporaryFolder("e2e")
        let report = try Self.report(folder.path)
        #expect(report.ingest_possible)
        #expect(report.exit_code == 0)
        let subjects = Set(report.findings.map(\.subject))
        let needed = ["rights", "space", "file-system", "memory", "cores", "clock", "kernels", "HDF5", "ZeroMQ", "LZ4", "zstd"]
        #expect(subjects.isSuperset(of: needed), "\(subjects)")
        #expect(report.findings.allSatisfy { $0.level == "fine" || $0.remedy?.isEmpty == false })
        // The folder was tried, and is as it was.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func aFolderThatTakesNoFilesIsAnObstacle() throws {
        // Not even root can make a file there.
        let report = try Self.report("/proc")
        #expect(!report.ingest_possible)
        #expect(report.exit_code == 1)
        let rights = try #require(report.findings.first { $0.subject == "rights" })
        #expect(rights.level == "impossible")
        #expect(rights.remedy?.isEmpty == false)
    }
}
