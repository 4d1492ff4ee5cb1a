import Custody
import EmbargoClock
import JSON
import RunCatalogue
import RunModel

extension RunRecord {
    /// The keys of a run of the catalogue in JSON.
    func fields(_ rules: FacilityRules) -> JSONObject {
        [
            "pid": .string("\(pid)"), "kind": .string(kind.rawValue), "name": .string(name), "title": JSONValue(title),
            "verdict": .string(verdict.rawValue), "team": JSONValue(origin.team), "beamline": JSONValue(origin.instrument),
            "proposal": JSONValue(origin.proposal), "session": JSONValue(origin.session), "sample": JSONValue(origin.sample),
            "technique": JSONValue(origin.technique), "started": .string("\(startedAt)"),
            "ended": JSONValue(endedAt.map { "\($0)" }), "folder": JSONValue(folder), "files": .integer(fileCount),
            "bytes": .integer(bytes), "state": .string(state.word),
            "opens": JSONValue(access.opensAt.map { Timestamp.day(ofUnixSeconds: $0, in: rules) }),
            "keywords": JSONValue(keywords), "change": .integer(change),
        ]
    }
}

extension FoundRun {
    /// The same keys, of an answer.
    var fields: JSONObject {
        [
            "pid": .string("\(pid)"), "kind": .string(kind), "name": .string(name), "title": JSONValue(title),
            "verdict": .string(verdict.rawValue), "team": JSONValue(team), "beamline": JSONValue(beamline),
            "proposal": JSONValue(proposal), "session": JSONValue(session), "sample": JSONValue(sample),
            "technique": JSONValue(technique), "started": .string("\(started)"), "ended": JSONValue(ended.map { "\($0)" }),
            "folder": JSONValue(folder), "files": .integer(files), "bytes": .integer(bytes), "state": .string(state),
            "opens": JSONValue(opens), "keywords": JSONValue(keywords), "change": .integer(change),
        ]
    }
}

extension Timestamp {
    /// The civil date of the facility at a second of UNIX time, `2029-05-11`.
    static func day(ofUnixSeconds seconds: Int64, in rules: FacilityRules) -> String {
        guard let instant = try? Instant(millisecondsSince1970: seconds.multipliedReportingOverflow(by: 1000).partialValue),
            let day = try? rules.zone.localDate(of: instant)
        else { return "\(seconds)" }
        return "\(day)"
    }
}
