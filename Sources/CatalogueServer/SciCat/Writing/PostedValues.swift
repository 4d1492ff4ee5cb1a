import CatalogueImport
import JSON
import RunCatalogue
import RunModel

extension PostedDataset {
    /// Every field that is kept as a metadata value. What cannot be kept is told as an error: nothing is left out in silence.
    mutating func values() -> [MetadataValue] {
        var texts: [(String, String?)] = []
        for name in Self.texts { texts.append(("scicat/\(name)", text(name))) }
        texts.append(("scicat/creationLocation", text("creationLocation")))
        texts.append(("scicat/usedSoftware", joined("usedSoftware")))
        texts.append(("scicat/inputDatasets", joined("inputDatasets")))
        if let made = time("creationTime"), let ended = time("endTime"), made != ended {
            texts.append(("scicat/creationTime", made.milliseconds))
        }
        if case .number(let number)? = body["dataQualityMetrics"] { texts.append(("scicat/dataQualityMetrics", number.digits)) }
        texts += announced()
        for technique in techniques() {
            texts.append(("scicat/techniques/\(technique.name)", technique.pid.isEmpty ? technique.name : technique.pid))
        }
        for relation in body["relationships"]?.list ?? [] {
            guard let kind = relation["relationship"]?.text, let pid = relation["pid"]?.text, !kind.isEmpty else {
                messages.append("relationships must be a list of objects with relationship and pid")
                continue
            }
            texts.append(("scicat/relationships/\(kind)", pid))
        }
        let (values, lost) = PostedParts.values(
            [(tree("scientificMetadata"), "scicat"), (tree("jobParameters"), "scicat/jobParameters")], texts: texts)
        messages += lost.map { "scientificMetadata is not kept whole: \($0)" }
        return values
    }

    private mutating func joined(_ name: String) -> String? {
        list(name).flatMap { $0.isEmpty ? nil : $0.joined(separator: "\n") }
    }
}

extension PostedDataset {
    /// The first part of a value's key behind the prefix, and the field that it belongs to.
    private static func field(of key: String) -> String {
        guard key.hasPrefix(SciCatMetadata.prefix) else { return "scientificMetadata" }
        let first = String(key.dropFirst(SciCatMetadata.prefix.count).prefix { $0 != "/" })
        let isWhole = key == SciCatMetadata.prefix + first
        if key.hasPrefix(SciCatMetadata.announced) { return String(key.dropFirst(SciCatMetadata.announced.count)) }
        if isWhole, SciCatMetadata.fields.contains(first) { return first }
        if !isWhole, ["techniques", "relationships", "jobParameters"].contains(first) { return first }
        return "scientificMetadata"
    }

    /// The values that a run has, with those of the fields that were sent in place of what these fields had. What is sent as it is told changes
    /// nothing.
    mutating func amended(_ known: [MetadataValue], _ told: JSONObject) -> [MetadataValue] {
        let sent = values()
        func isSent(_ value: MetadataValue) -> Bool {
            let field = Self.field(of: value.key)
            return body[field].map { $0 != told[field] } ?? false
        }
        let kept = known.filter { !isSent($0) }
        let keys = Set(kept.map(\.key))
        return kept + sent.filter { isSent($0) && !keys.contains($0.key) }
    }
}
