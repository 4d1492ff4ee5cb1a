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
}
