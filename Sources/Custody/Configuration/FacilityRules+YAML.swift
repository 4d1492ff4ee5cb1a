import ConfigurationText
import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import JSON
import Notices
import RunCatalogue

/// A catalogue's configuration: the facility's rules, and where things are (schemas/catalogue.schema.json).
public struct CatalogueConfiguration: Sendable {
    public var rules: FacilityRules
    /// The database file; nil: the caller's default.
    public var database: String?
    /// Through whom the outside world is told.
    public var delivery = DeliverySettings()
    /// How `faisceau serve` serves it.
    public var server = ServerSettings()

    /// Without a file: Paris, 3 + 1 + 1 years and 5 kept, identifiers of the prefix for tests.
    public init() throws(CatalogueError) {
        let policy = try ruled(at: "policy") { () throws(EmbargoError) in try EmbargoPolicy(version: "built-in") }
        rules = FacilityRules(zone: try ZoneTable.zone("Europe/Paris"), policy: policy)
    }
}

extension CatalogueConfiguration {
    static let top = [
        "database", "facility", "policy", "clock", "pid", "pages", "mail", "checkpoint", "backup", "registry", "listen", "sweep",
        "files",
        "oai",
        "tls", "proxies",
        "techniques", "instruments", "rates",
    ]
    static let facility = ["name", "tenant", "ror", "timezone", "contact", "domain"]
    static let policy = [
        "version", "embargoYears", "thirdExtension", "askingDeadlineDays", "grace", "objectionDays", "retentionYears",
        "purgeNoticeDays", "access", "licence",
    ]

    /// Reads a file.
    /// - Throws: `CatalogueError` or `ConfigurationError`, with file, line and path of keys.
    public init(contentsOf path: String) throws {
        try self.init(yaml: YAMLText.contents(of: path, "catalogue's configuration"), file: path)
    }

    public init(yaml: String, file: String) throws {
        try self.init()
        guard let node = try YAMLText.compose(yaml, file: file, "catalogue's configuration") else { return }
        let top = try YAMLSection(node, file: file, path: "", keys: Self.top)
        database = try top.text("database")
        try server.read(top)
        // Until the file says where pages are, they are where they are served.
        if let own = server.pages { rules.pages = own }
        if let section = try top.section("facility", keys: Self.facility) {
            if let name = try section.text("name") { rules.facility = name }
            if let tenant = try section.text("tenant") { rules.tenant = tenant }
            if let contact = try section.text("contact") { rules.contact = contact }
            if let domain = try section.text("domain") {
                guard MailAddress.isDomain(domain) else {
                    throw section.refused(
                        "domain", "Not the name of a domain", got: "'\(domain.prefix(80))'", expected: "such as data.example.org")
                }
                rules.domain = domain
            }
            rules.ror = try section.checked("ror") { try ROR($0) }
            if let zone = try section.checked("timezone", { try ZoneTable.zone($0) }) { rules.zone = zone }
        }
        if let section = try top.section("policy", keys: Self.policy) { rules.policy = try Self.policy(section) }
        if let section = try top.section("clock", keys: ["trust"]),
            let word = try section.word("trust", ["synchronised", "system"]), let trust = ClockTrust(rawValue: word)
        {
            rules.trust = trust
        }
        if let section = try top.section("pid", keys: ["prefix"]), let prefix = try section.text("prefix") {
            guard Handle.isPrefix(prefix) else {
                throw section.refused(
                    "prefix", "Not the prefix of an identifier", got: "'\(prefix.prefix(80))'", expected: "such as 10.5072")
            }
            rules.prefix = prefix
        }
        if let pages = try top.text("pages") {
            guard pages.hasPrefix("https://") || pages.hasPrefix("http://"), pages.hasSuffix("/") else {
                throw top.refused(
                    "pages", "Not the address of pages", got: "'\(pages.prefix(80))'",
                    expected: "https://…/datasets/, with a slash at its end")
            }
            (rules.pages, rules.pagesAreTold) = (pages, true)
        }
        if let section = try top.section("checkpoint", keys: ["key", "folder"]) {
            rules.checkpointKey = try section.text("key")
            rules.checkpointFolder = try section.text("folder")
            guard rules.checkpointKey == nil || rules.checkpointFolder != nil else {
                throw section.refused(
                    "folder", "A key without a folder for what it signs", got: "nothing",
                    expected: "the folder from which checkpoints are taken to another machine")
            }
        }
        rules.backupFolder = try top.section("backup", keys: ["folder"])?.text("folder")
        rules.instruments = try top.sections("instruments", keys: ["pid", "name", "facility", "techniques"]).map(Self.instrument)
        if let section = try top.section("rates", keys: ["euroPerTBYear", "kWhPerTBYear"]) {
            rules.rates = StorageRates(
                euroPerTBYear: try section.number("euroPerTBYear", in: 0...1e9) ?? 0,
                kWhPerTBYear: try section.number("kWhPerTBYear", in: 0...1e9) ?? 0)
        }
        for section in try top.sections("techniques", keys: ["name", "term", "label"]) {
            let (name, technique) = try Self.technique(section)
            rules.techniques.set(name, to: technique)
        }
        if let section = try top.section("registry", keys: DeliverySettings.registryKeys) {
            delivery.registry = try DeliverySettings.registry(section, prefix: rules.prefix, hasPages: top.has("pages"))
        }
        if let section = try top.section("mail", keys: DeliverySettings.mailKeys) {
            try delivery.readMail(section)
            let days = try section.texts("warningDays")
            if !days.isEmpty {
                rules.warningDays = try days.map { text in
                    guard let day = Int(text), (1...3660).contains(day) else {
                        throw section.refused(
                            "warningDays", "Not a number of days", got: "'\(text.prefix(40))'", expected: "1 to 3660")
                    }
                    return day
                }.sorted(by: >)
                guard Set(rules.warningDays).count == days.count, days.count <= 20 else {
                    throw section.refused(
                        "warningDays", "A warning comes twice, or there are too many", got: "\(rules.warningDays)",
                        expected: "at most 20, each once")
                }
            }
        }
    }

    /// By name; without an identifier one is drawn.
    private static func instrument(_ section: YAMLSection) throws -> InstrumentDraft {
        guard let name = try section.text("name"), !name.allSatisfy(\.isWhitespace) else {
            throw section.refused(
                "name", "An instrument has no name", got: "nothing", expected: "as runs call it, such as PROXIMA-1")
        }
        let pid = try section.checked("pid") { try InstrumentRelations.bare($0) }
        var said: JSONObject = [:]
        if let facility = try section.text("facility") { said["facility"] = .string(facility) }
        let techniques = try section.texts("techniques")
        if !techniques.isEmpty { said["techniques"] = JSONValue(techniques) }
        return InstrumentDraft(name: name, pid: pid, customMetadata: JSONValue.object(said).line)
    }

    /// A name without a term means nothing elsewhere, though others use it.
    private static func technique(_ section: YAMLSection) throws -> (name: String, Technique?) {
        guard let name = try section.text("name"), !name.allSatisfy(\.isWhitespace) else {
            throw section.refused("name", "A technique has no name", got: "nothing", expected: "as runs call it, such as SAXS")
        }
        let label = try section.text("label")
        let technique = try section.checked("term") { text in
            let bare = try Technique(label: name, term: text).term
            return try Technique(label: label ?? TechniqueTerms.label(of: bare) ?? name, term: bare)
        }
        return (name, technique)
    }

    /// Every number that is not given is the usual one. The version names the whole in every stored date; one that has none is named by its numbers,
    /// and is another one when they change.
    private static func policy(_ section: YAMLSection) throws -> EmbargoPolicy {
        var grace = Grace.days(30)
        if let text = try section.text("grace") {
            if text == "open" {
                grace = .open
            } else if text == "grace" {
                grace = .days(30)
            } else if let days = Int(text) {
                grace = .days(days)
            } else {
                throw section.refused(
                    "grace", "Not a grace", got: "'\(text.prefix(40))'", expected: "a number of days, grace (30 of them), or open"
                )
            }
        }
        let access = try section.word("access", ["open", "registered"]).flatMap(OpenAccess.init) ?? .everyone
        let usual = try EmbargoPolicy(version: "usual")
        let number = { (name: String, usual: Int) in try section.count(name, in: 0...10_000) ?? usual }
        do {
            let policy = { (version: String) in
                try EmbargoPolicy(
                    version: version, embargoYears: number("embargoYears", usual.embargoYears),
                    allowsThirdExtension: section.flag("thirdExtension") ?? false,
                    askingDeadlineDays: number("askingDeadlineDays", usual.askingDeadlineDays), grace: grace,
                    objectionDays: number("objectionDays", usual.objectionDays),
                    retentionYears: number("retentionYears", usual.retentionYears),
                    purgeNoticeDays: number("purgeNoticeDays", usual.purgeNoticeDays), access: access,
                    licence: section.text("licence") ?? usual.licence)
            }
            return try policy(section.text("version") ?? policy("unnamed").numbers)
        } catch let error as EmbargoError { throw error.inCatalogue(at: section.file) }
    }
}
