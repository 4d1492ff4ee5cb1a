import CLinux
import Custody
import EmbargoClock
import Glibc
import RunModel

/// The clocks of this machine.
struct MachineClock: ClockSource {
    private let boot: String

    init() {
        var text = [UInt8](repeating: 0, count: 64)
        let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        let count = file < 0 ? 0 : read(file, &text, text.count)
        if file >= 0 { close(file) }
        boot = String(decoding: text.prefix(max(0, count)), as: UTF8.self).filter { !$0.isWhitespace }
    }

    func reading() -> ClockReading {
        var wall = timespec()
        var sinceBoot = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        clock_gettime(CLOCK_BOOTTIME, &sinceBoot)
        return ClockReading(
            wall: Instant(Timestamp(unixNanoseconds: Int64(wall.tv_sec) * 1_000_000_000 + Int64(wall.tv_nsec))), boot: boot,
            millisecondsSinceBoot: Int64(sinceBoot.tv_sec) * 1000 + Int64(sinceBoot.tv_nsec) / 1_000_000,
            isSynchronised: Self.isSynchronised)
    }

    /// By the kernel's own record of it, which time services keep: adjtimex(2).
    private static var isSynchronised: Bool {
        var isUnsynchronised: Int32 = 0
        var estimatedError = 0
        return linux_clock_state(&isUnsynchronised, &estimatedError) >= 0 && isUnsynchronised == 0
    }
}

extension MachineClock {
    /// Names this process among those of a cluster.
    static var hostAndProcess: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) + ":\(getpid())"
    }
}
