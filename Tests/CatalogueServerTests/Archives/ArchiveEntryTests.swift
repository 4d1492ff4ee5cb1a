import CatalogueServer
import Foundation
import TestSupport
import Testing

/// What stands before a file in an archive, judged by programs that others wrote.
struct ArchiveEntryTests {
    /// Lengths around those of the field, of the digits of a record's length, and of letters that are not ASCII.
    private static let paths = [
        "a", String(repeating: "b", count: 99), String(repeating: "b", count: 100), String(repeating: "b", count: 101),
        String(repeating: "deep/", count: 60) + "name.h5", "été/ﬁle Ω.h5", "with\nline \" and % and \\", "-rf", "a=b c",
        String(repeating: "c", count: 86) + "/d", String(repeating: "é", count: 400), String(repeating: "e", count: 980),
    ]

    private func archive(_ files: [(String, [UInt8])]) -> Data {
        var data = Data()
        for (path, bytes) in files {
            let entry = ArchiveEntry(path: path, bytes: Int64(bytes.count))
            let header = entry.header(modified: 1_778_328_000)
            #expect(Int64(header.count) == entry.headerBytes && header.count.isMultiple(of: 512))
            data += header + bytes + [UInt8](repeating: 0, count: entry.paddingBytes)
            #expect(entry.wholeBytes == Int64(header.count + bytes.count + entry.paddingBytes))
        }
        return data + Data(repeating: 0, count: Int(ArchiveEntry.endBytes))
    }

    @Test(.enabled(if: TestPython.isAvailable("json"), "\(TestPython.absence)"))
    func namesOfAllLengthsAreReadByPython() throws {
        let folder = try TemporaryFolder("archive")
        let file = folder.file("all.tar")
        let sizes = [0, 1, 511, 512, 513, 1024]
        let files = Self.paths.enumerated().map { ($1, [UInt8](repeating: 7, count: sizes[$0 % sizes.count])) }
        try archive(files).write(to: file)
        let output = try TestPython.run(script: PackageRoot.file("Tests/Judges/read_archive.py"), [file.path, "contents"])
        let told = try #require(
            try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: [Any]])
        #expect(Set(told.keys) == Set(Self.paths))
        for (path, bytes) in files { #expect(told[path]?.first as? Int == bytes.count, "\(path)") }
    }

    @Test(.enabled(if: ChildProcess.find("tar") != nil, "needs tar"))
    func namesAndSizesAreReadByTar() throws {
        let folder = try TemporaryFolder("archive")
        let file = folder.file("all.tar")
        let names = Self.paths.filter { !$0.contains("\n") && $0.utf8.count < 250 && $0.first != "-" }
        try archive(names.map { ($0, Array($0.utf8)) }).write(to: file)
        let into = folder.file("out").path
        try FileManager.default.createDirectory(atPath: into, withIntermediateDirectories: false)
        let output = try ChildProcess.run("/usr/bin/env", ["tar", "-xf", file.path, "-C", into])
        #expect(output.status == 0 && output.standardError.isEmpty, "\(output.standardError)")
        for name in names { #expect(try Data(contentsOf: URL(fileURLWithPath: into + "/" + name)) == Data(name.utf8), "\(name)") }
    }

    /// A size that no eleven octal digits hold: the file is one long hole.
    @Test(.enabled(if: ChildProcess.find("tar") != nil, "needs tar"))
    func sizesOfEightGiBAndMoreAreRight() throws {
        let folder = try TemporaryFolder("archive")
        for bytes in [(8 << 30) - 1, 8 << 30, 9 << 30] as [Int64] {
            let file = folder.file("large-\(bytes).tar")
            let entry = ArchiveEntry(path: "run/large.h5", bytes: bytes)
            let whole = try #require(entry.wholeBytes)
            let next = ArchiveEntry(path: "run/next", bytes: 3)
            try Data(entry.header(modified: 0)).write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: UInt64(whole))
            try handle.seek(toOffset: UInt64(whole))
            try handle.write(
                contentsOf: Data(next.header(modified: 0)) + Data("abc".utf8) + Data(repeating: 0, count: 509 + 1024))
            try handle.close()
            let output = try ChildProcess.run("/usr/bin/env", ["tar", "-tvf", file.path])
            #expect(output.status == 0 && output.standardError.isEmpty, "\(output.standardError)")
            #expect(output.standardOutput.contains(" \(bytes) ") && output.standardOutput.contains("run/next"))
            try FileManager.default.removeItem(at: file)
        }
    }

    @Test func whatNoNumberHoldsIsNoEntry() {
        #expect(ArchiveEntry(path: "a", bytes: .max).wholeBytes == nil)
        #expect(ArchiveEntry(path: "a", bytes: .max - 4096).wholeBytes != nil)
    }
}
