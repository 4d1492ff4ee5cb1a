import BeamlineMetadata
import Diagnostics
import Glibc

extension RunFolder.Rights {
    /// The rights that a beamline's file asks for.
    ///
    /// - Throws: `rightsUnavailable` for a group that this machine does not know.
    public init(_ settings: BeamlineConfiguration.RunFolderSettings) throws(PipelineError) {
        self.init()
        folderMode = settings.mode
        umask = settings.umask ?? 0
        guard let name = settings.group else { return }
        if let number = UInt32(name) {
            group = number
            return
        }
        guard let entry = getgrnam(name) else {
            throw PipelineError(
                .rightsUnavailable, "this machine knows no such group", at: "run.group of the beamline file", got: name,
                expected: "the name or number of a group", remedy: "see `getent group`, or correct the file")
        }
        group = entry.pointee.gr_gid
    }
}
