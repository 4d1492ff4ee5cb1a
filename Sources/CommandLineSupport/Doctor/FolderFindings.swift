import JSON
import Quantities

extension FolderFacts {
    /// Rights, space and kind of file system, judged.
    public var findings: [DoctorFinding] {
        [rights, space, kind].compactMap { $0 }
    }

    private var rights: DoctorFinding {
        let place = tried == path ? path : "\(path) (not there yet; tried in \(tried))"
        guard let failure else {
            return DoctorFinding(
                "rights", "a run can be written in \(place)", ["folder": .string(path), "sync_s": JSONValue(syncSeconds)])
        }
        let values: JSONObject = [
            "folder": .string(path), "step": .string(failure.step.rawValue), "reason": .string(failure.reason),
        ]
        let found = "cannot \(failure.step.rawValue) in \(place): \(failure.reason)"
        switch failure.step {
        case .preallocate:
            // Writing works without: files may be scattered, and a full disk is met at a write.
            return DoctorFinding(
                "rights", .advice, found, remedy: "Take a file system with fallocate (ext4, xfs) for full speed", values)
        case .lock:
            return DoctorFinding(
                "rights", .advice, found,
                remedy: "Without locks `recover` cannot tell a live run from a dead one: mount with locking", values)
        case .makeFolder, .createFile, .write, .sync, .rename, .readOnly, .remove:
            return DoctorFinding(
                "rights", .impossible, found,
                remedy: mount?.isReadOnly == true
                    ? "\(mount?.point ?? "It") is mounted read-only: choose another --out, or mount it for writing"
                    : "Choose another --out, or have its owner give you the rights", values)
        }
    }

    /// A short 16-Mpixel series is some GB; below this a beamline cannot begin.
    static let littleSpace = 10_000_000_000
    /// The same as ingest's own preflight asks for: not even a run's index and master file fit.
    static let noSpace = 16 << 20

    private var space: DoctorFinding? {
        guard let freeBytes else { return nil }
        let found = "\(Readable.bytes(freeBytes)) free"
        let values: JSONObject = ["free_bytes": JSONValue(freeBytes), "free_files": JSONValue(freeFiles)]
        if freeBytes < Self.noSpace {
            return DoctorFinding("space", .impossible, found, remedy: "Free space, or choose another --out", values)
        }
        if let freeFiles, freeFiles < 100 {
            return DoctorFinding(
                "space", .impossible, "\(found), but only \(freeFiles) more files",
                remedy: "Remove files, or choose another --out", values)
        }
        if freeBytes < Self.littleSpace {
            return DoctorFinding("space", .advice, found, remedy: "Enough for a trial, not for a shift", values)
        }
        return DoctorFinding("space", found, values)
    }

    private var kind: DoctorFinding? {
        guard let mount else { return nil }
        let values: JSONObject = ["type": .string(mount.type), "mount": .string(mount.point), "source": .string(mount.source)]
        let found = "\(mount.type) at \(mount.point)"
        guard let remedy = Self.advice[Self.family(mount.type)] else { return DoctorFinding("file-system", found, values) }
        return DoctorFinding("file-system", .advice, found, remedy: remedy, values)
    }

    /// `nfs4` and `nfs` behave alike, and so do all of FUSE.
    private static func family(_ type: String) -> String {
        if type.hasPrefix("nfs") { return "nfs" }
        if type.hasPrefix("fuse") { return "fuse" }
        if type == "cifs" || type.hasPrefix("smb") { return "smb" }
        return type
    }

    /// README.md, "Limitations", says the same at length.
    private static let advice: [String: String] = [
        "nfs":
            "NFS: readers on other machines see frames late, and locks need a lock daemon; write to a local disk and move the sealed run",
        "smb": "SMB: no sparse files and unreliable locks; write to a local disk and move the sealed run",
        "fuse": "FUSE: every write costs a round trip through a user process; write to the file system behind it",
        "9p": "9p (a shared folder of a virtual machine): slow and without reliable locks; write to a disk of the machine",
        "tmpfs": "tmpfs: this is memory; a reboot loses the runs, and a full one starves the machine. Good for trials",
        "ramfs": "ramfs: this is memory without a limit; a reboot loses the runs. Good for nothing but trials",
        "overlay": "overlay: a container's own layer, lost with the container; mount a volume for --out",
        "vfat": "FAT: files end at 4 GiB and there are no rights; choose ext4 or xfs",
        "exfat": "exFAT: no sparse files and no rights; choose ext4 or xfs",
        "btrfs":
            "btrfs: copy-on-write scatters files that are written in place; give the folder `chattr +C`, or choose ext4 or xfs",
    ]
}
