import EmbargoClock
import Foundation
import Testing

@Suite("The policy in numbers")
struct PolicyTests {
    @Test func `By default it is 3 + 1 + 1, kept five years, as the facility's seed says`() throws {
        let policy = try EmbargoPolicy(version: "2019")
        #expect(policy.embargoYears == 3 && policy.largestNumberOfExtensions == 2 && policy.retentionYears == 5)
        #expect(policy.grace == .days(30) && policy.objectionDays == 14 && policy.purgeNoticeDays == 90)
        #expect(policy.licence == "CC-BY-4.0" && policy.access == .everyone && !policy.allowsThirdExtension)
    }

    @Test func `Numbers that the plan does not allow are refused`() {
        let attempts: [@Sendable () throws -> EmbargoPolicy] = [
            { try EmbargoPolicy(version: " ") },
            { try EmbargoPolicy(version: "1", embargoYears: -1) },
            { try EmbargoPolicy(version: "1", embargoYears: .max) },
            { try EmbargoPolicy(version: "1", askingDeadlineDays: -1) },
            { try EmbargoPolicy(version: "1", warningDays: .min) },
            { try EmbargoPolicy(version: "1", grace: .days(31)) },
            { try EmbargoPolicy(version: "1", grace: .days(0)) },
            { try EmbargoPolicy(version: "1", objectionDays: 13) },
            { try EmbargoPolicy(version: "1", retentionYears: 1001) },
            { try EmbargoPolicy(version: "1", purgeNoticeDays: 89) },
            { try EmbargoPolicy(version: "1", licence: "") },
        ]
        for attempt in attempts {
            let error = #expect(throws: EmbargoError.self) { _ = try attempt() }
            #expect(error?.code == .malformed)
        }
    }

    @Test func `A stored policy has every number, or it is refused`() throws {
        let policy = try EmbargoPolicy(version: "1", grace: .open, access: .registered)
        let encoded = try JSONEncoder().encode(policy)
        #expect(try JSONDecoder().decode(EmbargoPolicy.self, from: encoded) == policy)
        let fields = try #require(try JSONSerialization.jsonObject(with: encoded) as? [String: Any])
        #expect(fields.count == 12)
        for name in fields.keys {
            var fewer = fields
            fewer[name] = nil
            let data = try JSONSerialization.data(withJSONObject: fewer)
            #expect(throws: DecodingError.self, "\(name)") { try JSONDecoder().decode(EmbargoPolicy.self, from: data) }
        }
    }
}
