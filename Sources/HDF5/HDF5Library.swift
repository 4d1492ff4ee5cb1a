import CHDF5
import Diagnostics

/// The loaded HDF5 library, and the one place where the status of its calls is looked at.
///
/// Threads: the library is required to be a thread-safe build (Debian's is). It takes one lock for the whole process, so calls from
/// several threads are safe and never parallel; what must be fast reads chunk bytes with `pread` outside of it.
/// Files of unknown origin: cut files and whole ones with wrong values are refused with an error, and sizes are looked at before memory is
/// taken. Inside the library that is not so: of 1,200 files with one to four bytes changed at random, 22 made HDF5 1.10.8 itself
/// crash while reading (`h5dump` of the same release on 21 of them too), and 2 made it clear gigabytes. What may come from an enemy is read in a process of its own.
///
/// Locks: the program sets HDF5_USE_FILE_LOCKING=FALSE before the first call. It is not set file by file here, as the library
/// refuses to open a file with another setting than an external link in this process did, and the variable goes before it.
///
/// Handles may be used from any thread. The error stack is per thread, so a call and its cause never mix with another thread's.
public enum HDF5Library {
    /// `1.10.8`.
    public static let version: String = {
        var major: UInt32 = 0
        var minor: UInt32 = 0
        var release: UInt32 = 0
        guard H5get_libversion(&major, &minor, &release) >= 0 else { return "unknown" }
        return "\(major).\(minor).\(release)"
    }()

    public static let isThreadSafe: Bool = {
        var answer: hbool_t = false
        return H5is_library_threadsafe(&answer) >= 0 && answer
    }()

    /// Keeps the library from closing files when the process ends; call it before any other call of HDF5.
    ///
    /// After a full disk the library still holds what it could not write, tries again at exit, and crashes on it (seen with 1.10.8): the
    /// program's own exit status would be lost. Our files are closed by hand, and their frames are not in the library's hands at all.
    public static func leaveFilesAtExit() { H5dont_atexit() }

    /// Runs `body`, and gives the calling thread back its own way of printing errors of HDF5, which every call here switches off: for a
    /// process that uses the same library itself.
    public static func keepingErrorPrinter<Result>(_ body: () throws -> Result) rethrows -> Result {
        var printer: H5E_auto2_t?
        var context: UnsafeMutableRawPointer?
        // It fails for a printer of the kind that HDF5 1.6 had; that one stays off.
        let isKnown = H5Eget_auto2(hid_t(H5E_DEFAULT), &printer, &context) >= 0
        defer { if isKnown { _ = H5Eset_auto2(hid_t(H5E_DEFAULT), printer, context) } }
        return try body()
    }

    /// Refuses a library that two of our threads could not share.
    static func require() throws(HDF5Error) {
        guard isThreadSafe else {
            throw HDF5Error(
                .libraryUnsuitable, "the HDF5 library that was loaded is not a thread-safe build", got: "HDF5 \(version)",
                remedy: "Install the distribution's libhdf5 (Debian builds it thread-safe)")
        }
    }

    /// Whether a filter can be run here, that is, whether its plugin is installed.
    public static func hasFilter(_ identifier: UInt32) -> Bool {
        silence()
        return H5Zfilter_avail(H5Z_filter_t(truncatingIfNeeded: identifier)) > 0
    }

    /// Runs one library call; a negative status becomes an error that keeps HDF5's own stack as its cause.
    @discardableResult
    static func call<Status: SignedInteger>(
        _ function: StaticString, _ code: HDF5ErrorCode, at place: @autoclosure () -> String, remedy: String? = nil,
        _ body: () -> Status
    ) throws(HDF5Error) -> Status {
        silence()
        let status = body()
        guard status < 0 else { return status }
        let stack = errorStack()
        throw HDF5Error(code, "\(function) failed", at: place(), remedy: remedy, cause: stack)
    }

    /// The stack printer is a setting of each thread, and threads come and go: it is switched off before every call (a few nanoseconds).
    static func silence() {
        _ = H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
    }

    private static func errorStack() -> HDF5ErrorStack {
        var entries: [HDF5ErrorStack.Entry] = []
        // The closure runs inside H5Ewalk2 and not after it: the pointer to `entries` does not outlive this call.
        withUnsafeMutablePointer(to: &entries) { pointer in
            _ = H5Ewalk2(
                hid_t(H5E_DEFAULT), H5E_WALK_DOWNWARD,
                { _, entry, context in
                    guard let entry, let context else { return 0 }
                    let list = context.assumingMemoryBound(to: [HDF5ErrorStack.Entry].self)
                    let function = entry.pointee.func_name.map { String(cString: $0) } ?? "?"
                    let reason = entry.pointee.desc.map { String(cString: $0) } ?? "?"
                    list.pointee.append(HDF5ErrorStack.Entry(function: function, reason: reason))
                    return 0
                }, UnsafeMutableRawPointer(pointer))
        }
        _ = H5Eclear2(hid_t(H5E_DEFAULT))
        return HDF5ErrorStack(entries: entries)
    }
}

/// An identifier of the library, released when the last user lets it go.
final class HDF5Handle: Sendable {
    let identifier: hid_t

    init(_ identifier: hid_t) {
        self.identifier = identifier
    }

    deinit {
        HDF5Library.silence()
        _ = H5Idec_ref(identifier)
    }
}

/// What reading a file of unknown origin may cost.
public struct HDF5Limits: Sendable {
    /// Bytes of one value in memory; larger ones are refused, or only described.
    public var valueBytes = 256 << 20
    /// Bytes of one stored chunk, or of one decoded frame.
    public var frameBytes = 1 << 30
    /// Links of one group.
    public var links = 1_000_000
    /// Attributes of one object.
    public var attributes = 10_000
    /// Groups inside groups.
    public var depth = 64
    /// Bytes of one string.
    public var stringBytes = 16 << 20

    public init() {}

    public static let standard = HDF5Limits()
}
