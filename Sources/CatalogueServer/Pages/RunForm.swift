/// The forms of a record that are made of its files too. The raw value is the last part of the form's own address.
enum RunForm: String, CaseIterable {
    case crate = "ro-crate-metadata.json"
    case metalink = "files.meta4"

    var mediaType: String {
        switch self {
        case .crate: "application/ld+json"
        case .metalink: MetalinkStream.mediaType
        }
    }
}
