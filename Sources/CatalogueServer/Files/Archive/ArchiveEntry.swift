/// What stands before and behind a file in an archive as POSIX's `pax` writes it (IEEE Std 1003.1-2017, pax, "pax Interchange Format" and
/// "ustar Interchange Format"): blocks of 512 bytes. Names that are longer than a field or are not ASCII, and sizes of 8 GiB and more, stand in a
/// record before the entry.
package struct ArchiveEntry: Sendable {
    package static let block: Int64 = 512
    /// Two blocks of zeros.
    package static let endBytes: Int64 = 1024
    /// Eleven octal digits.
    private static let mostOctal: Int64 = 0o777_7777_7777

    package let path: String
    package let bytes: Int64
    /// The records of the extended header; empty: the entry needs none.
    private let records: [UInt8]

    package init(path: String, bytes: Int64) {
        self.path = path
        self.bytes = bytes
        var records: [UInt8] = []
        if path.utf8.count > 100 || path.utf8.contains(where: { $0 >= 0x80 }) { records += Self.record("path", path) }
        if bytes > Self.mostOctal { records += Self.record("size", "\(bytes)") }
        self.records = records
    }

    /// Of header, content and padding together; nil where no number holds it.
    package var wholeBytes: Int64? {
        let (padded, overflows) = bytes.addingReportingOverflow(Int64(paddingBytes))
        let (whole, overflowsToo) = padded.addingReportingOverflow(headerBytes)
        return overflows || overflowsToo ? nil : whole
    }

    package var headerBytes: Int64 {
        Self.block + (records.isEmpty ? 0 : Self.block + Int64(records.count + Self.padding(records.count)))
    }

    /// Behind the content, up to the next block.
    package var paddingBytes: Int { Self.padding(Int(bytes % Self.block)) }

    private static func padding(_ count: Int) -> Int { (512 - count % 512) % 512 }

    /// - Parameter modified: seconds since 1970; its length does not depend on it.
    package func header(modified: Int) -> [UInt8] {
        var header: [UInt8] = []
        let time = Int64(modified).clamped(to: 0...Self.mostOctal)
        if !records.isEmpty {
            header += Self.ustar("PaxHeaders/" + Self.plain(path), type: "x", bytes: Int64(records.count), modified: time)
            header += records
            header += [UInt8](repeating: 0, count: Self.padding(records.count))
        }
        // Readers that know records take nothing from the fields that a record replaces.
        header += Self.ustar(Self.plain(path), type: "0", bytes: bytes > Self.mostOctal ? 0 : bytes, modified: time)
        return header
    }

    /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var count = rest.utf8.count
        while "\(count)".utf8.count + rest.utf8.count != count { count = "\(count)".utf8.count + rest.utf8.count }
        return Array("\(count)\(rest)".utf8)
    }

    /// For the field: ASCII, and no longer than it.
    private static func plain(_ path: String) -> String {
        String(decoding: path.utf8.map { $0 < 0x80 ? $0 : UInt8(ascii: "_") }.prefix(100), as: UTF8.self)
    }

    private static func ustar(_ name: String, type: Unicode.Scalar, bytes: Int64, modified: Int64) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int, most: Int) {
            for (index, byte) in text.utf8.prefix(most).enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int64, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0, most: 100)
        put("0000644", at: 100, most: 7)
        put("0000000", at: 108, most: 7)
        put("0000000", at: 116, most: 7)
        put(octal(bytes, digits: 11), at: 124, most: 11)
        put(octal(modified, digits: 11), at: 136, most: 11)
        put("        ", at: 148, most: 8)
        header[156] = UInt8(ascii: type)
        put("ustar", at: 257, most: 5)
        put("00", at: 263, most: 2)
        // Of all bytes, with blanks in its own place.
        let sum = header.reduce(0) { $0 + Int64($1) }
        put(octal(sum, digits: 6) + "\0 ", at: 148, most: 8)
        return header
    }
}

extension Int64 {
    fileprivate func clamped(to range: ClosedRange<Int64>) -> Int64 {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
