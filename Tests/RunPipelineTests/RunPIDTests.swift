import BeamlineMetadata
import DetectorWire
import Foundation
import HDF5
import RunModel
import RunPipeline
import TestSupport
import Testing

/// The run's own identifier in everything that tells of the run.
@Suite struct RunPIDTests {
    @Test(
        arguments: [
            ("10.5072", "DOI"), ("21.T11998", "Hdl"), (nil, "URN"),
        ] as [(String?, String)])
    func theIdentifierOfARunIsTheSameInItsFileAndInTheNeXusEntry(prefix: String?, type: String) throws {
        let folder = try TemporaryFolder()
        let run = try #require(
            try Recording.record(try Recording.series(.v2, count: 3), in: folder) { plan, _ in plan.beamline.pidPrefix = prefix })
        let pid = "\(run.summary.pid)"
        if let prefix {
            #expect(pid.hasPrefix(prefix + "/"))
            #expect(pid.dropFirst(prefix.count + 1).wholeMatch(of: /[0-9a-hjkmnp-tv-z]{12}[0-9]{2}/) != nil, "\(pid)")
        } else {
            #expect(pid.hasPrefix("urn:uuid:"))
        }
        let json = try Data(contentsOf: URL(fileURLWithPath: run.folder.path + "/run.json"))
        #expect(try "\(RunSummary(json: json).pid)" == pid)
        let master = run.folder.path + "/" + (try #require(run.summary.master))
        let entry = try HDF5File.open(master).root.group("entry")
        #expect(try entry.dataset("identifier_run").value().text == pid)
        #expect(try entry.dataset("identifier_run").attribute("type").text == type)
        #expect(try entry.dataset("entry_identifier").value().text == pid)
    }
}
