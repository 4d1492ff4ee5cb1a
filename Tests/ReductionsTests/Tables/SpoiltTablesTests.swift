import ChunkFile
import Foundation
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// Whatever stands in a file of tables: the sums are those without it, it is replaced, and a note says so.
@Suite struct SpoiltTablesTests {
    private struct Kept {
        let trial: TableTrial
        let yaml: String
        let path: String
        let bytes: [UInt8]
        let expected: [[UInt64]]

        init(_ yaml: String) throws {
            self.yaml = yaml
            trial = try TableTrial()
            expected = try trial.sums(yaml, nil)
            _ = try trial.sums(yaml, TableStore(folder: trial.tables))
            path = try trial.onlyFile()
            bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        }

        /// What is expected of every file that is not the one that was written.
        func refuses(_ spoilt: [UInt8], _ words: @autoclosure () -> String) throws {
            try Data(spoilt).write(to: URL(fileURLWithPath: path))
            let notes = Notes()
            let store = TableStore(folder: trial.tables, note: notes.take)
            // Arrays in a failure's words would be megabytes.
            let isSame = try trial.sums(yaml, store) == expected
            #expect(isSame, "\(words())")
            #expect(store.hits == 0 && store.writes == 1, "\(words())")
            #expect(notes.all.count == 1 && notes.all[0].hasPrefix("tables are computed anew: "), "\(words()): \(notes.all)")
            let isReplaced = Array(try Data(contentsOf: URL(fileURLWithPath: path))) == bytes
            #expect(isReplaced, "\(words())")
        }

        /// The same with the digest that belongs to it: not spoilt by accident.
        func refusesForged(_ words: String, _ forge: (inout [UInt8]) -> Void) throws {
            var forged = Array(bytes.dropLast(16))
            forge(&forged)
            let digest = forged.withUnsafeBytes { ChunkDigest.of($0) }
            for word in [digest.low, digest.high] { withUnsafeBytes(of: word.littleEndian) { forged.append(contentsOf: $0) } }
            try refuses(forged, words)
        }
    }

    @Test(arguments: TableTrial.ways) func aFileOfAnotherLengthIsRefused(_ yaml: String) throws {
        let kept = try Kept(yaml)
        let count = kept.bytes.count
        for length in Array(0...150) + Array(stride(from: 151, to: count, by: max(1, count / 60))) + [count - 16, count - 1] {
            try kept.refuses(Array(kept.bytes.prefix(length)), "\(length) of \(count) bytes")
        }
        try kept.refuses(kept.bytes + [0], "one more byte")
        try kept.refuses(kept.bytes + kept.bytes, "twice")
    }

    @Test(arguments: TableTrial.ways) func aByteThatChangedIsRefused(_ yaml: String) throws {
        let kept = try Kept(yaml)
        let count = kept.bytes.count
        var generator = SeededGenerator(seed: 5)
        for place in Array(0..<144) + Array(stride(from: 144, to: count, by: max(1, count / 80))) + Array(count - 16..<count) {
            var spoilt = kept.bytes
            spoilt[place] ^= UInt8.random(in: 1...255, using: &generator)
            try kept.refuses(spoilt, "byte \(place)")
        }
    }

    @Test(arguments: TableTrial.ways) func theHeaderOfOtherTablesIsRefusedAlsoWithItsDigest(_ yaml: String) throws {
        let kept = try Kept(yaml)
        for (place, name) in [
            (0, "magic"), (8, "version"), (12, "algorithm"), (16, "request"), (79, "request"), (80, "slow"), (88, "fast"),
            (96, "bins"), (104, "entries"), (112, "bytes"), (120, "way"), (124, "bytes of a number"),
        ] { try kept.refusesForged(name) { $0[place] &+= 1 } }
        for (place, ends) in [(128, [Double.nan, .infinity, -1, 1e300]), (136, [.nan, .infinity, -1, 0])] {
            for end in ends {
                try kept.refusesForged("range \(end)") { bytes in
                    withUnsafeBytes(of: end.bitPattern.littleEndian) { bytes.replaceSubrange(place..<place + 8, with: $0) }
                }
            }
        }
        for entries: [UInt8] in [
            Array(repeating: 0xFF, count: 8), [0, 0, 0, 0x20, 0, 0, 0, 0], [1, 0, 0, 0x20, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 0x80],
        ] { try kept.refusesForged("\(entries) entries") { $0.replaceSubrange(104..<112, with: entries) } }
    }

    @Test func numbersThatLeadOutOfTheArraysAreRefusedAlsoWithTheirDigest() throws {
        func put(_ number: UInt32, at place: Int) -> (inout [UInt8]) -> Void {
            { bytes in withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(place..<place + 4, with: $0) } }
        }
        let pixels = 24 * 31
        for yaml in [TableTrial.ways[2], TableTrial.ways[3]] {
            let kept = try Kept(yaml)
            let entries = kept.bytes[104..<107].reversed().reduce(0) { $0 << 8 | Int($1) }
            let bins = 144 + 4 * (pixels + 1)
            let weights = bins + 4 * entries
            for offset in [UInt32.max, UInt32(entries) + 1] {
                for pixel in [0, 1, 100, pixels - 1, pixels] {
                    try kept.refusesForged("offset \(offset) of \(pixel)", put(offset, at: 144 + 4 * pixel))
                }
            }
            try kept.refusesForged("offsets that fall", put(0, at: 144 + 4 * pixels / 2))
            for bin in [UInt32(7), 8, 1 << 31, .max] {
                for entry in [0, entries / 2, entries - 1] {
                    try kept.refusesForged("bin \(bin) of \(entry)", put(bin, at: bins + 4 * entry))
                }
            }
            for weight in [Float.nan, .infinity, -1] {
                try kept.refusesForged("weight \(weight)", put(weight.bitPattern, at: weights + 4 * (entries / 3)))
            }
        }
        let narrow = try Kept(TableTrial.ways[0])
        for (low, high): (UInt8, UInt8) in [(8, 0), (255, 255), (0, 128)] {
            for pixel in [0, pixels / 2, pixels - 1] {
                try narrow.refusesForged("bin \(low), \(high) of \(pixel)") {
                    ($0[144 + 2 * pixel], $0[145 + 2 * pixel]) = (low, high)
                }
            }
        }
        let wide = try Kept(TableTrial.ways[1])
        for bin in [UInt32(72_001), 1 << 31, .max] {
            for pixel in [0, pixels / 2, pixels - 1] { try wide.refusesForged("bin \(bin)", put(bin, at: 144 + 4 * pixel)) }
        }
    }

    @Test(arguments: TableTrial.ways) func theTablesOfAnotherRequestAreRefusedUnderThisName(_ yaml: String) throws {
        let kept = try Kept(yaml)
        let other = try Kept(yaml + (yaml.contains("errors") ? "mask: {saturation: 30}\n" : "errors: {model: none}\n"))
        #expect(other.bytes.count == kept.bytes.count)
        try kept.refuses(other.bytes, "tables of other errors")
    }

    @Test func aFolderInThePlaceOfTheFileIsNotUsed() throws {
        let kept = try Kept(TableTrial.ways[2])
        try FileManager.default.removeItem(atPath: kept.path)
        try FileManager.default.createDirectory(atPath: kept.path, withIntermediateDirectories: false)
        let notes = Notes()
        let store = TableStore(folder: kept.trial.tables, note: notes.take)
        let sums = try kept.trial.sums(kept.yaml, store)
        #expect(sums == kept.expected)
        #expect(store.hits == 0 && store.writes == 0)
        #expect(notes.all.count == 2, "that it cannot be read, and not be written")
    }
}
