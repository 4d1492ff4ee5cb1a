import Diagnostics

/// Fetches the files of a run, one after another: what is there already is kept, what broke off is gone on with, and nothing has its name before it is
/// what the list says.
public struct RunFetcher: Sendable {
    /// What became of one file.
    public enum Outcome: Sendable {
        /// Whether a digest was compared; else the size alone.
        case fetched(verified: Bool)
        /// It was there, with this size and this digest.
        case kept
        case failed(FetchError)
    }

    public enum Event: Sendable {
        /// Told once: how much there is to fetch.
        case total(files: Int64, bytes: Int64)
        case bytes(Int)
        /// A connection broke, and is tried again.
        case again(path: String, FetchError)
        case file(ListedFile, Outcome)
    }

    public struct Report: Sendable {
        public var fetched: Int64 = 0
        public var kept: Int64 = 0
        /// Of what was fetched, without a digest that could be compared.
        public var unverified: Int64 = 0
        public var bytes: Int64 = 0
        public var failures: [(path: String, error: FetchError)] = []
        public var failed: Int64 = 0
        /// Names that are alike but for small and capital letters: a file system that does not tell them apart holds one of them.
        public var alike: [String] = []

        /// More are counted only.
        static let mostTold = 1000
    }

    private let source: CatalogueFiles
    private let folder: TargetFolder
    /// So often a file is tried again without a byte more.
    private let retries: Int
    /// Before the first time; doubled each time.
    private let wait: Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    private static let longestWait = Duration.seconds(60)

    public init(
        _ source: CatalogueFiles, into folder: TargetFolder, retries: Int = 5, wait: Duration = .seconds(1),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.source = source
        self.folder = folder
        self.retries = retries
        self.wait = wait
        self.sleep = sleep
    }

    /// - Parameter paths: of files, or of folders with all that is in them; none: all.
    /// - Throws: what stands against every file: no connection, no right, no run, no space; `notFound` where none of the paths is listed.
    public func fetch(
        _ paths: [String] = [], _ tell: @escaping @Sendable (Event) -> Void
    ) async throws(FetchError) -> Report {
        try await survey(paths, tell)
        var report = Report()
        // Of names without their capitals, as numbers: a run may have a million.
        var known: Set<Int> = []
        var from: Int64? = 0
        while let position = from {
            let page = try await listed(from: position)
            for file in page.files where file.isAmong(paths) {
                if !known.insert(file.path.lowercased().hashValue).inserted, report.alike.count < Report.mostTold {
                    report.alike.append(file.path)
                }
                let outcome = await outcome(of: file, tell)
                report.add(file, outcome)
                tell(.file(file, outcome))
                if case .failed(let error) = outcome, error.code.endsAll { throw error }
            }
            from = page.next
        }
        return report
    }

    /// How much there is; of some of the files only the list itself can tell.
    private func survey(_ paths: [String], _ tell: (Event) -> Void) async throws(FetchError) {
        var page = try await listed(from: 0)
        guard !paths.isEmpty else { return tell(.total(files: page.total, bytes: page.bytes)) }
        var (files, bytes): (Int64, Int64) = (0, 0)
        var missing = paths
        while true {
            for file in page.files where file.isAmong(paths) {
                files += 1
                bytes = bytes.addingReportingOverflow(file.bytes).partialValue
                missing.removeAll { file.isAmong([$0]) }
            }
            guard let next = page.next else { break }
            page = try await listed(from: next)
        }
        if let first = missing.first {
            throw FetchError(
                .notFound, "The run has no such file or folder", at: source.pid, got: quoted(first),
                remedy: "faisceau catalogue files lists them")
        }
        tell(.total(files: files, bytes: bytes))
    }

    private func listed(from position: Int64) async throws(FetchError) -> FileListPage {
        var failures = 0
        while true {
            do { return try await source.list(from: position) } catch {
                failures += 1
                guard error.code == .unreachable, failures <= retries else { throw error }
                try await pause(failures, error)
            }
        }
    }

    private func pause(_ failures: Int, _ error: FetchError) async throws(FetchError) {
        let doubled = wait * (1 << min(failures - 1, 16))
        do { try await sleep(min(doubled, Self.longestWait)) } catch {
            throw FetchError(.unreachable, "Fetching was ended", cause: error)
        }
    }

    private func outcome(of file: ListedFile, _ tell: @escaping @Sendable (Event) -> Void) async -> Outcome {
        do throws(FetchError) {
            let place = try folder.place(of: file)
            if let existing = try place.existing() {
                try check(existing, file)
                tell(.bytes(Int(file.bytes)))
                return .kept
            }
            return .fetched(verified: try await receive(file, place, tell))
        } catch { return .failed(error) }
    }

    /// - Throws: `inTheWay` where another file has the name.
    private func check(_ existing: PartFile, _ file: ListedFile) throws(FetchError) {
        let writer = PartWriter(file, existing)
        if existing.bytes == file.bytes {
            guard writer.isVerifiable else { return }
            try writer.takeUp()
            if writer.verified() == true { return }
        }
        throw FetchError(
            .inTheWay, "Another file has the name", at: existing.shown,
            got: existing.bytes == file.bytes ? "another digest" : "\(existing.bytes) bytes",
            expected: "\(file.bytes) bytes, \(file.digest ?? "no digest")", remedy: "Take it away, or fetch into another folder")
    }

    /// - Returns: whether a digest was compared.
    private func receive(
        _ file: ListedFile, _ place: TargetPlace, _ tell: @escaping @Sendable (Event) -> Void
    ) async throws(FetchError) -> Bool {
        let part = try place.part()
        let writer = PartWriter(file, part)
        try writer.takeUp()
        if writer.done > 0 { tell(.bytes(Int(writer.done))) }
        var (failures, spoilt) = (0, 0)
        while true {
            let before = writer.done
            do throws(FetchError) {
                if writer.done < file.bytes { try await source.receive(writer) { tell(.bytes($0)) } }
            } catch {
                if error.code == .notAsListed { place.removePart() }
                guard error.code == .unreachable else { throw error }
                // Whoever gets on has not failed.
                failures = writer.done > before ? 1 : failures + 1
                guard failures <= retries else { throw error }
                tell(.again(path: file.path, error))
                try await pause(failures, error)
                continue
            }
            guard writer.verified() == false else { break }
            // What was there from an earlier call may be to blame: once more, from the beginning.
            spoilt += 1
            try writer.restart()
            guard spoilt < 2 else {
                place.removePart()
                throw FetchError(
                    .notAsListed, "What came has another digest than the list says, twice", at: place.shown,
                    expected: file.digest, remedy: "Nothing is kept of it; tell who keeps the catalogue")
            }
        }
        // Of a small one the next call reads every byte again: to wait for the disk each time would be most of the time.
        if file.bytes >= 1 << 20 || !writer.isVerifiable { try part.sync() }
        try place.finish()
        return writer.isVerifiable
    }
}

extension RunFetcher.Report {
    fileprivate mutating func add(_ file: ListedFile, _ outcome: RunFetcher.Outcome) {
        switch outcome {
        case .fetched(let verified):
            fetched += 1
            bytes += file.bytes
            if !verified { unverified += 1 }
        case .kept: kept += 1
        case .failed(let error):
            failed += 1
            if failures.count < Self.mostTold { failures.append((file.path, error)) }
        }
    }
}
