import CatalogueImport
import Diagnostics
import Foundation
import RunCatalogue
import RunModel
import Testing

struct MetadataTests {
    private func take(_ metadata: String, keys: [String: String] = [:]) async throws -> (TestDesk, ImportedRecord) {
        let desk = try await TestDesk()
        var options = SciCatOptions()
        options.keys = keys
        let dataset = try Dump.dataset(Dump.pid, ["scientificMetadata": "@@"]).replacing("\"@@\"", with: metadata)
        let (_, records) = try await desk.take(["1.json": "[\(dataset)]", "2.json": "[\(try Dump.block())]"], options)
        return (desk, try #require(records.first))
    }

    @Test func aUnitThatNobodyKnowsIsToldAndTheValueKeptAsAText() async throws {
        let (desk, record) = try await take(#"{"speed": {"value": 3, "unit": "furlong/fortnight"}}"#)
        #expect(record.outcome == .new)
        #expect(record.notes.contains { $0.contains("scicat/speed") && $0.contains("furlong") })
        #expect(try await desk.values(Dump.pid)["scicat/speed"] == .text("3 furlong/fortnight"))
    }

    @Test func aNumberInSIUnitsThatIsAnotherThereIsTold() async throws {
        let (_, wrong) = try await take(#"{"e": {"value": 10, "unit": "keV", "valueSI": 10, "unitSI": "J"}}"#)
        #expect(wrong.notes.contains { $0.contains("'scicat/e'") && $0.contains("SI") })
        let (_, right) = try await take(#"{"e": {"value": 10, "unit": "keV", "valueSI": 1.602176634e-15, "unitSI": "J"}}"#)
        #expect(right.notes == [])
    }

    @Test func everyFormThatIsMetIsKept() async throws {
        let (desk, record) = try await take(
            #"""
            {"plain": 7, "word": "x", "truth": true, "list": [1, 2], "nothing": null, "v1": {"v": 5, "u": "mm"}, "a%2Eb": "dot",
             "onlySI": {"valueSI": 2, "unitSI": "m"}, "range": {"value": [1, 2], "unit": "K"}, "user": {"unit": "A", "name": "B"}}
            """#)
        let values = try await desk.values(Dump.pid)
        #expect(record.notes == [])
        #expect(values["scicat/plain"] == .number(7, unit: "") && values["scicat/word"] == .text("x"))
        #expect(values["scicat/truth"] == .text("true") && values["scicat/list"] == .text("[1,2]"))
        #expect(values["scicat/nothing"] == nil && values["scicat/v1"] == .number(5, unit: "mm"))
        #expect(values["scicat/a.b"] == .text("dot") && values["scicat/onlySI"] == .number(2, unit: "m"))
        #expect(values["scicat/range"] == .text("[1,2] K") && values["scicat/user/unit"] == .text("A"))
    }

    @Test func whatCannotBeKeptIsNamed() async throws {
        let long = String(repeating: "x", count: 5000)
        let (desk, record) = try await take("{\"essay\": \"\(long)\", \"twice\": 1, \"twice\": 2, \"\(long)\": 3}")
        #expect(record.outcome == .new && record.notes.count == 3)
        #expect(record.notes.contains { $0.contains("scicat/essay") && $0.contains("5000 bytes") })
        #expect(try await desk.values(Dump.pid)["scicat/twice"] == .number(1, unit: ""))
    }

    /// A name of ours: questions about the energy find it.
    @Test func aKeyMayHaveOurName() async throws {
        let (desk, _) = try await take(
            #"{"photon_energy": {"value": 12, "unit": "keV"}}"#, keys: ["photon_energy": "beam/incident_energy"])
        let question = try RunQuestion("energy:11..13keV", zone: #require(TimeZone(identifier: "Europe/Paris")))
        let page = try await desk.store.page(
            question.filter, scope: .everything(tenant: TestDesk.tenant), after: nil, limit: 10, countLimit: 10)
        #expect(page.runs.count == 1)
    }

    @Test func datesOfTheDatabasesOwnExportAreRead() async throws {
        let desk = try await TestDesk()
        let dataset = try Dump.dataset(
            Dump.pid,
            [
                "_id": ["$oid": "507f1f77bcf86cd799439011"], "endTime": ["$date": "2025-02-26T14:30:00Z"],
                "creationTime": ["$date": ["$numberLong": "1740582000000"]], "size": ["$numberLong": "30"],
            ])
        let (_, records) = try await desk.take(["1.jsonl": "\(dataset)\n\(try Dump.block())\n"])
        #expect(records.map(\.outcome) == [.new] && records[0].notes == [])
        #expect(try await desk.run(Dump.pid).endedAt?.description == "2025-02-26T14:30:00Z")
    }
}
