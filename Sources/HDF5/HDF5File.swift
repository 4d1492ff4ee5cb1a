import CHDF5
import Diagnostics

/// One HDF5 file. Never opened for SWMR: a file that grows is followed through the ledger, and its skeleton is closed before it grows.
public final class HDF5File: Sendable {
    public enum CreationMode: Sendable { case refuseExisting, replaceExisting }

    public let path: String
    let handle: HDF5Handle
    /// `/`
    public let root: HDF5Group

    private init(path: String, identifier: hid_t) throws(HDF5Error) {
        self.path = path
        handle = HDF5Handle(identifier)
        let group = try HDF5Library.call("H5Gopen2", .cannotOpen, at: path) { H5Gopen2(identifier, "/", hid_t(H5P_DEFAULT)) }
        root = HDF5Group(handle: HDF5Handle(group), place: path + ":/")
    }

    /// Creates a file in the earliest format (superblock 0), the one that every reader and parser opens.
    ///
    /// Throws `alreadyExists` with `refuseExisting`, `cannotCreate` otherwise.
    public static func create(_ path: String, mode: CreationMode = .refuseExisting) throws(HDF5Error) -> HDF5File {
        try HDF5Library.require()
        try requirePath(path)
        let access = try accessList(at: path)
        // Strong: closing the file closes what is still open in it, so that a forgotten handle never keeps a finished file from its next user.
        try HDF5Library.call("H5Pset_fclose_degree", .cannotCreate, at: path) {
            H5Pset_fclose_degree(access.identifier, H5F_CLOSE_STRONG)
        }
        try HDF5Library.call("H5Pset_libver_bounds", .cannotCreate, at: path) {
            H5Pset_libver_bounds(access.identifier, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110)
        }
        let flag = mode == .refuseExisting ? h5x_access_exclusive() : h5x_access_truncate()
        let file: hid_t
        do throws(HDF5Error) {
            file = try HDF5Library.call("H5Fcreate", .cannotCreate, at: path) {
                H5Fcreate(path, flag, hid_t(H5P_DEFAULT), access.identifier)
            }
        } catch {
            let stack = error.cause as? HDF5ErrorStack
            guard mode == .refuseExisting, stack?.entries.contains(where: { $0.reason.contains("File exists") }) == true else {
                throw error
            }
            throw HDF5Error(
                .alreadyExists, "the file exists", at: path, remedy: "Nothing was overwritten; choose another name", cause: stack)
        }
        return try HDF5File(path: path, identifier: file)
    }

    /// Opens a finished file for reading. Throws `cannotOpen`.
    public static func open(_ path: String) throws(HDF5Error) -> HDF5File {
        try HDF5Library.require()
        try requirePath(path)
        let access = try accessList(at: path)
        let file: hid_t
        do throws(HDF5Error) {
            file = try HDF5Library.call(
                "H5Fopen", .cannotOpen, at: path, remedy: "Is this a complete HDF5 file, and may you read it?"
            ) {
                H5Fopen(path, h5x_access_read_only(), access.identifier)
            }
        } catch {
            // Not in the program, which has the locks switched off; in other people's processes.
            let stack = error.cause as? HDF5ErrorStack
            guard stack?.entries.contains(where: { $0.reason.contains("unable to lock") }) == true else { throw error }
            throw HDF5Error(
                .cannotOpen, "the file is locked, or cannot be", at: path,
                remedy:
                    "A program has it open for writing, or the file system has no locks: set HDF5_USE_FILE_LOCKING=FALSE in the "
                    + "environment before HDF5 is used",
                cause: stack)
        }
        return try HDF5File(path: path, identifier: file)
    }

    /// Whether the path is a file that begins as HDF5 files do.
    public static func isHDF5(_ path: String) -> Bool {
        HDF5Library.silence()
        return H5Fis_hdf5(path) > 0
    }

    /// Writes what is buffered and closes. After this every call on the file or its objects throws.
    /// Without it the file is closed when the last user lets go, and an error at that moment is not seen: call it after writing.
    public func close() throws(HDF5Error) {
        try HDF5Library.call("H5Fflush", .cannotClose, at: path) { H5Fflush(handle.identifier, H5F_SCOPE_LOCAL) }
        // The handle of ours goes with it; its deinit then releases an identifier that is gone, which HDF5 answers with an ignored error.
        try HDF5Library.call("H5Fclose", .cannotClose, at: path) { H5Fclose(handle.identifier) }
    }

    private static func accessList(at path: String) throws(HDF5Error) -> HDF5Handle {
        HDF5Handle(
            try HDF5Library.call("H5Pcreate", .cannotOpen, at: path) { H5Pcreate(h5x_file_access()) })
    }

    private static func requirePath(_ path: String) throws(HDF5Error) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw HDF5Error(.cannotOpen, "not a file name", at: path, got: path.isEmpty ? "nothing" : "a name with a zero byte")
        }
    }
}
