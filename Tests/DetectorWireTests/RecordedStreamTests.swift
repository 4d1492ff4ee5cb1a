import DetectorWire
import Diagnostics
import Foundation
import TestSupport
import Testing

/// Recordings in files.
struct RecordedStreamTests {
    @Test func aRecordingComesBack() throws {
        let recording = RecordedStream(
            messages: try StreamVersion.allCases.flatMap { try fullMessages($0).map(\.parts) } + [[], [[]]])
        #expect(try RecordedStream(bytes: recording.encoded()) == recording)
    }

    @Test func aRecordingComesBackFromAFile() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("recording-\(UUID().uuidString).cbors")
        defer { try? FileManager.default.removeItem(at: file) }
        let recording = RecordedStream(messages: [[Golden.image], [Golden.end]])
        try recording.write(to: file.path)
        #expect(try RecordedStream(path: file.path) == recording)
    }

    @Test func aPlainMessageIsARecordingOfOne() throws {
        #expect(try RecordedStream(bytes: Golden.image).messages == [[Golden.image]])
        #expect(try RecordedStream(bytes: Golden.image + Golden.end).messages == [[Golden.image], [Golden.end]])
        #expect(try RecordedStream(bytes: []).messages.isEmpty)
    }

    @Test func aDamagedRecordingNamesItsMessage() throws {
        let bytes = RecordedStream(messages: [[Golden.image], [Golden.end]]).encoded()
        for count in 1..<bytes.count where count != 239 + 3 {
            let error = #expect(throws: WireError.self) { try RecordedStream(bytes: Array(bytes.prefix(count))) }
            #expect(error?.code == .truncated)
            #expect(error?.place == (count < 239 + 3 ? "message 1" : "message 2"))
        }
        #expect(throws: WireError.self) { try RecordedStream(bytes: hex("8101")) }
    }

    @Test func aRecordingBeyondTheLimitsIsRefused() throws {
        let bytes = RecordedStream(messages: [[Golden.image], [Golden.end]]).encoded()
        var limits = WireLimits()
        limits.maximumRecordedMessages = 1
        #expect(throws: WireError.self) { try RecordedStream(bytes: bytes, limits: limits) }
        limits = WireLimits()
        limits.maximumRecordingBytes = 100
        #expect(throws: WireError.self) { try RecordedStream(bytes: bytes, limits: limits) }
        #expect(throws: WireError.self) { try RecordedStream(bytes: [0x98, 33] + [UInt8](repeating: 0x40, count: 33)) }
    }

    @Test func aFileThatIsNotThereIsNamed() throws {
        let error = #expect(throws: WireError.self) { try RecordedStream(path: "/nonexistent/recording.cbors") }
        #expect(error?.code == .recording && error?.place == "/nonexistent/recording.cbors")
        #expect(error?.exitStatus == .invalidInput)
        #expect(throws: WireError.self) { try RecordedStream(messages: []).write(to: "/nonexistent/recording.cbors") }
    }
}
