import DataCite

/// Who may have the data, read from the record itself: so a page cannot say more than the record does.
struct PublicAccess {
    enum State {
        case open, registeredOnly, embargoed, closed, withdrawn
        /// An instrument or a sample: nothing that is opened.
        case notData
    }

    let state: State
    /// The first open day, ISO; nil where none is promised.
    let opens: String?
    /// Of a tombstone.
    let endedOn: String?

    init(_ record: DataCiteRecord) {
        func date(_ type: DateType) -> String? { record.dates.first { $0.dateType == type }?.date }
        opens = date(.available)
        endedOn = date(.withdrawn)
        let codes = record.rightsList.compactMap(\.rightsIdentifier)
        state =
            if codes.contains("c_abf2") { .open } else if codes.contains("c_16ec") {
                .registeredOnly
            } else if codes.contains("c_f1cf") {
                .embargoed
            } else if codes.contains("c_14cb") { endedOn == nil ? .closed : .withdrawn } else { .notData }
    }

    /// Whether caches may keep what is told: it stays told.
    var isOpen: Bool { state == .open || state == .notData }

    var words: String {
        switch state {
        case .open: "Open access"
        case .registeredOnly: "Open to registered users"
        case .embargoed: "Embargoed access"
        case .closed: "Closed: only this record is public"
        case .withdrawn: "No longer available"
        case .notData: ""
        }
    }

    /// The class of the badge.
    var style: String {
        switch state {
        case .open, .registeredOnly, .notData: "open"
        case .embargoed: "embargoed"
        case .closed, .withdrawn: "closed"
        }
    }
}
