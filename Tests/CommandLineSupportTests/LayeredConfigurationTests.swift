import CommandLineSupport
import Diagnostics
import Testing

private enum Protocol: String, CaseIterable, ConfigurationValue {
    case auto, v1, v2
}

struct LayeredConfigurationTests {
    let all = LayeredConfiguration(
        environment: ["FAISCEAU_FRAMES_PER_FILE": "200", "FAISCEAU_EMPTY": "", "FAISCEAU_WRONG": "many"],
        file: ConfigurationFile(
            path: "b.yaml", values: ["frames_per_file": "300", "empty": "7", "protocol": "v3", "run.mode": "2750"]))

    @Test func theFlagIsHeardFirst() throws {
        #expect(
            try all.value("frames-per-file", flag: 100, default: 10_000)
                == Configured(value: 100, origin: .flag("--frames-per-file")))
    }

    @Test func thenTheEnvironment() throws {
        #expect(
            try all.value("frames-per-file", flag: nil, default: 10_000)
                == Configured(value: 200, origin: .environment("FAISCEAU_FRAMES_PER_FILE")))
    }

    @Test func thenTheFileAlsoWhereTheVariableIsEmpty() throws {
        #expect(
            try all.value("empty", flag: nil, default: 1) == Configured(value: 7, origin: .file(path: "b.yaml", key: "empty")))
    }

    @Test func thenWhatIsBuiltIn() throws {
        #expect(try all.value("stall", flag: nil, default: 2.5) == Configured(value: 2.5, origin: .builtIn))
        #expect(try all.value("stall", flag: Double?.none) == nil)
    }

    @Test func aWrongVariableIsNotPassedOver() {
        #expect {
            try all.value("wrong", flag: nil, default: 1)
        } throws: { error in
            guard let error = error as? CommandLineError else { return false }
            return error.code == .environmentValueInvalid && error.exitStatus == .environment && error.place == "FAISCEAU_WRONG"
                && error.got == "many" && error.expected == "a whole number"
        }
    }

    @Test func aWrongValueInTheFileIsInvalidInputAndSaysWhatIsAccepted() {
        #expect {
            try all.value("protocol", flag: nil, default: Protocol.auto)
        } throws: { error in
            guard let error = error as? CommandLineError else { return false }
            return error.exitStatus == .invalidInput && error.place == "b.yaml: protocol" && error.expected == "auto, v1, v2"
        }
    }

    @Test func aKeyThatNothingReadsIsRefused() throws {
        try all.checkKeys(["frames-per-file", "empty", "protocol", "run.mode"])
        #expect {
            try all.checkKeys(["frames-per-file", "empty", "run.mode"])
        } throws: {
            ($0 as? CommandLineError)?.code == .fileKeyUnknown && ($0 as? CommandLineError)?.got == "protocol"
        }
    }

    @Test(arguments: [("yes", true), ("Off", false), ("1", true)])
    func truthHasSeveralSpellings(text: String, truth: Bool) {
        #expect(Bool(configurationText: text) == truth)
    }

    @Test(arguments: ["nan", "inf", "", "1,5"])
    func aNumberIsFinite(text: String) {
        #expect(Double(configurationText: text) == nil)
    }
}
