import DetectorWire

/// A message on its way out: whole, or a template with the numbers to put into it, so that it is copied once, into ZeroMQ's memory.
enum OutgoingMessage: Sendable {
    case whole([[UInt8]])
    case stamped(MessageTemplate, MessageStamp)

    var partSizes: [Int] {
        switch self {
        case .whole(let parts): parts.map(\.count)
        case .stamped(let template, let stamp): template.partSizes(stamp)
        }
    }

    /// - Parameter target: of the size that ``partSizes`` says.
    func write(part: Int, into target: UnsafeMutableRawBufferPointer) {
        switch self {
        case .whole(let parts): parts[part].withUnsafeBytes { target.copyMemory(from: $0) }
        case .stamped(let template, let stamp): template.write(part: part, stamp, into: target)
        }
    }

    /// The bytes themselves.
    var parts: [[UInt8]] {
        switch self {
        case .whole(let parts): parts
        case .stamped(let template, let stamp): template.stamped(stamp)
        }
    }
}
