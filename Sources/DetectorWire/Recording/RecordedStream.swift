import Diagnostics
import Glibc

/// Messages as they were received, kept in a file: for replay and tests.
///
/// A `.cbors` file is a sequence of CBOR items, one a message, each an array of byte strings: its parts (the format of
/// dranspose's recordings). A `.cbor` file with one Stream V2 message, or several one after another, is read too.
public struct RecordedStream: Sendable, Equatable {
    /// Messages of parts, in the order of the recording.
    public var messages: [[[UInt8]]]

    public init(messages: [[[UInt8]]]) {
        self.messages = messages
    }

    /// Reads a recording that is in memory.
    ///
    /// - Throws: `truncated` and `malformed` for a damaged one (with the number of the message), `limitExceeded`.
    public init(bytes: [UInt8], limits: WireLimits = .standard) throws(WireError) {
        messages = []
        let read = bytes.withUnsafeBytes { (buffer) -> Result<[[[UInt8]]], WireError> in
            do throws(WireError) {
                return .success(try Self.messages(in: buffer, limits: limits))
            } catch {
                return .failure(error)
            }
        }
        messages = try read.get()
    }

    /// Reads a recording from a file.
    ///
    /// - Throws: `recording` when the file cannot be read, and what ``init(bytes:limits:)`` throws.
    public init(path: String, limits: WireLimits = .standard) throws(WireError) {
        self = try Self(bytes: try Self.contents(path, limits: limits), limits: limits)
    }

    /// The recording as `.cbors`.
    public func encoded() -> [UInt8] {
        var writer = CBORWriter(reserving: messages.reduce(0) { $0 + $1.reduce(16) { $0 + $1.count + 9 } })
        for parts in messages {
            writer.beginArray(parts.count)
            for part in parts { writer.byteString(part) }
        }
        return writer.bytes
    }

    /// Gives one message as `.cbors`, piece by piece and without copying its parts: start messages may have a hundred megabytes.
    public static func encode<Failure>(
        _ parts: MessageParts, _ emit: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var writer = CBORWriter(reserving: 32)
        writer.beginArray(parts.count)
        for part in parts {
            writer.head(major: 2, UInt64(part.count))
            try writer.bytes.withUnsafeBufferPointer { (head) throws(Failure) in try emit(UnsafeRawBufferPointer(head)) }
            try emit(part)
            writer = CBORWriter(reserving: 32)
        }
    }

    /// Writes the recording as `.cbors`, over a file that may be there.
    ///
    /// - Throws: `recording` when the file cannot be written.
    public func write(to path: String) throws(WireError) {
        guard let file = fopen(path, "wb") else { throw Self.failure("A recording cannot be created", path) }
        let bytes = encoded()
        let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        // A full disk may show only when the buffer goes out, which is at the close.
        let closed = fclose(file)
        guard written == bytes.count, closed == 0 else { throw Self.failure("A recording cannot be written", path) }
    }

    private static func messages(in bytes: UnsafeRawBufferPointer, limits: WireLimits) throws(WireError) -> [[[UInt8]]] {
        guard bytes.count <= limits.maximumRecordingBytes else {
            throw WireError(
                .limitExceeded, "A recording is too long", got: "\(bytes.count) bytes",
                expected: "\(limits.maximumRecordingBytes) at most")
        }
        var messages: [[[UInt8]]] = []
        var reader = CBORReader(bytes, part: 0)
        while !reader.isAtEnd {
            guard messages.count < limits.maximumRecordedMessages else {
                throw WireError(
                    .limitExceeded, "A recording has too many messages", expected: "\(limits.maximumRecordedMessages) at most")
            }
            do throws(WireError) {
                messages.append(try message(&reader, limits: limits))
            } catch {
                throw WireError(error.code, "A recording is damaged", at: "message \(messages.count + 1)", cause: error)
            }
        }
        return messages
    }

    /// One item: an array of byte strings, or a V2 message itself.
    private static func message(_ reader: inout CBORReader, limits: WireLimits) throws(WireError) -> [[UInt8]] {
        let begin = reader.offset
        guard reader.nextMajor == 4 else {
            try reader.skip(depth: limits.maximumDepth)
            return [Array(reader.bytes[begin..<reader.offset])]
        }
        var parts: [[UInt8]] = []
        var items = try reader.container(try reader.head(), entryItems: 1)
        while try reader.next(in: &items) {
            guard parts.count < limits.maximumParts else {
                throw WireError(
                    .limitExceeded, "A message has too many parts", at: reader.place, expected: "\(limits.maximumParts) at most")
            }
            let head = try reader.head()
            guard head.major == 2 else {
                throw WireError(.wrongType, "A message part in a recording is no byte string", at: reader.place)
            }
            let place = try reader.string(head)
            parts.append(Array(reader.bytes[place.offset..<place.offset + place.count]))
        }
        return parts
    }

    private static func contents(_ path: String, limits: WireLimits) throws(WireError) -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw failure("A recording cannot be opened", path) }
        defer { fclose(file) }
        guard fseek(file, 0, SEEK_END) == 0, case let size = ftell(file), size >= 0, fseek(file, 0, SEEK_SET) == 0 else {
            throw failure("A recording cannot be read", path)
        }
        guard size <= limits.maximumRecordingBytes else {
            throw WireError(
                .limitExceeded, "A recording is too long", at: path, got: "\(size) bytes",
                expected: "\(limits.maximumRecordingBytes) at most")
        }
        var read = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            read = fread(buffer.baseAddress, 1, size, file)
            count = read
        }
        guard read == size else { throw failure("A recording cannot be read", path) }
        return bytes
    }

    private static func failure(_ what: String, _ path: String) -> WireError {
        WireError(.recording, what, at: path, got: String(cString: strerror(errno)), remedy: "Check the path and your rights")
    }
}
