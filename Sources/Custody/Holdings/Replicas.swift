import ChunkFile
import Diagnostics
import Identifiers
import RunCatalogue

/// What a verification of copies came to, in files.
public struct ReplicaVerification: Sendable, Hashable {
    /// Read, digested, and equal to what was recorded.
    public var verified = 0
    public var damaged = 0
    public var lost = 0
    /// On a tape, or on its way: not read.
    public var skipped = 0
    /// There and of the right size, but the catalogue has no digest to compare with.
    public var withoutDigest = 0
    /// Bytes that were read.
    public var bytes: Int64 = 0

    public init() {}
}

extension Custodian {
    /// Registers copies of a run's files. They count as not verified until `verifyReplicas` has read them.
    public func addReplicas(
        _ draft: ReplicaDraft, of pid: RunIdentifier, by actor: Actor
    ) async throws(CatalogueError) -> Int {
        let scope = try await requireKeeper(of: pid, actor, "Registering copies")
        return try await store.addReplicas(draft, of: pid, scope: scope, by: acting(actor))
    }

    /// Forgets copies that are no more.
    /// - Throws: `clockRefuses` while a job holds a lease on the run: what it reads is not moved under it.
    public func forgetReplicas(
        of pid: RunIdentifier, in storeName: String, file: String?, by actor: Actor
    ) async throws(CatalogueError) -> Int {
        let scope = try await requireKeeper(of: pid, actor, "Forgetting copies")
        return try await store.forgetReplicas(of: pid, in: storeName, file: file, scope: scope, by: acting(actor))
    }

    /// Reads every copy of a run in a store and compares size and digest with what was recorded; what is found is written down, with the time.
    ///
    /// Copies on a tape are not fetched for it. What cannot be read for another reason than that it is not there ends the verification: it says
    /// nothing of the copy.
    public func verifyReplicas(
        of pid: RunIdentifier, in storeName: String, by actor: Actor, fileSystem: any FileSystem = LocalFileSystem(),
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(CatalogueError) -> ReplicaVerification {
        let scope = try await requireKeeper(of: pid, actor, "Verifying copies")
        var report = ReplicaVerification()
        var cursor: ReplicaCursor?
        var seen = 0
        repeat {
            let page = try await store.replicas(of: pid, in: storeName, scope: scope, after: cursor, limit: 1000)
            var findings: [ReplicaFinding] = []
            for replica in page.replicas {
                seen += 1
                if let finding = try report.examine(replica, fileSystem) { findings.append(finding) }
                progress(seen)
            }
            if !findings.isEmpty {
                try await store.verified(findings, of: pid, in: storeName, scope: scope, by: acting(actor))
            }
            cursor = page.next
        } while cursor != nil
        guard seen > 0 else {
            throw CatalogueError(
                .notFound, "The run has no such copies", at: "\(pid)", got: "in store '\(storeName.prefix(80).printable)'",
                remedy: "faisceau catalogue replica list tells where it has some")
        }
        return report
    }
}

extension ReplicaVerification {
    /// - Returns: what is to be written down; nil for a copy that was not looked at.
    fileprivate mutating func examine(
        _ replica: Replica, _ fileSystem: any FileSystem
    ) throws(CatalogueError) -> ReplicaFinding? {
        guard replica.state != .offline, replica.state != .staging, let path = replica.path else {
            skipped += 1
            return nil
        }
        let file = replica.file
        do throws(ChunkFileError) {
            let found = try CopyDigest.of(path, like: file, fileSystem)
            bytes += found.bytesRead
            switch found {
            case .otherSize:
                damaged += 1
                return ReplicaFinding(file: file.path, state: .damaged, found: nil, isVerified: false)
            case .nothingToCompare:
                withoutDigest += 1
                return ReplicaFinding(file: file.path, state: .online, found: nil, isVerified: false)
            case .digest(let digest, _):
                let isSame = digest == file.digest
                if isSame { verified += 1 } else { damaged += 1 }
                return ReplicaFinding(file: file.path, state: isSame ? .online : .damaged, found: digest, isVerified: isSame)
            }
        } catch {
            guard error.code == .notFound else {
                throw CatalogueError(
                    .storage, "A copy cannot be read", at: path,
                    remedy: "See the rights and the disk; what was verified before is written down", cause: error)
            }
            lost += 1
            return ReplicaFinding(file: file.path, state: .lost, found: nil, isVerified: false)
        }
    }
}
