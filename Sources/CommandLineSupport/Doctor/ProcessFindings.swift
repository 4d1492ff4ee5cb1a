import Glibc
import JSON
import Quantities

/// Cores and open files: what the kernel grants this process.
public struct ProcessFacts: Sendable, Hashable {
    /// Processors that this process may run on.
    public var cores: Int
    /// Cores' worth of time that the control group grants (`cpu.max`); nil for no limit.
    public var coreQuota: Double?
    /// Soft and hard limit of open files.
    public var openFiles: Int
    public var openFilesAtMost: Int

    public init(cores: Int, coreQuota: Double? = nil, openFiles: Int, openFilesAtMost: Int) {
        self.cores = cores
        self.coreQuota = coreQuota
        self.openFiles = openFiles
        self.openFilesAtMost = openFilesAtMost
    }

    /// `max 100000` or `150000 100000`: microseconds of processor time a period.
    public static func quota(_ cpuMax: String) -> Double? {
        let words = cpuMax.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let time = Double(words[0]), let period = Double(words[1]), period > 0 else { return nil }
        return time / period
    }

    public var findings: [DoctorFinding] { [processors, files] }

    private var processors: DoctorFinding {
        let values: JSONObject = ["cores": JSONValue(cores), "quota_cores": JSONValue(coreQuota)]
        var found = "\(cores) \(cores == 1 ? "core" : "cores")"
        if let coreQuota { found += ", limited to \(Readable.decimals(coreQuota, 1)) by the control group" }
        guard min(Double(cores), coreQuota ?? .infinity) >= 2 else {
            return DoctorFinding(
                "cores", .advice, found, remedy: "Receiving and writing take turns on one core; give at least two for high rates",
                values)
        }
        return DoctorFinding("cores", found, values)
    }

    /// A run holds a data file, a ledger and sockets for each writer open: dozens, not hundreds.
    static let fewFiles = 256

    private var files: DoctorFinding {
        let values: JSONObject = ["soft": JSONValue(openFiles), "hard": JSONValue(openFilesAtMost)]
        let found = "\(openFiles) open files allowed"
        guard openFiles >= Self.fewFiles else {
            return DoctorFinding(
                "open-files", .advice, found, remedy: "Raise it: ulimit -n \(min(openFilesAtMost, 4096))", values)
        }
        return DoctorFinding("open-files", found, values)
    }
}

/// Looks at this machine and this process.
public enum MachineProbe {
    public static func memory() -> MemoryFacts? {
        guard let meminfo = SystemText.read("/proc/meminfo") else { return nil }
        let group = controlGroup()
        return MemoryFacts(
            meminfo: meminfo,
            limit: firstText(
                group.map { "/sys/fs/cgroup\($0)/memory.max" }, "/sys/fs/cgroup/memory.max", version1 + "memory.limit_in_bytes"),
            limitUsed: firstText(
                group.map { "/sys/fs/cgroup\($0)/memory.current" }, "/sys/fs/cgroup/memory.current",
                version1 + "memory.usage_in_bytes"))
    }

    public static func process() -> ProcessFacts {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let quota = firstText(controlGroup().map { "/sys/fs/cgroup\($0)/cpu.max" }, "/sys/fs/cgroup/cpu.max").flatMap(
            ProcessFacts.quota)
        return ProcessFacts(
            cores: cores(), coreQuota: quota, openFiles: Int(clamping: limit.rlim_cur),
            openFilesAtMost: Int(clamping: limit.rlim_max))
    }

    private static let version1 = "/sys/fs/cgroup/memory/"

    /// The process's own group of cgroup 2 (`0::/user.slice/…`).
    private static func controlGroup() -> String? {
        SystemText.read("/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
    }

    private static func firstText(_ paths: String?...) -> String? {
        paths.lazy.compactMap { $0 }.compactMap(SystemText.read).first
    }

    /// Those that the affinity mask allows, which may be fewer than the machine has.
    private static func cores() -> Int {
        let allowed = SystemText.read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        let digits = allowed?.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue) ?? []
        let count = digits.reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? min(count, max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) : 1
    }
}
