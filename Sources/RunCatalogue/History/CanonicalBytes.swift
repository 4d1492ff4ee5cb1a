import Digests

/// The bytes that digests are taken of: each part with its kind and its length before it, so that no two lists of parts give the same bytes.
struct CanonicalBytes: ~Copyable {
    private var digest = SHA256()
    /// Parts are short and many: they are gathered here, and digested by the pieceful.
    private var gathered: [UInt8] = []
    private static let piece = 1 << 14

    /// - Parameter purpose: what is digested, and the version of its layout; never changed for what was stored.
    init(_ purpose: String) {
        gathered.reserveCapacity(Self.piece)
        add(purpose)
    }

    mutating func add(_ text: String?) {
        guard var text else { return add(kind: 0, count: 0) }
        text.withUTF8 { bytes in
            add(kind: 1, count: bytes.count)
            gathered.append(contentsOf: bytes)
        }
        digestFullPiece()
    }

    mutating func add(_ number: Int64?) {
        guard let number else { return add(kind: 0, count: 0) }
        add(kind: 2, count: 8)
        withUnsafeBytes(of: number.littleEndian) { gathered.append(contentsOf: $0) }
    }

    mutating func add(_ number: Double?) {
        guard let number else { return add(kind: 0, count: 0) }
        add(kind: 3, count: 8)
        withUnsafeBytes(of: number.bitPattern.littleEndian) { gathered.append(contentsOf: $0) }
    }

    mutating func add(_ bytes: [UInt8]) {
        add(kind: 4, count: bytes.count)
        gathered.append(contentsOf: bytes)
    }

    private mutating func add(kind: UInt8, count: Int) {
        gathered.append(kind)
        withUnsafeBytes(of: UInt64(count).littleEndian) { gathered.append(contentsOf: $0) }
    }

    private mutating func digestFullPiece() {
        guard gathered.count >= Self.piece else { return }
        gathered.withUnsafeBytes { digest.add($0) }
        gathered.removeAll(keepingCapacity: true)
    }

    consuming func finish() -> RecordDigest {
        gathered.withUnsafeBytes { digest.add($0) }
        return RecordDigest(bytes: digest.finishBytes())
    }
}
