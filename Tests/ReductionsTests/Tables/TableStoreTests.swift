import Dispatch
import Foundation
import Reductions
import Synchronization
import TestFileSystems
import TestSupport
import Testing

/// Tables that were kept are those that would be made.
@Suite struct TableStoreTests {
    @Test func sumsWithTablesOfTheFolderAreThoseWithoutToTheBit() throws {
        let trial = try TableTrial()
        for (number, yaml) in trial.configurations.enumerated() {
            let expected = try trial.sums(yaml, nil)
            let writer = TableStore(folder: trial.tables)
            let made = try trial.sums(yaml, writer)
            #expect(made == expected, "\(yaml)")
            #expect(writer.hits == 0 && writer.writes == 1, "\(yaml)")
            let reader = TableStore(folder: trial.tables)
            let kept = try trial.sums(yaml, reader)
            #expect(kept == expected, "\(yaml)")
            #expect(reader.hits == 1 && reader.writes == 0, "\(yaml)")
            let names = try trial.names()
            #expect(names.count == number + 1)
        }
    }

    @Test func whatIsMadeAsFastAsReadIsNotKept() throws {
        let trial = try TableTrial()
        let store = TableStore(folder: trial.tables)
        for _ in 0..<2 { _ = try trial.sums("bins: {count: 7}\nerrors: {model: azimuthal}\n", store) }
        #expect(store.hits == 0 && store.writes == 0)
        #expect(!FileManager.default.fileExists(atPath: trial.tables))
    }

    @Test func whatIsKeptIsForThisUserAlone() throws {
        let trial = try TableTrial()
        _ = try trial.sums(TableTrial.ways[0], TableStore(folder: trial.tables))
        func permissions(_ path: String) throws -> Int? {
            try (FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
        }
        let file = try permissions(trial.onlyFile())
        #expect(file == 0o600)
        for folder in ["cache", "cache/faisceau", "cache/faisceau/tables"] {
            let made = try permissions(trial.folder.path + "/" + folder)
            #expect(made == 0o700, "\(folder)")
        }
    }

    @Test func theTablesOfThisProcessStandBeforeThoseOfTheFolder() throws {
        let folder = try TemporaryFolder("tables")
        let file = try FrameFile(folder, count: 1)
        let configuration = try AzimuthalConfiguration(yaml: FrameFile.geometry + "splitting: bbox\n", file: "test.yaml")
        let store = TableStore(folder: folder.path + "/tables")
        let cache = PixelReductionCache(store)
        for _ in 0..<3 { _ = try AzimuthalPlan(configuration, for: FrameStore(path: file.path), cache: cache) }
        #expect(cache.hits == 2)
        #expect(store.hits == 0 && store.writes == 1)
    }

    @Test func aFolderThatCannotBeMadeCostsOneNote() throws {
        let trial = try TableTrial()
        try trial.folder.write("a file", to: "cache")
        let notes = Notes()
        let store = TableStore(folder: trial.tables, note: notes.take)
        for yaml in TableTrial.ways {
            let (made, expected) = (try trial.sums(yaml, store), try trial.sums(yaml, nil))
            #expect(made == expected)
        }
        #expect(store.hits == 0 && store.writes == 0)
        #expect(notes.all.count == 1)
        #expect(notes.all.first?.hasPrefix("tables are not kept: ") == true, "\(notes.all)")
    }

    @Test(arguments: [ENOSPC, EDQUOT, EROFS, EACCES]) func aRefusedWriteCostsOneNoteAndLeavesNothing(_ number: Int32) throws {
        let trial = try TableTrial()
        let notes = Notes()
        let system = FaultyFileSystem(.init(capacity: 3000, limitedSuffix: ".partial"))
        system.change { $0.capacityError = number }
        let store = TableStore(folder: trial.tables, fileSystem: system, note: notes.take)
        for yaml in [TableTrial.ways[2], TableTrial.ways[3]] {
            let (made, expected) = (try trial.sums(yaml, store), try trial.sums(yaml, nil))
            #expect(made == expected)
        }
        #expect(notes.all.count == 1, "\(notes.all)")
        let names = try trial.names()
        #expect(names == [])
    }

    @Test func shortAndInterruptedCallsDoNoHarm() throws {
        let trial = try TableTrial()
        let system = FaultyFileSystem(.init(halvesTransfers: true, interruptsEvery: 3))
        let notes = Notes()
        for yaml in TableTrial.ways {
            let expected = try trial.sums(yaml, nil)
            // A folder that is there: mkdir(2) is not interrupted on any file system, and is not asked again.
            try FileManager.default.createDirectory(atPath: trial.tables, withIntermediateDirectories: true)
            for _ in 0..<2 {
                let made = try trial.sums(yaml, TableStore(folder: trial.tables, fileSystem: system, note: notes.take))
                #expect(made == expected)
            }
            let reader = TableStore(folder: trial.tables, note: notes.take)
            let kept = try trial.sums(yaml, reader)
            #expect(kept == expected)
        }
        #expect(notes.all.filter { $0.contains("anew") } == [])
    }

    @Test func aProcessThatIsKilledAtAnyCallLeavesNoWrongTables() throws {
        let yaml = TableTrial.ways[2]
        for life in 0..<30 {
            let trial = try TableTrial()
            let expected = try trial.sums(yaml, nil)
            let system = FaultyFileSystem(.init(livesFor: life, diesHalfway: true))
            _ = try trial.sums(yaml, TableStore(folder: trial.tables, fileSystem: system))
            let notes = Notes()
            let store = TableStore(folder: trial.tables, note: notes.take)
            let made = try trial.sums(yaml, store)
            #expect(made == expected)
            #expect(store.hits + store.writes == 1)
            #expect(notes.all == [], "a partial file is none of a name that is looked at")
        }
    }

    @Test func manyWritersAndReadersAtOnceDoNoHarm() throws {
        let trial = try TableTrial()
        let ways = TableTrial.ways
        let expected = try ways.map { try trial.sums($0, nil) }
        let same = Atomic<Int>(0)
        let notes = Notes()
        DispatchQueue.concurrentPerform(iterations: 160) { number in
            let way = number % ways.count
            // Everyone in its turn finds the file missing, and writes it beside the others.
            if number % 5 == 0 {
                for name in (try? trial.names()) ?? [] where name.hasSuffix(".tables") {
                    try? FileManager.default.removeItem(atPath: trial.tables + "/" + name)
                }
            }
            let sums = try? trial.sums(ways[way], TableStore(folder: trial.tables, note: notes.take))
            if sums == expected[way] { same.add(1, ordering: .relaxed) }
        }
        #expect(same.load(ordering: .relaxed) == 160)
        #expect(notes.all == [])
        let names = try trial.names()
        #expect(names.allSatisfy { $0.hasSuffix(".tables") }, "nothing partial is left")
    }

    @Test func theFolderIsThatOfTheXDGSpecification() {
        #expect(TableStore.defaultFolder(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/faisceau/tables")
        #expect(TableStore.defaultFolder(["HOME": "/h"]) == "/h/.cache/faisceau/tables")
        #expect(TableStore.defaultFolder(["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/faisceau/tables")
        #expect(TableStore.defaultFolder(["XDG_CACHE_HOME": "", "HOME": ""]) == nil)
        #expect(TableStore.defaultFolder([:]) == nil)
    }
}
