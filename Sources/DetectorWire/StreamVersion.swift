/// The two stream interfaces of DECTRIS detectors.
public enum StreamVersion: String, Sendable, CaseIterable {
    /// "legacy": JSON and blobs in several parts, port 9999 (SIMPLON API reference 1.8, chapter 6).
    case v1
    /// CBOR in one part, port 31001 (dectris/documentation, `stream_v2`).
    case v2
}
