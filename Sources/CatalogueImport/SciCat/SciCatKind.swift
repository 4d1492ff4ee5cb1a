import JSON

/// What a record of a dump is, told by the fields that only this kind has (SciCatProject/scicat-backend-next, `src/*/schemas`, of v3 and v4).
/// Files of a dump need no names: a collection is known by its records.
enum SciCatKind: String, CaseIterable, Sendable {
    case dataset, origDatablock, datablock, attachment, publishedData, sample, proposal, instrument

    init?(_ record: JSONValue) {
        let has = { (key: String) in record[key] != nil }
        if has("dataFileList") {
            // What was packed for the archive lists the same files once more.
            self = has("archiveId") ? .datablock : .origDatablock
        } else if has("sourceFolder") || has("datasetName") || has("scientificMetadata") && has("pid") {
            self = .dataset
        } else if has("thumbnail") || has("aid") {
            self = .attachment
        } else if has("datasetPids") || has("pidArray") {
            self = .publishedData
        } else if has("sampleCharacteristics") || has("sampleId") && !has("proposalId") || has("sampleId") && !has("title") {
            self = .sample
        } else if has("proposalId") {
            self = .proposal
        } else if has("pid"), has("name") || has("uniqueName") {
            self = .instrument
        } else {
            return nil
        }
    }
}
