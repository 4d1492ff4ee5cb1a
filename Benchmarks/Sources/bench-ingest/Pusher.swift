import CPeers
import Foundation

/// The sender of a series: a process of its own, the same C loop whoever receives, so that neither side shares an allocator or a
/// ZeroMQ thread with it.
struct Pusher {
    static let command = "push"
    let address: String
    private let process = Process()

    init(frames: Int) throws {
        let port = peer_free_port()
        guard port > 0 else { throw BenchError("no free TCP port on the loopback device") }
        address = "tcp://127.0.0.1:\(port)"
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [Self.command, address, "\(frames)"]
        try process.run()
    }

    func waitUntilDone() throws {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError("the pusher failed") }
    }

    /// The child's side.
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 2, let frames = Int(arguments[1]) else { throw BenchError("push ADDRESS FRAMES") }
        let messages = try SeriesMessages(frames: frames)
        let result = peer_push(
            arguments[0], messages.start, messages.start.count, messages.image, messages.image.count, frames,
            messages.numberOffset, messages.end, messages.end.count)
        guard result == 0 else { throw BenchError("PUSH failed: \(String(cString: strerror(result)))") }
    }
}
