import Diagnostics
import Digests
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel

extension Custodian {
    private static let attempts = 20

    /// Signs what was written since the last checkpoint: one a day of the facility. It costs what was written since, not what the catalogue holds.
    ///
    /// - Returns: the day's file, and whether the checkpoint is new; the one that the day has already is given out again.
    /// - Throws: `clockRefuses` where the clock cannot be trusted, `historyBroken` where the day's links are no longer what was signed.
    public func checkpoint(signedBy key: SigningKey) async throws(CatalogueError) -> (file: CheckpointFile, isNew: Bool) {
        let now = try await time.decisionTime()
        let day = "\(try ruled(at: "clock") { () throws(EmbargoError) in try rules.zone.localDate(of: now) })"
        for _ in 0..<Self.attempts {
            let known = try await store.checkpoints()
            if known.contains(where: { $0.day == day }) { return (try await checkpoint(of: day), false) }
            let list = try await store.links(after: known.last?.change ?? -1, through: nil, withLines: true)
            let statement = CheckpointStatement(
                tenant: tenant, day: day, written: "\(Timestamp(now))", after: known.last?.change ?? -1, change: list.through,
                links: list.count, list: Passwords.hexadecimal(list.digest),
                previous: known.last.map { Passwords.hexadecimal($0.digest) }, key: CheckpointKeys.name(of: key.publicKey))
            guard let signature = key.signature(of: Array(statement.text.utf8)) else {
                throw CatalogueError(.storage, "There is no memory to sign the checkpoint", at: day)
            }
            let signed = SignedCheckpoint(
                day: day, change: list.through, statement: statement.text, digest: statement.digest, key: statement.key,
                signature: signature)
            do {
                try await store.keep(signed, after: known.last?.digest)
                return (
                    CheckpointFile(statement: statement, signature: signature, lines: list.lines, place: "checkpoint of \(day)"),
                    true
                )
            } catch { guard error.code == .exists || error.code == .changedMeanwhile else { throw error } }
        }
        throw CatalogueError(.busy, "Others write checkpoints all the time", at: day)
    }

    /// Signs the day with the facility's key, once, and sees to it that its file lies in the facility's folder. Of a day that is signed and laid it
    /// costs a look.
    ///
    /// - Returns: the file; nil without a key of the facility's, and while nobody knows which day it is.
    public func signDay() async throws(CatalogueError) -> (path: String, isNew: Bool)? {
        guard let key = rules.checkpointKey, let folder = rules.checkpointFolder else { return nil }
        let time = try await time.now()
        guard time.doubt == nil else { return nil }
        let day = "\(try ruled(at: "clock") { () throws(EmbargoError) in try rules.zone.localDate(of: time.now) })"
        let laid = "\(folder)/\(CheckpointFile.name(of: day))"
        if try await store.checkpoints().contains(where: { $0.day == day }) {
            if FileManager.default.fileExists(atPath: laid) { return (laid, false) }
            return (try Self.write(try await checkpoint(of: day), to: folder), false)
        }
        let (file, isNew) = try await checkpoint(signedBy: CheckpointKeys.signingKey(file: key))
        return (try Self.write(file, to: folder), isNew)
    }

    /// The file of a day that has its checkpoint, made anew.
    /// - Throws: `notFound`; `historyBroken` where the day's links are no longer what was signed.
    public func checkpoint(of day: String) async throws(CatalogueError) -> CheckpointFile {
        guard let known = try await store.checkpoints().first(where: { $0.day == day }) else {
            throw CatalogueError(.notFound, "No checkpoint was written on this day", at: "'\(day.prefix(40).printable)'")
        }
        let list: LinkList
        let statement = CheckpointStatement(known.statement)
        if let statement {
            list = try await store.links(after: statement.after, through: statement.change, withLines: true)
            if Passwords.hexadecimal(list.digest) == statement.list {
                return CheckpointFile(
                    statement: statement, signature: known.signature, lines: list.lines, place: "checkpoint of \(day)")
            }
        }
        throw CatalogueError(
            .historyBroken, "What was signed on this day is no longer what the catalogue holds", at: "checkpoint of \(day)",
            remedy: "faisceau catalogue check --checkpoint FILE names the records, with the file that left the machine then")
    }

    /// Lays the file of a checkpoint into a folder, whole or not at all.
    /// - Returns: its path; a file that is there already stays.
    public static func write(_ file: CheckpointFile, to folder: String) throws(CatalogueError) -> String {
        let path = folder + "/" + file.name
        if FileManager.default.fileExists(atPath: path) { return path }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try file.bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CatalogueError(
                .storage, "The checkpoint cannot be written", at: path,
                remedy: "It is kept in the catalogue: faisceau catalogue checkpoint --day \(file.day) writes the file again",
                cause: error)
        }
        return path
    }
}
