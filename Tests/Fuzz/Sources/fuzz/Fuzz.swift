import Foundation

/// `fuzz TARGET [libFuzzer's arguments]` runs one fuzzer, `fuzz --seeds DIR` writes first inputs for all into DIR/TARGET, `fuzz --list`
/// names them. Several decoders in one program: it is linked once, and coverage counts in the code that they share.
///
/// The entry point is libFuzzer's own (llvm.org/docs/LibFuzzer.html); it calls the two functions at the end.
enum Fuzz {
    static let targets: [any FuzzTarget.Type] = [
        StreamV1Target.self, StreamV2Target.self, RecordingTarget.self, ChunkTarget.self, PixelTarget.self, ByteOffsetTarget.self,
        LedgerTarget.self, IndexTarget.self, ChunkMapTarget.self, BeamlineTarget.self, RunTextTarget.self,
        JSONTarget.self, EDFTarget.self, NPYTarget.self, TIFFTarget.self,
    ]

    /// libFuzzer's callback takes no context, so the choice is read from the command line at the first input.
    static let chosen: (any FuzzTarget.Type)? = {
        let name = CommandLine.arguments.dropFirst().first
        return targets.first { $0.name == name }
    }()

    /// Ends the process unless a fuzzer is to run.
    static func prepare() {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("--list", 1):
            for target in targets { print(target.name) }
            exit(0)
        case ("--seeds", 2):
            do {
                for target in targets { try writeSeeds(of: target, below: URL(fileURLWithPath: arguments.last ?? "")) }
                exit(0)
            } catch {
                FileHandle.standardError.write(Data("fuzz: \(error)\n".utf8))
                exit(1)
            }
        default:
            guard chosen == nil else { return }
            FileHandle.standardError.write(Data("usage: fuzz TARGET [ARGUMENTS] | fuzz --list | fuzz --seeds DIR\n".utf8))
            exit(2)
        }
    }

    private static func writeSeeds(of target: any FuzzTarget.Type, below root: URL) throws {
        let folder = root.appendingPathComponent(target.name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (number, seed) in try target.seeds().enumerated() {
            try Data(seed).write(to: folder.appendingPathComponent("seed-\(number)"))
        }
    }
}

/// Takes our first argument away from libFuzzer's.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
    Fuzz.prepare()
    let program = arguments.pointee[0]
    arguments.pointee += 1
    arguments.pointee[0] = program
    count.pointee -= 1
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    Fuzz.chosen?.run(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}
