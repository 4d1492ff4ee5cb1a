import Foundation
import Reductions
import TestSupport
import Testing

/// The folder of tables does not grow without end.
@Suite struct TableFolderTests {
    /// Tables of the same size and of another name each.
    private func yaml(_ number: Int) -> String { "bins: {count: 7}\nmask: {saturation: \(40 + number)}\n" }

    private func age(_ path: String, seconds: Double) throws {
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: path)
    }

    @Test func whatWasNotUsedForLongestGoesFirst() throws {
        let trial = try TableTrial()
        var paths: [String] = []
        for number in 0..<3 {
            let before = try? trial.names()
            _ = try trial.sums(yaml(number), TableStore(folder: trial.tables))
            let new = try #require(trial.names().first { before?.contains($0) != true })
            paths.append(trial.tables + "/" + new)
            try age(paths[number], seconds: 1000 - 100 * Double(number))
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: paths[0])
        let size = try #require((attributes[.size] as? NSNumber)?.intValue)
        // A hit makes the oldest the newest.
        let bounded = TableStore(folder: trial.tables, mostBytes: 3 * size)
        _ = try trial.sums(yaml(0), bounded)
        #expect(bounded.hits == 1)
        // The second is now what was not used for longest.
        _ = try trial.sums(yaml(3), bounded)
        #expect(paths.map { FileManager.default.fileExists(atPath: $0) } == [true, false, true])
        // With a bound that leaves no room for others, the newest stays.
        _ = try trial.sums(yaml(4), TableStore(folder: trial.tables, mostBytes: size + size / 2))
        let names = try trial.names()
        #expect(names.count == 1)
        let last = TableStore(folder: trial.tables)
        _ = try trial.sums(yaml(4), last)
        #expect(last.hits == 1)
    }

    @Test func tablesBeyondTheBoundAreNotKept() throws {
        let trial = try TableTrial()
        let notes = Notes()
        _ = try trial.sums(yaml(0), TableStore(folder: trial.tables, mostBytes: 1000, note: notes.take))
        #expect(!FileManager.default.fileExists(atPath: trial.tables))
        #expect(notes.all.count == 1)
        // Nor read: somebody else's bound was larger.
        _ = try trial.sums(yaml(0), TableStore(folder: trial.tables))
        let small = TableStore(folder: trial.tables, mostBytes: 1000, note: notes.take)
        let (made, expected) = (try trial.sums(yaml(0), small), try trial.sums(yaml(0), nil))
        #expect(made == expected)
        #expect(small.hits == 0)
    }

    @Test func onlyFilesOfOursAreRemoved() throws {
        let trial = try TableTrial()
        let digest = String(repeating: "a", count: 64)
        let names = [
            "thesis.tables", digest, digest + ".tables.bak", String(repeating: "g", count: 64) + ".tables",
            ".\(digest).12.ab.partial", ".\(String(repeating: "b", count: 64)).12.ab.partial", digest + ".tables",
        ]
        for name in names { try trial.folder.write([UInt8](repeating: 1, count: 50_000), to: "cache/faisceau/tables/" + name) }
        for name in names where !name.contains("bbb") { try age(trial.tables + "/" + name, seconds: 100_000) }
        _ = try trial.sums(yaml(0), TableStore(folder: trial.tables, mostBytes: 20_000))
        let left = try Set(trial.names())
        // What a killed process left, and old tables; a file that may still be written stays.
        #expect(Set(names).subtracting(left) == [names[4], names[6]])
        #expect(left.count == names.count - 2 + 1)
    }
}
