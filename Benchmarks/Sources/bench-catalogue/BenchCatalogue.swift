import Foundation
import RunCatalogue

/// The catalogue at its full size: `make bench-catalogue`, whose driver (bench_catalogue.py) starts this, compares with peers and limits, and
/// says what was reached.
@main
struct BenchCatalogue {
    static let help = """
        bench-catalogue prepare FILE --runs N [--files N] [--seed N]
        bench-catalogue measure FILE --runs N [--seed N] [--rounds N] [--only PART,…]

        prepare fills a new catalogue through the store's own protocol. measure takes figures of such a catalogue and changes it; its
        last line is JSON. PART: lists, searches, facets, files, peer, one, many, batches, sessions, runs.
        """

    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.isEmpty || arguments.contains("--help") { return print(help) }
            let options = try Options(arguments)
            let facility = try Facility(runs: options.runs, seed: options.seed)
            guard facility.blocks >= 100 else {
                throw BenchError("too few runs for tenths of 125: got \(options.runs), expected at least 12500")
            }
            switch options.command {
            case "prepare": try await prepare(options, facility)
            case "measure": try await measure(options, facility)
            default: throw BenchError("no such command: '\(options.command)'\n\(help)")
            }
        } catch {
            say("bench-catalogue: \(error)")
            exit(1)
        }
    }

    private static func prepare(_ options: Options, _ facility: Facility) async throws {
        guard !FileManager.default.fileExists(atPath: options.file) else {
            throw BenchError("there is a catalogue already: \(options.file)")
        }
        let store = try SQLiteCatalogue(path: options.file)
        try await Loading(facility: facility, store: store).load(files: options.files)
        try await store.tidy()
        try store.close()
    }

    private static func measure(_ options: Options, _ facility: Facility) async throws {
        let store = try SQLiteCatalogue(path: options.file)
        let now = try facility.now()
        let reading = Reading(facility: facility, store: store, rounds: options.rounds, now: now)
        var handing = HandingOver(facility: facility, store: store, rounds: min(5, options.rounds))
        let opening = Opening(facility: facility, store: store)
        var rows: [Row] = []
        for part in options.parts {
            switch part {
            case "lists": rows += try await reading.lists()
            case "searches": rows += try await reading.searches()
            case "facets": rows += try await reading.longFacets()
            case "files": rows += try await reading.files()
            case "peer": rows += try await BesidePeer(facility: facility, store: store, rounds: options.rounds).measure()
            case "one": rows.append(try await handing.oneByOne(blocks: 4))
            case "many": rows.append(try await handing.fromManyHosts(16, blocks: 16))
            case "batches": rows.append(try await handing.inBatches(blocks: 8, batches: 4))
            case "sessions": rows.append(try await opening.ofSessions())
            case "runs": rows.append(try await opening.ofRuns())
            default: throw BenchError("no such part: '\(part)'")
            }
            say("\(part) done")
        }
        try store.close()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(rows), as: UTF8.self))
    }
}

struct Options {
    let command: String
    let file: String
    var runs = 1_000_000
    var files = 1_000_000
    var seed: UInt64 = 1
    var rounds = 20
    var parts = ["lists", "searches", "facets", "files", "peer", "one", "many", "batches", "sessions", "runs"]

    init(_ arguments: [String]) throws {
        guard arguments.count >= 2 else { throw BenchError("a command and a file are missing\n\(BenchCatalogue.help)") }
        (command, file) = (arguments[0], arguments[1])
        var rest = arguments.dropFirst(2)
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchError("no value after \(option)") }
            func number() throws -> Int {
                guard let number = Int(value), number > 0 else { throw BenchError("not a number after \(option): '\(value)'") }
                return number
            }
            switch option {
            case "--runs": runs = try number()
            case "--files": files = try number()
            case "--seed": seed = UInt64(try number())
            case "--rounds": rounds = try number()
            case "--only": parts = value.split(separator: ",").map(String.init)
            default: throw BenchError("no such option: \(option)")
            }
        }
    }
}
