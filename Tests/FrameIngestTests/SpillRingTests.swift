import Diagnostics
import Foundation
import FrameIngest
import TestSupport
import Testing

@Suite struct SpillRingTests {
    private func slot(_ parts: [[UInt8]], time_ns: Int64 = 0) throws -> MessageSlot {
        let slot = MessageSlot()
        for part in parts { try #require(slot.addPart(count: part.count)).copyBytes(from: part) }
        slot.receiveTime_ns = time_ns
        return slot
    }

    private func parts(_ slot: MessageSlot) -> [[UInt8]] { slot.parts.map { Array($0) } }

    @Test func messagesOfAllSizesComeBackInOrderThroughManyTurnsOfTheRing() throws {
        var ring = SpillRing(MemorySpill(capacity: 10_000))
        var generator = SeededGenerator(seed: 1)
        var waiting: [(parts: [[UInt8]], time: Int64)] = []
        var refusals = 0
        for number in 0..<3000 {
            let message = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                generator.bytes(Int.random(in: 0...400, using: &generator))
            }
            if try ring.append(try slot(message, time_ns: Int64(number))) {
                waiting.append((message, Int64(number)))
            } else {
                refusals += 1
            }
            while ring.count > 0, refusals > 0 || Int.random(in: 0..<3, using: &generator) == 0 {
                let back = MessageSlot()
                try ring.takeNext(into: back)
                let expected = waiting.removeFirst()
                #expect(parts(back) == expected.parts)
                #expect(back.receiveTime_ns == expected.time)
                if ring.usedBytes < 5000 { refusals = 0 }
            }
        }
        #expect(ring.count == waiting.count)
    }

    @Test func aFullRingRefusesAndTakesAgainWhatFits() throws {
        var ring = SpillRing(MemorySpill(capacity: 1000))
        let message = try slot([[UInt8](repeating: 7, count: 300)])
        #expect(try ring.append(message))
        #expect(try ring.append(message))
        #expect(try ring.append(message))
        #expect(try !ring.append(message))
        try ring.takeNext(into: MessageSlot())
        #expect(try !ring.append(message), "as long as its place is the oldest one's, first and last could not be told apart")
        try ring.takeNext(into: MessageSlot())
        #expect(try ring.append(message))
        #expect(ring.count == 2)
    }

    @Test func aMessageLargerThanTheRingIsRefused() throws {
        var ring = SpillRing(MemorySpill(capacity: 1000))
        #expect(try !ring.append(try slot([[UInt8](repeating: 7, count: 1001)])))
        #expect(!ring.hasFailed)
    }

    @Test func afterAFailedWriteTheRestComesBackAndNothingGoesIn() throws {
        var ring = SpillRing(MemorySpill(capacity: 1000, .init(failingWrite: 1)))
        #expect(try ring.append(try slot([[1, 2, 3]])))
        #expect(throws: IngestError.self) { _ = try ring.append(try slot([[4]])) }
        #expect(try !ring.append(try slot([[5]])))
        let back = MessageSlot()
        try ring.takeNext(into: back)
        #expect(parts(back) == [[1, 2, 3]])
        #expect(ring.isEmpty)
    }

    @Test func bytesThatComeBackOtherwiseAreFound() throws {
        var ring = SpillRing(MemorySpill(capacity: 1000, .init(damagedRead: 0)))
        #expect(try ring.append(try slot([[1, 2, 3]])))
        #expect(try ring.append(try slot([[4, 5, 6]])))
        #expect(throws: IngestError.self) { try ring.takeNext(into: MessageSlot()) }
        let back = MessageSlot()
        try ring.takeNext(into: back)
        #expect(parts(back) == [[4, 5, 6]])
    }

    @Test func theSpillFileHasNoNameAndItsSpaceIsTaken() throws {
        let folder = try TemporaryFolder("spill")
        let file = try SpillFile(SpillOptions(folder: folder.path, bytes: 4 << 20))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        let bytes = [UInt8](0...255)
        try bytes.withUnsafeBytes { try file.write($0, at: (4 << 20) - 256) }
        var back = [UInt8](repeating: 0, count: 256)
        try back.withUnsafeMutableBytes { try file.read(into: $0, at: (4 << 20) - 256) }
        #expect(back == bytes)
    }

    @Test func aFolderThatIsNotThereIsSaidWithItsPath() throws {
        let folder = try TemporaryFolder("spill")
        let error = #expect(throws: IngestError.self) {
            _ = try SpillFile(SpillOptions(folder: folder.path + "/absent", bytes: 4 << 20))
        }
        #expect(error?.code == .spillFailed)
        #expect(error?.place == folder.path + "/absent")
    }

    @Test func aDiskWithoutRoomIsFoundBeforeTheFirstMessage() throws {
        let folder = try TemporaryFolder("spill")
        #expect(throws: IngestError.self) { _ = try SpillFile(SpillOptions(folder: folder.path, bytes: 1 << 50)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
