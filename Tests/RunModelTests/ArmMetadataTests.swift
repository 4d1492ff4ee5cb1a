import Diagnostics
import Foundation
import Identifiers
import Quantities
import RunModel
import TestSupport
import Testing

@Suite struct ArmMetadataTests {
    static let full = """
        {"name":"{proposal}_{sample}","proposal":"mx-2345","sample":"lysozyme","session":"2026-4",
         "technique":"SAXS","keywords":["robot","SEC"],"temperature":{"value":-173.15,"unit":"degC"},
         "metadata":{"temperature":100.5,"loop":"0.2 mm","count":3,"flow":{"value":0.35,"unit":"m/s"}}}
        """

    private func refusal(_ json: String) -> RunModelError? {
        #expect(throws: RunModelError.self) { try ArmMetadata(json: Data(json.utf8)) }
    }

    @Test func everyKeyIsRead() throws {
        let arm = try ArmMetadata(json: Data(Self.full.utf8))
        #expect(arm.name == "{proposal}_{sample}")
        #expect(arm.proposal == (try ProposalIdentifier("mx-2345")))
        #expect(arm.sample == "lysozyme")
        #expect(arm.session == "2026-4")
        #expect(
            arm.metadata == [
                "temperature": .number(100.5), "loop": .text("0.2 mm"), "count": .number(3),
                "flow": .quantity(0.35, try PhysicalUnit("m/s")),
            ])
        #expect(arm.technique == "SAXS" && arm.keywords == ["robot", "SEC"])
        #expect(arm.temperature.map { abs($0.kelvin - 100) < 1e-9 } == true)
        #expect(try ArmMetadata(json: arm.json()) == arm)
    }

    @Test func nothingSaidIsAnEmptyObject() throws {
        let arm = try ArmMetadata(json: Data("{}".utf8))
        #expect(arm.isEmpty)
        #expect(String(decoding: try arm.json(), as: UTF8.self) == "{}")
    }

    @Test func anUnknownKeyIsRefusedByName() {
        let error = refusal(#"{"sampel":"x","sample":"y"}"#)
        #expect(error?.code == .badArmMetadata)
        #expect(error?.got == "'sampel'")
        #expect(error?.expected?.contains("sample") == true)
    }

    @Test(arguments: [
        (#"{"sample":7}"#, "sample"), (#"{"metadata":{"a":true}}"#, "metadata.a"), (#"{"metadata":{"a":[1]}}"#, "metadata.a"),
        (#"{"proposal":"two words"}"#, "proposal"), (#"{"name":""}"#, "name"), (#"{"metadata":[]}"#, "metadata"),
        (#"{"metadata":{"":1}}"#, "metadata"), (#"{"metadata":{"a":{"value":1,"unit":"furlong"}}}"#, "metadata.a.unit"),
        (#"{"metadata":{"a":{"value":1,"unit":"keV","x":1}}}"#, "metadata.a"), (#"{"metadata":{"a":{"value":1}}}"#, "metadata.a"),
        (#"{"metadata":{"a":{"value":1e308,"unit":"km"}}}"#, "metadata.a.value"),
        (#"{"temperature":{"value":100,"unit":"mm"}}"#, "temperature"),
        (#"{"temperature":{"value":-1,"unit":"K"}}"#, "temperature"),
        (#"{"temperature":100}"#, "temperature"), (#"{"keywords":[""]}"#, "keywords"), (#"{"technique":""}"#, "technique"),
    ])
    func aValueOfAnotherKindIsRefusedWithItsPlace(_ json: String, _ place: String) {
        #expect(refusal(json)?.place == place)
    }

    @Test(arguments: ["", "[]", "null", "7", "{", #"{"sample":"\#(String(repeating: "x", count: 70_000))"}"#])
    func whatIsNoDocumentIsRefused(_ json: String) {
        #expect(refusal(json)?.code == .badArmMetadata)
    }

    @Test func depthDoesNotTrap() {
        #expect(refusal(#"{"metadata":{"a":"# + String(repeating: "[", count: 60_000))?.code == .badArmMetadata)
    }

    @Test func tooManyFieldsAreRefused() {
        let fields = (0...256).map { "\"k\($0)\":1" }.joined(separator: ",")
        #expect(refusal("{\"metadata\":{\(fields)}}")?.place == "metadata")
    }

    @Test func theFirstSourceThatSaysSomethingWins() throws {
        let detector = ArmMetadata(sample: "a", metadata: ["x": .number(1)])
        let announced = ArmMetadata(name: "n", sample: "b", session: "s", metadata: ["x": .number(2), "y": .text("t")])
        #expect(
            detector.over(announced)
                == ArmMetadata(name: "n", sample: "a", session: "s", metadata: ["x": .number(1), "y": .text("t")]))
        let warm = ArmMetadata(technique: "SAXS", keywords: ["a", "b"], temperature: try Temperature("300 K"))
        let cold = ArmMetadata(technique: "MX", keywords: ["c", "a"], temperature: try Temperature("100 K"))
        #expect(
            warm.over(cold)
                == ArmMetadata(technique: "SAXS", keywords: ["a", "b", "c"], temperature: try Temperature("300 K")))
        #expect(ArmMetadata(keywords: ["c"]).over(warm).technique == "SAXS")
    }

    /// An independent judge: the Python package jsonschema.
    @Test(.enabled(if: TestPython.isAvailable("jsonschema"), "\(TestPython.absence)"))
    func theSchemaAcceptsAndRefusesTheSame() throws {
        let judge = """
            import json, sys
            from jsonschema import Draft202012Validator
            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            print([validator.is_valid(json.loads(text)) for text in sys.argv[2:]])
            """
        let texts = [
            Self.full, "{}", #"{"sampel":"x"}"#, #"{"sample":7}"#, #"{"metadata":{"a":true}}"#, #"{"proposal":"two words"}"#,
            #"{"name":""}"#, #"{"metadata":{"a":{"value":1}}}"#, #"{"temperature":{"value":100,"unit":"K"}}"#,
            #"{"temperature":100}"#,
            #"{"keywords":[""]}"#,
        ]
        let output = try TestPython.run(judge, [PackageRoot.file("schemas/arm.schema.json").path] + texts)
        #expect(output.standardOutput == "[True, True, False, False, False, False, False, False, True, False, False]\n")
        let ours = texts.map { (try? ArmMetadata(json: Data($0.utf8))) != nil }
        #expect(ours == [true, true, false, false, false, false, false, false, true, false, false])
    }
}
