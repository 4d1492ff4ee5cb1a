import Foundation
import Frames

/// Times our codec on raw frames, one thread: the other half of `bench_codec.py`, which makes the frames and times hdf5plugin's
/// filter.
///
/// `bench-codec FRAMES.raw TYPE SLOW FAST ENCODING REPEATS [CHUNKS]`: one JSON object on stdout with the seconds of every
/// encode and decode, frame after frame. All memory is touched before the clock starts. With CHUNKS, the chunks go to that
/// file, each after its length (8 bytes, little-endian), so that the other side can decode them.
@main
struct BenchCodec {
    private struct Report: Encodable {
        var level = ""
        var encodeSeconds: [Double] = []
        var decodeSeconds: [Double] = []
        var framingCheckSeconds: [Double] = []
        var chunkBytes: [Int] = []
    }

    static func main() {
        do {
            try run()
        } catch {
            FileHandle.standardError.write(Data("bench-codec: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 7, let type = PixelType(rawValue: arguments[2]), let slow = Int(arguments[3]),
            let fast = Int(arguments[4]), let encoding = ChunkEncoding(rawValue: arguments[5]), let repeats = Int(arguments[6])
        else {
            FileHandle.standardError.write(Data("usage: bench-codec FRAMES.raw TYPE SLOW FAST ENCODING REPEATS [CHUNKS]\n".utf8))
            exit(2)
        }
        let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: type)
        let frames = [UInt8](try Data(contentsOf: URL(fileURLWithPath: arguments[1])))
        let chunkFile = arguments.count > 7 ? arguments[7] : nil
        let report = try measure(frames, format, encoding, repeats, chunkFile)
        print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
    }

    private static func measure(
        _ frames: [UInt8], _ format: FrameFormat, _ encoding: ChunkEncoding, _ repeats: Int, _ chunkFile: String?
    ) throws -> Report {
        var encoder = try ChunkEncoder(format: format, encoding: encoding)
        var decoder = try ChunkDecoder(format: format, encoding: encoding)
        var chunk = [UInt8](repeating: 1, count: encoder.maximumEncodedBytes)
        var pixels = [UInt8](repeating: 1, count: format.byteCount)
        var report = Report()
        var chunks = Data()
        report.level = try InstructionLevel.chosen().rawValue
        let clock = ContinuousClock()
        for turn in 0...repeats {
            for start in stride(from: 0, to: frames.count - format.byteCount + 1, by: format.byteCount) {
                var length = 0
                let encode = try clock.measure {
                    length = try chunk.withUnsafeMutableBytes { output in
                        try frames.withUnsafeBytes { input in
                            try encoder.encode(
                                UnsafeRawBufferPointer(rebasing: input[start..<(start + format.byteCount)]), into: output)
                        }
                    }
                }
                let decode = try clock.measure {
                    try pixels.withUnsafeMutableBytes { output in
                        try chunk.withUnsafeBytes { input in
                            try decoder.decode(UnsafeRawBufferPointer(rebasing: input[..<length]), into: output)
                        }
                    }
                }
                let check = try clock.measure {
                    try chunk.withUnsafeBytes { input in
                        try ChunkFraming.check(
                            UnsafeRawBufferPointer(rebasing: input[..<length]), encoding: encoding, format: format)
                    }
                }
                guard pixels.elementsEqual(frames[start..<(start + format.byteCount)]) else { throw Different() }
                // The first turn warms caches and page tables.
                if turn == 0 {
                    report.chunkBytes.append(length)
                    if chunkFile != nil {
                        withUnsafeBytes(of: UInt64(length).littleEndian) { chunks.append(contentsOf: $0) }
                        chunks.append(contentsOf: chunk[..<length])
                    }
                } else {
                    report.encodeSeconds.append(encode / .seconds(1))
                    report.decodeSeconds.append(decode / .seconds(1))
                    report.framingCheckSeconds.append(check / .seconds(1))
                }
            }
        }
        if let chunkFile { try chunks.write(to: URL(fileURLWithPath: chunkFile)) }
        return report
    }

    private struct Different: Error {}
}
