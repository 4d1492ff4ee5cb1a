import Glibc

/// How many files this process may have open.
public enum OpenFileLimit {
    /// Raises the soft limit to the hard one. A run whose every data file misses a frame keeps them all open until its seal, two descriptors
    /// each, and the usual soft limit is 1024.
    ///
    /// - Returns: the limit now.
    @discardableResult
    public static func raise() -> Int {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(kind, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
