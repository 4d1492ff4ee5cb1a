import BeamlineMetadata
import DetectorWire
import Quantities
import RunModel
import RunPipeline
import Testing

/// Whose word is taken for a run's name, proposal and sample.
@Suite struct RunSubjectTests {
    @Test func theDetectorSpeaksBeforeTheCommand() throws {
        let subject = RunSubject(
            .text(#"{"sample": "from the wire"}"#), next: ArmMetadata(name: "n", sample: "from ctl"))
        #expect(subject.metadata.sample == "from the wire")
        #expect(subject.metadata.name == "n")
        #expect(subject.notes == [])
    }

    @Test func theCommandSpeaksBeforeTheFile() throws {
        var beamline = BeamlineConfiguration()
        beamline.sample.name = "from the file"
        beamline.title = "kept"
        let plan = IngestPlan(outputFolder: "/out", beamline: beamline, nameTemplate: .standard, version: "test")
        let named = plan.naming(RunSubject(nil, next: ArmMetadata(sample: "from ctl")).metadata)
        #expect(named.beamline.sampleName == "from ctl")
        #expect(named.beamline.title == "kept")
    }

    /// Words add up; of the rest the nearest to the run is taken.
    @Test func whatPeopleLookForItByComesFromAllThree() throws {
        var beamline = BeamlineConfiguration()
        beamline.technique = "SAXS"
        beamline.keywords = ["flyscan"]
        beamline.sample.temperature = try Temperature("293 K")
        let plan = IngestPlan(outputFolder: "/out", beamline: beamline, nameTemplate: .standard, version: "test")
        let wire = Appendix.text(
            #"{"technique": "WAXS\u001b", "keywords": ["robot", "flyscan"], "temperature": {"value": 20, "unit": "degC"}}"#)
        let named = plan.naming(RunSubject(wire, next: ArmMetadata(technique: "MX", keywords: ["SEC"])).metadata)
        #expect(named.beamline.technique == "WAXS ")
        #expect(named.beamline.keywords == ["flyscan", "robot", "SEC"])
        #expect(named.beamline.sample.temperature?.kelvin == 293.15)
        #expect(plan.naming(ArmMetadata()).beamline == beamline)
    }

    @Test func keysOfOtherSoftwareAreNamedAndDoNoHarm() {
        let subject = RunSubject(.text(#"{"mxcube": {"dir": "/x"}, "sample": "a", "run_number": 3}"#), next: nil)
        #expect(subject.metadata == ArmMetadata(sample: "a"))
        #expect(subject.notes.count == 1)
        #expect(subject.notes.first?.contains("2 key(s)") == true && subject.notes.first?.contains("'mxcube'") == true)
    }

    @Test func aWrongKeyDoesNotTakeTheOthersWithIt() {
        let subject = RunSubject(.text(#"{"proposal": "a b", "sample": "good", "session": 7}"#), next: nil)
        #expect(subject.metadata == ArmMetadata(sample: "good"))
        #expect(subject.notes.count == 2)
    }

    @Test(arguments: ["plain words", "[1, 2]", "", "{", "\"text\""])
    func whatIsNoObjectIsSomebodyElses(text: String) {
        let subject = RunSubject(.text(text), next: nil)
        #expect(subject.metadata.isEmpty)
        #expect(subject.notes == [])
    }

    @Test func userDataThatIsAMapIsReadAsJSON() {
        let value = WireValue.map([WireEntry("sample", .text("b")), WireEntry("metadata", .map([WireEntry("t", .double(1.5))]))])
        #expect(RunSubject(.value(value), next: nil).metadata == ArmMetadata(sample: "b", metadata: ["t": .number(1.5)]))
    }

    @Test func controlCharactersBecomeBlanks() {
        let subject = RunSubject(
            .text(#"{"sample": "a\u0000b\u001b[1m", "metadata": {"k\n": "v\u0000"}}"#), next: ArmMetadata(session: "s\t1"))
        #expect(subject.metadata == ArmMetadata(sample: "a b [1m", session: "s 1", metadata: ["k ": .text("v ")]))
    }

    @Test func aLongAppendixIsNotLookedAt() {
        let subject = RunSubject(.text("{\"sample\": \"" + String(repeating: "x", count: 70_000) + "\"}"), next: nil)
        #expect(subject.metadata.isEmpty)
        #expect(subject.notes.first?.contains("not looked at") == true)
    }

    @Test(arguments: ["../../etc/passwd", "/absolute", "a/{b}/c", "{sample}/..", ".hidden"])
    func anEvilNameStaysOneNameInsideTheFolder(name: String) throws {
        var beamline = BeamlineConfiguration()
        beamline.sample.name = "../x"
        let plan = IngestPlan(outputFolder: "/out", beamline: beamline, nameTemplate: .standard, version: "test")
        let named = plan.naming(ArmMetadata(name: name))
        let made = try named.nameTemplate.expand(named.nameFields(at: Timestamp(unixNanoseconds: 0), series: "1"))
        #expect(!made.contains("/") && !made.hasPrefix(".") && !made.contains(".."))
    }
}
