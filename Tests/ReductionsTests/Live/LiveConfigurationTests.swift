import Diagnostics
import Foundation
import Reductions
import TestSupport
import Testing

/// What a configuration says that a run which is being recorded cannot have.
@Suite("Configuration of a live reduction") struct LiveConfigurationTests {
    @Test(arguments: ["dataset: /entry/data/data", "first: 3", "count: 10", "step: 2"])
    func aChoiceOfFramesIsRefused(_ choice: String) throws {
        let folder = try TemporaryFolder("live")
        // Sealed: whoever looks for frames has nothing to wait for.
        try folder.write("{}", to: "run.json")
        let reduction = LiveReduction(
            folder: folder.path, configuration: try AzimuthalConfiguration(yaml: "frames: {\(choice)}", file: "live.yaml"))
        let error = #expect(throws: ReductionError.self) { _ = try reduction.follow { _ in } }
        #expect(error?.code == .notSupported)
        #expect(error?.place == "live.yaml, frames.\(choice.prefix { $0 != ":" })")
    }

    /// One file may serve both: what makes no difference to the curve is said, and no more.
    @Test func whatHasNoUseIsSaid() throws {
        func words(_ yaml: String) throws -> [String] {
            let configuration = try AzimuthalConfiguration(yaml: yaml, file: "live.yaml")
            try configuration.requireLive()
            return configuration.unusedLive.map { String($0.prefix { $0 != ":" }) }
        }
        #expect(try words("bins: {count: 20}\nframes: {channel: 1}") == [])
        #expect(try words("regions: [{name: a, slow: [0, 1], fast: [0, 1]}]\noutput: {text: true}") == ["regions", "output"])
    }
}
