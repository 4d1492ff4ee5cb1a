/// A request as the protocol has it: a verb, and each argument once.
struct OAIRequest {
    enum Verb: String, CaseIterable {
        case identify = "Identify"
        case listMetadataFormats = "ListMetadataFormats"
        case listSets = "ListSets"
        case getRecord = "GetRecord"
        case listIdentifiers = "ListIdentifiers"
        case listRecords = "ListRecords"

        var required: [String] {
            switch self {
            case .getRecord: ["identifier", "metadataPrefix"]
            case .listIdentifiers, .listRecords: ["metadataPrefix"]
            case .identify, .listMetadataFormats, .listSets: []
            }
        }

        var optional: [String] {
            switch self {
            case .listMetadataFormats: ["identifier"]
            case .listIdentifiers, .listRecords: ["from", "until", "set"]
            case .identify, .listSets, .getRecord: []
            }
        }

        /// Takes the place of all other arguments.
        var takesToken: Bool { self == .listSets || self == .listIdentifiers || self == .listRecords }
    }

    let verb: Verb
    private(set) var arguments: [String: String] = [:]

    static let longest = 512

    /// - Parameter pairs: as they came, decoded.
    init(_ pairs: [(name: String, value: String)]) throws(OAIError) {
        let verbs = pairs.filter { $0.name == "verb" }
        let known = Verb.allCases.map(\.rawValue).joined(separator: ", ")
        guard let first = verbs.first else { throw OAIError(.badVerb, "The verb is missing; it is one of \(known)") }
        guard verbs.count == 1 else { throw OAIError(.badVerb, "The verb is given \(verbs.count) times") }
        guard let verb = Verb(rawValue: first.value) else {
            throw OAIError(.badVerb, "'\(first.value.prefix(80))' is no verb; it is one of \(known)")
        }
        self.verb = verb
        for (name, value) in pairs where name != "verb" {
            let isKnown = (verb.required + verb.optional).contains(name) || verb.takesToken && name == "resumptionToken"
            guard isKnown else { throw OAIError(.badArgument, "\(verb.rawValue) has no argument '\(name.prefix(80))'") }
            guard arguments.updateValue(value, forKey: name) == nil else {
                throw OAIError(.badArgument, "The argument \(name) is given twice")
            }
            guard name == "resumptionToken" || value.utf8.count <= Self.longest else {
                throw OAIError(.badArgument, "The argument \(name) is longer than \(Self.longest) bytes")
            }
        }
        try check()
    }

    private func check() throws(OAIError) {
        if arguments["resumptionToken"] != nil {
            guard arguments.count == 1 else { throw OAIError(.badArgument, "A resumptionToken stands alone beside the verb") }
            return
        }
        for name in verb.required where arguments[name] == nil {
            throw OAIError(.badArgument, "\(verb.rawValue) needs the argument \(name)")
        }
        // What the protocol's schema does not let an answer repeat.
        if let prefix = arguments["metadataPrefix"], prefix.isEmpty || prefix.contains(":") || !OAISet.isWellFormed(prefix) {
            throw OAIError(.badArgument, "'\(prefix.prefix(80))' cannot be a metadataPrefix")
        }
        if let set = arguments["set"], !OAISet.isWellFormed(set) {
            throw OAIError(.badArgument, "'\(set.prefix(80))' cannot be the name of a set")
        }
        if let identifier = arguments["identifier"], !identifier.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            throw OAIError(.badArgument, "The identifier is no address")
        }
    }

    /// The second of the beginning and of the end, where they are given.
    func range() throws(OAIError) -> (from: Int64?, until: Int64?) {
        func range(_ name: String) throws(OAIError) -> ClosedRange<Int64>? {
            guard let text = arguments[name] else { return nil }
            guard let range = OAIDate.seconds(text) else {
                throw OAIError(
                    .badArgument, "\(name) is no date: '\(text.prefix(80))'; expected 2026-05-09 or 2026-05-09T12:00:00Z")
            }
            return range
        }
        let (from, until) = (try range("from"), try range("until"))
        if let from, let until {
            guard from.count == until.count else {
                throw OAIError(.badArgument, "from and until are not of one granularity")
            }
            guard from.lowerBound <= until.lowerBound else { throw OAIError(.badArgument, "from is later than until") }
        }
        return (from?.lowerBound, until?.upperBound)
    }

    func format() throws(OAIError) -> OAIFormat {
        let prefix = arguments["metadataPrefix"] ?? ""
        guard let format = OAIFormat(rawValue: prefix) else {
            let known = OAIFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw OAIError(.cannotDisseminateFormat, "There is no form '\(prefix.prefix(80))'; there are \(known)")
        }
        return format
    }
}
