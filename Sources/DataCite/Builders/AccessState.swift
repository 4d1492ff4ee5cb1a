/// Who may have the data now, and from which day on everyone: what the embargo clock decided, as plain values.
public struct DataAccess: Hashable, Sendable {
    /// States in which there is a public page. Data that are still being collected, or that were paid for, have none.
    public enum State: Hashable, Sendable {
        case embargoed
        /// Closed until someone lifts a hold, whatever the opening day says.
        case held
        /// For everyone, or for everyone who has registered at the facility's portal.
        case open(registeredOnly: Bool = false)
        /// Nobody may have the data; the page is a tombstone.
        case withdrawn(on: CalendarDay, reason: String)
        /// The time for which data are kept is over: the bytes are gone, the record stays.
        case purged(on: CalendarDay)
    }

    public var state: State
    /// The first open day, by the facility's calendar. Where the data were opened early, that day.
    public var opensOn: CalendarDay
    /// The day from which the embargo is counted, for the readers that want its start beside its end (OpenAIRE).
    public var anchor: CalendarDay?

    /// SPDX identifier of the licence under which the data open, or opened.
    public var licence: String

    public init(_ state: State, opensOn: CalendarDay, anchor: CalendarDay? = nil, licence: String = "CC-BY-4.0") {
        self.state = state
        self.licence = licence
        self.opensOn = opensOn
        self.anchor = anchor
    }

    /// Whether everything may be told, or the short record only. Purged data had been open, or nothing more is told now.
    public var tellsEverything: Bool {
        switch state {
        case .open: true
        case .embargoed, .held, .withdrawn: false
        case .purged(let day): opensOn <= day
        }
    }

    /// What DataCite is to be asked for in this state.
    public var event: DataCiteRecord.Event {
        if case .withdrawn = state { .hide } else { .publish }
    }
}

extension DataAccess {
    /// The licence, now or to come, and who may have the data, in both vocabularies. What was withdrawn is offered under no licence.
    var rights: [DataCiteRecord.Rights] {
        let licence = DataCiteRecord.Rights.licence(licence)
        return switch state {
        case .embargoed: [licence] + DataCiteRecord.AccessRight.embargoed.rights(note: "open from \(opensOn)")
        case .open(let registeredOnly):
            [licence] + (registeredOnly ? DataCiteRecord.AccessRight.restricted : .open).rights()
        case .held, .purged: [licence] + DataCiteRecord.AccessRight.metadataOnly.rights()
        case .withdrawn: DataCiteRecord.AccessRight.metadataOnly.rights()
        }
    }

    /// Available, Accepted (start and end of an embargo are told as this pair), Withdrawn. A day of opening that a hold or a withdrawal has made
    /// untrue is not promised.
    var dates: [DataCiteRecord.DatedEvent] {
        let available = DataCiteRecord.DatedEvent(.available, opensOn)
        switch state {
        case .embargoed: return (anchor.map { [DataCiteRecord.DatedEvent(.accepted, $0)] } ?? []) + [available]
        case .held: return []
        case .open: return [available]
        case .withdrawn(let day, _), .purged(let day):
            return (opensOn <= day ? [available] : []) + [DataCiteRecord.DatedEvent(.withdrawn, day)]
        }
    }

    /// What a tombstone says in words.
    var explanations: [DataCiteRecord.Description] {
        switch state {
        case .embargoed, .held, .open: []
        case .withdrawn(let day, let reason):
            [
                DataCiteRecord.Description(
                    "Withdrawn on \(day)." + (reason.tidied(keepingLines: true).map { " Reason: \($0)" } ?? ""),
                    type: .technicalInfo,
                    lang: "en")
            ]
        case .purged(let day):
            [
                DataCiteRecord.Description(
                    "The data were kept until \(day) and are no longer available. This record and the checksums of the files remain.",
                    type: .technicalInfo, lang: "en")
            ]
        }
    }
}
