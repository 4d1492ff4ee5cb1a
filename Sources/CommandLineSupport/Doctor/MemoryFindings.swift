import JSON
import Quantities

/// How much memory the pool of frames may count on.
public struct MemoryFacts: Sendable, Hashable {
    /// Of the machine.
    public var totalBytes: Int
    /// What could be had now without swapping.
    public var availableBytes: Int
    /// What the control group allows this process and its neighbours; nil when it sets no limit.
    public var limitBytes: Int?
    /// What of the limit is in use.
    public var limitUsedBytes: Int?

    public init(totalBytes: Int, availableBytes: Int, limitBytes: Int? = nil, limitUsedBytes: Int? = nil) {
        self.totalBytes = totalBytes
        self.availableBytes = availableBytes
        self.limitBytes = limitBytes
        self.limitUsedBytes = limitUsedBytes
    }

    /// - Parameters:
    ///   - meminfo: `/proc/meminfo`.
    ///   - limit: `memory.max` of cgroup 2 (`max` or bytes), or `memory.limit_in_bytes` of cgroup 1 (a huge number for none).
    public init?(meminfo: String, limit: String?, limitUsed: String?) {
        func kibibytes(_ key: String) -> Int? {
            meminfo.split(separator: "\n").first { $0.hasPrefix(key + ":") }
                .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
        }
        guard let total = kibibytes("MemTotal"), let available = kibibytes("MemAvailable"), total < 1 << 50, available <= total
        else {
            return nil
        }
        self.init(totalBytes: total * 1024, availableBytes: available * 1024)
        func number(_ text: String?) -> Int? { text.flatMap { Int($0.filter(\.isNumber)) } }
        // Cgroup 1 says "no limit" as the largest multiple of the page size.
        if let most = number(limit), most < totalBytes {
            limitBytes = most
            limitUsedBytes = number(limitUsed)
        }
    }

    /// The smaller of what the machine and the control group leave.
    public var usableBytes: Int {
        guard let limitBytes else { return availableBytes }
        return min(availableBytes, max(0, limitBytes - (limitUsedBytes ?? 0)))
    }

    /// The message pool as ingest makes it unless told otherwise (2 GiB), and what the program needs beside it.
    static let comfortable = (2048 + 200) << 20
    /// The smallest pool (64 MiB), and the same.
    static let least = (64 + 200) << 20

    public var finding: DoctorFinding {
        var found = "\(Readable.bytes(availableBytes)) of \(Readable.bytes(totalBytes)) available"
        if let limitBytes { found += ", limited to \(Readable.bytes(limitBytes)) by the control group" }
        let values: JSONObject = [
            "total_bytes": JSONValue(totalBytes), "available_bytes": JSONValue(availableBytes),
            "limit_bytes": JSONValue(limitBytes),
            "usable_bytes": JSONValue(usableBytes),
        ]
        if usableBytes < Self.least {
            return DoctorFinding(
                "memory", .impossible, found, remedy: "End other programs, or raise the control group's limit", values)
        }
        if usableBytes < Self.comfortable {
            return DoctorFinding(
                "memory", .advice, found,
                remedy: "Give ingest a smaller pool (--pool MIB), or more memory: it bridges stutters of the disk", values)
        }
        return DoctorFinding("memory", found, values)
    }
}
