import BeamlineMetadata
import DetectorWire
import Diagnostics
import Foundation
import Identifiers
import RunModel

/// What a run is called and whom it belongs to, from the three places that may say it, in this order: the detector (header appendix
/// or user data as JSON), `faisceau ctl next`, the beamline's file.
package struct RunSubject {
    /// What the first two said; the file's word is in the plan.
    package let metadata: ArmMetadata
    /// What of it could not be used, and why: the frames are worth more than a form that is filled in wrongly.
    package let notes: [String]

    package init(_ appendix: Appendix?, next: ArmMetadata?) {
        var notes: [String] = []
        let said = appendix.map { Self.read($0, &notes) } ?? ArmMetadata()
        metadata = said.over(next ?? ArmMetadata()).printable
        self.notes = notes
    }

    /// Known keys one by one, so that a wrong one does not take the others with it. A text that is no JSON object is somebody else's, and is
    /// kept whole in the file as it is.
    private static func read(_ appendix: Appendix, _ notes: inout [String]) -> ArmMetadata {
        let limit = ArmMetadata.maximumBytes
        guard let text = appendix.text, text.utf8.count <= limit,
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else {
            if let text = appendix.text, text.utf8.count > limit {
                notes.append("header appendix of \(text.utf8.count) bytes not looked at for metadata: more than \(limit)")
            }
            return ArmMetadata()
        }
        var said = ArmMetadata()
        var strangers: [String] = []
        for key in object.keys.sorted() {
            guard known.contains(key) else {
                strangers.append(String(key.prefix(64)))
                continue
            }
            guard let value = object[key], !(value is NSNull) else { continue }
            do {
                let one = try JSONSerialization.data(withJSONObject: [key: value])
                said = said.over(try ArmMetadata(json: one))
            } catch { notes.append("'\(key)' of the header appendix not used: \(error)") }
        }
        if !strangers.isEmpty {
            let names = strangers.prefix(16).map { "'\($0)'" }.joined(separator: ", ")
            notes.append("header appendix: \(strangers.count) key(s) with no meaning here, kept with the header: \(names)")
        }
        return said
    }

    private static let known: Set<String> = [
        "name", "proposal", "sample", "session", "technique", "keywords", "temperature", "metadata",
    ]
}

extension ArmMetadata {
    fileprivate var printable: ArmMetadata {
        let fields = metadata.map { key, value -> (String, Value) in
            if case .text(let text) = value { (key.printable, .text(text.printable)) } else { (key.printable, value) }
        }
        return ArmMetadata(
            name: name?.printable, proposal: proposal, sample: sample?.printable, session: session?.printable,
            technique: technique?.printable, keywords: keywords.map(\.printable), temperature: temperature,
            metadata: Dictionary(fields) { first, _ in first })
    }
}

extension IngestPlan {
    /// The plan of one run: what is known of it laid over what the beamline's file says.
    package func naming(_ metadata: ArmMetadata) -> IngestPlan {
        var plan = self
        if let proposal = metadata.proposal { plan.beamline.proposal = proposal }
        if let session = metadata.session { plan.beamline.sessionIdentifier = session }
        if let sample = metadata.sample, sample != plan.beamline.sample.name {
            plan.beamline.sample.name = sample
            // The file's identifier is that of another sample.
            plan.beamline.sample.identifier = nil
        }
        if let technique = metadata.technique { plan.beamline.technique = technique }
        let words = plan.beamline.keywords ?? []
        let more = metadata.keywords.filter { !words.contains($0) }
        if !more.isEmpty { plan.beamline.keywords = words + more }
        if let temperature = metadata.temperature { plan.beamline.sample.temperature = temperature }
        if case .text(let title)? = metadata.metadata["title"] { plan.beamline.title = title }
        if let name = metadata.name { plan.nameTemplate = Self.template(name) ?? plan.nameTemplate }
        plan.runMetadata = metadata.metadata
        return plan
    }

    /// A name from outside as a template; braces that are none of ours are taken as letters.
    private static func template(_ name: String) -> RunNameTemplate? {
        if let template = try? RunNameTemplate(name) { return template }
        return try? RunNameTemplate(name.replacingOccurrences(of: "{", with: "_").replacingOccurrences(of: "}", with: "_"))
    }

    package func nameFields(at now: Timestamp, series: String?, detector: String? = nil) -> RunNameFields {
        RunNameFields(
            proposal: beamline.proposalIdentifier, sample: beamline.sampleName, series: series, beamline: beamline.beamlineName,
            detector: detector, time: now, zone: beamline.timeZone)
    }
}
