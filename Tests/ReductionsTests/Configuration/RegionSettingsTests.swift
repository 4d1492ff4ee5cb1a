import ConfigurationText
import Diagnostics
import Reductions
import TestSupport
import Testing

@Suite struct RegionSettingsTests {
    private func read(_ yaml: String) throws -> [RegionSettings] {
        try AzimuthalConfiguration(yaml: yaml, file: "dir/a.yaml").regions
    }

    @Test func regionsAreReadInTheirOrder() throws {
        let regions = try read(
            """
            regions:
              - {name: b, slow: [100, 200], fast: [30, 60]}
              - {name: A_2, slow: [0, 1], fast: [0, 65536]}
            """)
        #expect(
            regions == [
                RegionSettings(name: "b", slow: 100..<200, fast: 30..<60),
                RegionSettings(name: "A_2", slow: 0..<1, fast: 0..<65536),
            ])
        let none = try read("regions:\n")
        #expect(none == [])
    }

    @Test(arguments: [
        ("name: r, slow: [0, 5]", "fast"), ("name: r, fast: [0, 5]", "slow"), ("slow: [0, 5], fast: [0, 5]", "name"),
        ("name: r, slow: [5, 5], fast: [0, 5]", "slow"), ("name: r, slow: [5, 4], fast: [0, 5]", "slow"),
        ("name: r, slow: [0, 5], fast: [-1, 5]", "fast"), ("name: r, slow: [0, 5], fast: [0, 2.5]", "fast"),
        ("name: r, slow: [0, 65537], fast: [0, 2]", "slow"), ("name: r, slow: [0, 1, 2], fast: [0, 2]", "slow"),
        ("name: r, slow: [0, .nan], fast: [0, 2]", "slow"), ("name: r, slow: [0, 5], fast: [0, 5], radius: 3", "radius"),
        ("name: '', slow: [0, 5], fast: [0, 5]", "name"), ("name: a/b, slow: [0, 5], fast: [0, 5]", "name"),
        ("name: '1a', slow: [0, 5], fast: [0, 5]", "name"), ("name: '.', slow: [0, 5], fast: [0, 5]", "name"),
        ("name: ä, slow: [0, 5], fast: [0, 5]", "name"), ("name: a b, slow: [0, 5], fast: [0, 5]", "name"),
        ("name: '[', slow: [0, 5], fast: [0, 5]", "name"),
    ])
    func whatIsNoRegionIsRefusedWhereItStands(_ region: String, _ key: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try read("regions:\n  - {\(region)}\n") }
        #expect(error?.place?.hasPrefix("dir/a.yaml:2") == true)
        #expect(error.map { "\($0.place ?? "") \($0.got ?? "")" }?.contains(key) == true)
    }

    @Test func asManyAsCanBeNamedApart() throws {
        func yaml(_ names: [String]) -> String {
            "regions:\n" + names.map { "  - {name: \($0), slow: [0, 5], fast: [0, 5]}\n" }.joined()
        }
        #expect(try read(yaml((0..<64).map { "r\($0)" })).count == 64)
        #expect(throws: ConfigurationError.self) { try read(yaml((0..<65).map { "r\($0)" })) }
        let error = #expect(throws: ConfigurationError.self) { try read(yaml(["a", "b", "a"])) }
        #expect(error?.got == "'a'")
        #expect(try read(yaml([String(repeating: "a", count: 63)])).count == 1)
        #expect(throws: ConfigurationError.self) { try read(yaml([String(repeating: "a", count: 64)])) }
    }
}
