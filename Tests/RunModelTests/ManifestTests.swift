import Diagnostics
import Foundation
import RunModel
import TestSupport
import Testing

@Suite struct ManifestTests {
    private let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    @Test func linesAreSortedAndReadBack() throws {
        let manifest = try Manifest([
            Manifest.Line(sha256: empty, path: "ledger/b.ledger"), Manifest.Line(sha256: empty, path: "a_master.h5"),
        ])
        #expect(manifest.text == "\(empty)  a_master.h5\n\(empty)  ledger/b.ledger\n")
        #expect(try Manifest(text: manifest.text) == manifest)
    }

    @Test(.enabled(if: ChildProcess.find("sha256sum") != nil, "needs sha256sum of coreutils"))
    func sha256sumAcceptsWhatIsWrittenAlsoForOddNames() throws {
        let folder = try TemporaryFolder("manifest")
        let names = ["plain.h5", "sub/with space.h5", "back\\slash", "line\nbreak"]
        for name in names { try folder.write("", to: name) }
        let manifest = try Manifest(names.map { try Manifest.Line(sha256: empty, path: $0) })
        try folder.write(manifest.text, to: "manifest.sha256")
        let check = try ChildProcess.run("sha256sum", ["-c", "--strict", "manifest.sha256"], in: folder.path)
        #expect(check.status == 0, "\(check.standardError)")
        #expect(try Manifest(text: manifest.text) == manifest)
        let theirs = try ChildProcess.run("sha256sum", names.sorted(), in: folder.path)
        #expect(try Manifest(text: theirs.standardOutput) == manifest)
    }

    @Test(arguments: ["/etc/passwd", "../x", "a/../b", "a//b", "", "a/", "./a", "a\u{0}b"])
    func aPathThatLeadsOutIsRefused(path: String) {
        let error = #expect(throws: RunModelError.self) { try Manifest.Line(sha256: empty, path: path) }
        #expect(error?.code == .badManifest)
        #expect(throws: RunModelError.self) { try FileEntry(path: path, role: .data, bytes: 1) }
    }

    @Test func aBrokenManifestIsRefused() throws {
        #expect(throws: RunModelError.self) { try Manifest(text: "hello\n") }
        #expect(throws: RunModelError.self) { try Manifest(text: "\(empty) x\n") }
        #expect(throws: RunModelError.self) { try Manifest(text: "\(empty.uppercased())  x\n") }
        #expect(throws: RunModelError.self) { try Manifest(text: "\(empty)  x\n\(empty)  x\n") }
    }
}
