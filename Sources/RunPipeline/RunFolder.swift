import ChunkFile
import Diagnostics
import RunModel

/// The folder of one run: its name, its rights, and where each file of it lies.
///
/// ```
/// <run>/<name>_master.h5
/// <run>/<name>_data_000001.h5 …          (second channel: <name>_threshold_2_data_000001.h5)
/// <run>/ledger/<name>_data_000001.ledger
/// <run>/armed.json  ledger/start.cbors        (what recovery needs: the plan, the detector's start message)
/// <run>/run.json  manifest.sha256  thumbnail.png  mean.png  maximum.png  preview.json
/// ```
public struct RunFolder: Sendable {
    /// Absolute path.
    public let path: String
    public let name: String

    public init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// Rights of what is made: the folder's mode and group, the files' mode while they are written and once they are sealed.
    public struct Rights: Sendable {
        /// Mode of the folder; the set-group bit hands the group on to what is made inside.
        public var folderMode: UInt32 = 0o2750
        /// Numeric group, or nil to keep the process's.
        public var group: UInt32?
        /// What files never allow, whatever the folder says; the system's own umask does not reach a mode that is set.
        public var umask: UInt32 = 0
        public init() {}

        /// Read and write for the owner; what group and others may, as the folder says it.
        public var fileMode: UInt32 { 0o600 | shared }
        /// A sealed file may be written by nobody.
        public var sealedMode: UInt32 { 0o400 | shared }
        private var shared: UInt32 { folderMode & 0o044 & ~umask }
    }

    /// Makes a new folder for a run called `name` in `parent`; a name that exists gets `_2`, `_3`, …: nothing is ever overwritten.
    public static func make(
        named name: String, in parent: String, rights: Rights, fileSystem: any FileSystem
    ) throws(PipelineError) -> RunFolder {
        for attempt in 1...9_999 {
            let candidate = RunNameTemplate.numbered(name, attempt)
            let path = parent + "/" + candidate
            do throws(ChunkFileError) {
                try fileSystem.makeFolder(path, permissions: 0o700)
                if let group = rights.group { try fileSystem.setGroup(path, group) }
                // After the group: chgrp clears the set-group bit.
                try fileSystem.setPermissions(path, rights.folderMode)
                try fileSystem.makeFolder(path + "/ledger", permissions: 0o700)
                try fileSystem.setPermissions(path + "/ledger", rights.folderMode)
            } catch {
                if error.code == .alreadyExists { continue }
                throw PipelineError(
                    error.code == .diskFull ? .noSpace : .outputUnusable, "the run's folder cannot be made", at: path,
                    remedy: "check the rights of the output folder with `faisceau doctor --out \(parent)`", cause: error)
            }
            return RunFolder(path: path, name: candidate)
        }
        throw PipelineError(
            .badName, "every name of this run is taken", at: parent, got: "\(name) … \(name)_9999",
            remedy: "put {series} or {date} into the name template")
    }

    public var masterFile: String { name + "_master.h5" }
    public var master: String { path + "/" + masterFile }
    public var runFile: String { path + "/run.json" }
    public var manifestFile: String { path + "/manifest.sha256" }

    /// Stem of the data files of a channel: the first channel carries the run's name alone. Of names that become equal as parts of a file
    /// name, the second gets `_2`.
    ///
    /// - Parameter names: of all channels, as the start message has them; may be fewer.
    public func dataStem(channel: Int, of names: [String]) -> String {
        var taken: Set<String> = []
        var stem = name
        for index in 0..<channel {
            let wanted = Self.safe(index + 1 < names.count ? names[index + 1] : "channel_\(index + 2)")
            var candidate = wanted
            var number = 2
            while !taken.insert(candidate).inserted {
                candidate = "\(wanted)_\(number)"
                number += 1
            }
            stem = name + "_" + candidate
        }
        return stem
    }

    /// File name of a data file; `number` counts from 1.
    public func dataFile(stem: String, number: Int) -> String { "\(stem)_data_\(Self.sixDigits(number)).h5" }

    public var ledgerFolder: String { path + "/ledger" }

    public func ledger(ofDataFile file: String) -> String {
        ledgerFolder + "/" + file.dropLast(3) + ".ledger"
    }

    /// `ArmedRun`; its lock is held as long as the run's writer lives.
    public var armedFile: String { path + "/armed.json" }
    /// The start message as it was received (`RecordedStream`).
    public var startFile: String { ledgerFolder + "/start.cbors" }

    /// Where a file grows that gets its name only when it is whole; what a killed writer leaves there holds nothing that counts.
    func unfinished(_ file: String) -> String { path + "/." + file + Self.unfinishedSuffix }
    static let unfinishedSuffix = ".part"

    static func sixDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// A channel's name as part of a file name: letters, digits, `_` and `-`; the stream chooses it, so nothing else passes.
    static func safe(_ text: String) -> String {
        let kept = text.unicodeScalars.prefix(64).map { scalar -> Character in
            let isPlain =
                (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z") || (scalar >= "0" && scalar <= "9")
                || scalar == "_" || scalar == "-"
            return isPlain ? Character(scalar) : "_"
        }
        return kept.isEmpty ? "channel" : String(kept)
    }
}
