import Glibc

/// The number of a machine.
enum IPAddress {
    /// As the system writes it, so that equal addresses are equal texts.
    /// - Returns: nil for what is none.
    static func plain(_ text: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var four = in_addr()
        var six = in6_addr()
        let size = socklen_t(buffer.count)
        if inet_pton(AF_INET, text, &four) == 1 {
            guard inet_ntop(AF_INET, &four, &buffer, size) != nil else { return nil }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            guard inet_ntop(AF_INET6, &six, &buffer, size) != nil else { return nil }
        } else {
            return nil
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
