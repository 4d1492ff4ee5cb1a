import CPeers
import Foundation

/// The sender of a series: a process of its own, the same C loop whoever receives, so that neither side shares an allocator or a
/// ZeroMQ thread with it.
struct Pusher {
    static let command = "push"
    let address: String
    private let process = Process()
    private let output = Pipe()
    private let pages: WarmPages

    /// - Parameters:
    ///   - rate_Hz: frames a second; nil: as fast as they are taken.
    ///   - pages: made warm between the start message and the first image, when the receiver is ready.
    init(frames: Int, shape: SeriesMessages.Shape = .fourMegapixel, rate_Hz: Double? = nil, pages: WarmPages) throws {
        self.pages = pages
        let port = peer_free_port()
        guard port > 0 else { throw BenchError("no free TCP port on the loopback device") }
        address = "tcp://127.0.0.1:\(port)"
        process.executableURL = URL(fileURLWithPath: Child.ownProgram)
        process.arguments = [
            Self.command, address, "\(frames)", "\(shape.slow)", "\(shape.fast)", "\(rate_Hz ?? 0)",
            String(decoding: try JSONEncoder().encode(try pages.handOver()), as: UTF8.self),
        ]
        process.standardOutput = output
        try process.run()
    }

    func waitUntilDone() throws {
        let report = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError("the pusher failed") }
        pages.takeBack(try JSONDecoder().decode(WarmPages.Handover.self, from: report))
    }

    /// The child's side.
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 6, let frames = Int(arguments[1]), let slow = Int(arguments[2]), let fast = Int(arguments[3]),
            let rate_Hz = Double(arguments[4])
        else { throw BenchError("push ADDRESS FRAMES SLOW FAST RATE PAGES") }
        let messages = try SeriesMessages(frames: frames, shape: SeriesMessages.Shape(slow: slow, fast: fast))
        let trigger = Trigger(try JSONDecoder().decode(WarmPages.Handover.self, from: Data(arguments[5].utf8)))
        let result = peer_push(
            arguments[0], messages.start, messages.start.count, messages.image, messages.image.count, frames, rate_Hz,
            messages.numberOffset, messages.end, messages.end.count,
            { Unmanaged<Trigger>.fromOpaque($0!).takeUnretainedValue().settle() }, Unmanaged.passUnretained(trigger).toOpaque())
        guard result == 0 else { throw BenchError("PUSH failed: \(String(cString: strerror(result)))") }
        print(String(decoding: try JSONEncoder().encode(try trigger.pages.get()), as: UTF8.self))
    }

    /// What happens between the start message and the first image.
    private final class Trigger {
        private(set) var pages: Result<WarmPages.Handover, any Error>

        init(_ pages: WarmPages.Handover) { self.pages = .success(pages) }

        func settle() { pages = pages.flatMap { pages in Result { try WarmPages.settle(pages) } } }
    }
}
