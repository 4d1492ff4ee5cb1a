import CReference
import Foundation

/// Mutated bytes from outside against the decoders, the reduction kernels and the index reader, under the address sanitizer.
@main
enum Mutate {
    static func main() {
        guard let options = Options(CommandLine.arguments.dropFirst()) else {
            FileHandle.standardError.write(Data((Options.usage + "\n").utf8))
            exit(2)
        }
        last_words_install()
        do {
            try run(options)
        } catch {
            FileHandle.standardError.write(Data("\nmutate: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ options: Options) throws {
        print("seed \(options.seed), from case \(options.first) on")
        if options.blocks > 0 {
            var run = try BlockRun(seed: options.seed)
            var progress = Progress("blocks", count: options.blocks)
            for batch in 0..<(options.blocks + BlockRun.lanes - 1) / BlockRun.lanes {
                try run.batch(options.first / BlockRun.lanes + batch)
                progress.show(run.tally.total)
            }
            print(run.tally.table(title: "blocks"))
            print(run.encodings.table(title: "frames"))
            print(progress.end())
        }
        if options.indexes > 0 {
            var run = IndexRun(seed: options.seed)
            var progress = Progress("chunk indexes", count: options.indexes)
            for number in options.first..<options.first + options.indexes {
                try run.one(number)
                progress.show(run.files.total)
            }
            print(run.files.table(title: "chunk indexes"))
            print(run.checksums.table(title: "checksums"))
            print("slowest: \(run.slowest_ns / 1000) µs of processor time, case \(run.slowestCase)")
            print(progress.end())
        }
    }
}
