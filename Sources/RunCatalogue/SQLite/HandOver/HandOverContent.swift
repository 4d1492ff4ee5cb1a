import Diagnostics
import Identifiers
import RunModel

extension RunHandOver {
    /// What the schema cannot say.
    /// - Throws: `badRequest`.
    func check() throws(CatalogueError) {
        let refused = { (what: String, got: String) in
            CatalogueError(.badRequest, what, at: "\(pid)", got: got)
        }
        for (what, text) in [("name", name), ("institution", tenant)] where text.isEmpty {
            throw refused("A run has no \(what)", "''")
        }
        for text in [origin.team, origin.instrument, origin.proposal, origin.session, origin.sample, origin.technique] {
            guard let text else { continue }
            if text.isEmpty || text.unicodeScalars.contains(where: \.isControl) {
                throw refused("A run belongs to something without a name, or with control characters in it", quoted(text))
            }
        }
        for text in [tenant, name, title, folder, event.action, event.detail] where text?.utf8.contains(0) == true {
            throw refused("A text of the run has a NUL in it, which databases cut it at", quoted(text ?? ""))
        }
        for message in outbox where message.topic.utf8.contains(0) || message.payload.utf8.contains(0) {
            throw refused("A message has a NUL in it, which databases cut it at", quoted(message.topic))
        }
        for word in keywords where word.isEmpty || word.unicodeScalars.contains(where: \.isControl) {
            throw refused("A keyword is empty or has control characters", quoted(word))
        }
        for (_, texts) in persons.texts { try checkWritten(names: texts, at: "\(pid)") }
        var keys = Set<String>()
        for value in values where !keys.insert(value.key).inserted {
            throw refused("A metadata value is given twice", quoted(value.key))
        }
        var paths = Set<ExactText>(minimumCapacity: files.count)
        for file in files where !paths.insert(ExactText(file.path)).inserted {
            throw refused("A file is listed twice", quoted(file.path))
        }
        if let endedAt, endedAt < startedAt { throw refused("A run ends before it begins", "\(startedAt) to \(endedAt)") }
    }

    var joinedKeywords: String { keywords.joined(separator: "\n") }

    /// Sorted by key, byte by byte.
    var sortedValues: [StoredValue] { values.map(StoredValue.init).sorted { $0.isBefore($1) } }

    /// Over every file and value.
    func contentDigest(_ files: some RunFileSource, _ values: [StoredValue]) throws -> RecordDigest {
        var bytes = RunContent(
            pid: pid.description, kind: kind.rawValue, name: name, title: title, verdict: verdict.rawValue, origin: origin,
            startedAt: startedAt.unixNanoseconds, endedAt: endedAt?.unixNanoseconds, folder: folder, keywords: joinedKeywords,
            fileCount: files.count, byteCount: files.bytes
        ).begin()
        try files.forEach {
            bytes.add(
                file: $0.path, role: $0.role.rawValue, bytes: $0.bytes, digest: $0.digest, changed: $0.changedAt?.unixNanoseconds)
        }
        for value in values { bytes.add(value) }
        return bytes.finish()
    }
}

extension RunAccess {
    /// States that never open have no instant of opening, and an open run has one: `closedUntil` is what access compares.
    func check(at place: String) throws(CatalogueError) {
        let fits =
            switch state {
            case .collecting, .held, .proprietary, .withdrawn: closedUntil == nil
            case .open: closedUntil != nil
            case .embargoed, .extensionPending: closedUntil != nil
            case .purged: true
            }
        guard fits, closedUntil != Self.never else {
            throw CatalogueError(
                .badRequest, "The state of a run and the end of its closing do not fit", at: place,
                got: "\(state), closed until \(closedUntil.map { "\($0)" } ?? "never")")
        }
    }
}

extension StoredValue {
    init(_ value: MetadataValue) {
        switch value.content {
        case .text(let text):
            self.init(key: value.key, dimension: "", number: nil, unit: nil, siValue: nil, text: text)
        case .number(let number, let unit):
            self.init(
                key: value.key, dimension: value.dimension ?? "", number: number, unit: unit, siValue: value.siValue, text: nil)
        }
    }

    func isBefore(_ other: StoredValue) -> Bool { key.utf8.lexicographicallyPrecedes(other.key.utf8) }
}
