import CPeers
import Foundation

/// The sender of a series: a process of its own, the same C loop whoever receives, so that neither side shares an allocator or a
/// ZeroMQ thread with it.
struct Pusher {
    static let command = "push"
    let address: String
    private let process = Process()

    /// - Parameter rate_Hz: frames a second; nil: as fast as they are taken.
    init(frames: Int, shape: SeriesMessages.Shape = .fourMegapixel, rate_Hz: Double? = nil) throws {
        let port = peer_free_port()
        guard port > 0 else { throw BenchError("no free TCP port on the loopback device") }
        address = "tcp://127.0.0.1:\(port)"
        process.executableURL = URL(fileURLWithPath: Child.ownProgram)
        process.arguments = [
            Self.command, address, "\(frames)", "\(shape.slow)", "\(shape.fast)", "\(rate_Hz ?? 0)",
        ]
        try process.run()
    }

    func waitUntilDone() throws {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError("the pusher failed") }
    }

    /// The child's side.
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 5, let frames = Int(arguments[1]), let slow = Int(arguments[2]), let fast = Int(arguments[3]),
            let rate_Hz = Double(arguments[4])
        else { throw BenchError("push ADDRESS FRAMES SLOW FAST RATE") }
        let messages = try SeriesMessages(frames: frames, shape: SeriesMessages.Shape(slow: slow, fast: fast))
        let result = peer_push(
            arguments[0], messages.start, messages.start.count, messages.image, messages.image.count, frames, rate_Hz,
            messages.numberOffset, messages.end, messages.end.count)
        guard result == 0 else { throw BenchError("PUSH failed: \(String(cString: strerror(result)))") }
    }
}
