/// The entry for fuzzers: everything that bytes from outside can reach in this target.
///
/// Built with libFuzzer, `LLVMFuzzerTestOneInput` hands its bytes to ``run(_:)`` and returns 0; the tests hand it mutated messages.
public enum WireFuzzing {
    /// Decodes the bytes as a V2 message, as a V1 message (parts divided by bytes 0xff, which JSON cannot have), and as a recording.
    ///
    /// - Returns: how many of the three were accepted. It must return, whatever the bytes are.
    @discardableResult
    public static func run(_ bytes: UnsafeRawBufferPointer) -> Int {
        let whole = Array(bytes)
        var accepted = 0
        if (try? StreamDecoder(version: .v2).decode([whole])) != nil { accepted += 1 }
        let parts = whole.split(separator: 0xff, maxSplits: 40, omittingEmptySubsequences: false).map { Array($0) }
        if (try? StreamDecoder(version: .v1).decode(parts)) != nil { accepted += 1 }
        _ = StreamDecoder.detect(parts)
        if let recording = try? RecordedStream(bytes: whole) {
            accepted += 1
            for message in recording.messages { _ = try? MessageTemplate(message, version: .v1) }
        }
        if let template = try? MessageTemplate([whole], version: .v2) {
            let stamped = template.stamped(MessageStamp(seriesID: 1, frame: 2, uniqueID: "3", numberOfImages: 4))
            _ = try? StreamDecoder(version: .v2).decode(stamped)
        }
        return accepted
    }
}
