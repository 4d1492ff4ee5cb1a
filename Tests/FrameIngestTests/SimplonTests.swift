import Diagnostics
import FrameIngest
import Testing

@Suite struct SimplonTests {
    /// A detector as a table of answers.
    private struct Table: SimplonTransport {
        var answers: [String: String]
        let address = "http://table"

        func get(_ path: String, until deadline: ContinuousClock.Instant) throws(IngestError) -> [UInt8] {
            guard let answer = answers[path] else {
                throw IngestError(.simplonFailed, "the detector refuses", at: path, got: "404")
            }
            return Array(answer.utf8)
        }
    }

    /// As tickit-devices 0.4.1 answers (API 1.8.0, no path for the version).
    private static let tickit = [
        "/stream/api/1.8.0/status/dropped": #"{"value": 7, "value_type": "uint", "access_mode": "r"}"#,
        "/stream/api/1.8.0/status/state": #"{"value": "ready", "value_type": "string"}"#,
        "/detector/api/1.8.0/status/state": #"{"value": "idle", "value_type": "string"}"#,
        "/detector/api/1.8.0/config/nimages": #"{"value": 20, "value_type": "uint", "min": 1}"#,
        "/detector/api/1.8.0/config/ntrigger": #"{"value": 2, "value_type": "uint"}"#,
        "/detector/api/1.8.0/config/trigger_mode": #"{"value": "exts", "value_type": "string"}"#,
    ]

    @Test func theCountersOfADetectorAreRead() throws {
        let reading = try SimplonClient(Table(answers: Self.tickit)).read()
        #expect(reading.dropped == 7)
        #expect(reading.streamState == "ready" && reading.detectorState == "idle")
        #expect(reading.imagesPerTrigger == 20 && reading.triggers == 2 && reading.triggerMode == "exts")
        #expect(reading.announced == 40)
    }

    @Test func theVersionThatTheDetectorTellsIsUsed() throws {
        let reading = try SimplonClient(
            Table(answers: [
                "/detector/api/version/": #"{"value": "1.6.7", "value_type": "string"}"#,
                "/stream/api/1.6.7/status/dropped": #"{"value": 0}"#,
            ])
        ).read()
        #expect(reading.dropped == 0 && reading.detectorState == nil && reading.announced == nil)
    }

    @Test func aVersionThatIsNoneBecomesNoPath() throws {
        var answers = Self.tickit
        answers["/detector/api/version/"] = #"{"value": "../../x", "value_type": "string"}"#
        #expect(try SimplonClient(Table(answers: answers)).read().dropped == 7)
    }

    @Test(arguments: ["null", "{", "{}", #"{"value": "three"}"#, #"{"value": -1}"#, #"{"value": 1099511627777}"#, "[]", ""])
    func anAnswerThatIsNoCountIsSaid(_ answer: String) {
        let error = #expect(throws: IngestError.self) {
            _ = try SimplonClient(Table(answers: ["/stream/api/1.8.0/status/dropped": answer])).read()
        }
        #expect(error?.code == .simplonFailed)
    }

    @Test func framesAreAnnouncedAsTheTriggerModeSays() {
        var reading = SimplonReading()
        reading.imagesPerTrigger = 10
        reading.triggers = 3
        for (mode, expected) in [("ints", 30), ("exts", 30), ("inte", 3), ("exte", 3), ("extg", nil), (nil, nil)]
            as [(String?, Int?)]
        {
            reading.triggerMode = mode
            #expect(reading.announced == expected)
        }
        reading.triggerMode = "ints"
        reading.triggers = .max
        #expect(reading.announced == nil)
    }

    private func notes(
        dropped: Int, received: Int, expected: Int? = 40, isEnded: Bool = true, state: String = "idle", configured: Int = 20
    ) -> [String] {
        var armed = SimplonReading()
        (armed.imagesPerTrigger, armed.triggers, armed.triggerMode) = (configured, 2, "ints")
        var ended = armed
        (ended.dropped, ended.detectorState) = (dropped, state)
        return SimplonReconciliation(armed: .success(armed), ended: .success(ended))
            .notes(.init(expected: expected, received: received, isEnded: isEnded))
    }

    @Test func countersThatAgreeAreOneNote() {
        #expect(
            notes(dropped: 0, received: 40)
                == ["the detector's own counters agree: 40 frames announced, none dropped, all received"])
    }

    @Test func whatTheDetectorDroppedIsTold() {
        let found = notes(dropped: 7, received: 33)
        #expect(found.count == 1)
        #expect(found.first?.contains("dropped 7 message(s)") == true)
    }

    @Test func whatWasSentAndDidNotComeIsTold() {
        let found = notes(dropped: 7, received: 30)
        #expect(found.count == 2)
        #expect(found.last?.hasPrefix("3 frame(s) were neither received nor dropped by the detector") == true)
    }

    @Test func moreFramesThanTheCountersLeaveAreTold() {
        #expect(notes(dropped: 7, received: 40).last == "7 frame(s) more came than the detector's counters leave")
    }

    @Test func numbersThatNobodyCountsDoNotTrap() throws {
        var answers = Self.tickit
        answers["/detector/api/1.8.0/config/nimages"] = #"{"value": -9223372036854775808}"#
        #expect(try SimplonClient(Table(answers: answers)).read().imagesPerTrigger == nil)
        for (dropped, expected) in [(Int.max, Int.min), (Int.min, Int.max), (1, Int.min)] {
            var reading = SimplonReading()
            reading.dropped = dropped
            let found = SimplonReconciliation(armed: .success(reading), ended: .success(reading))
                .notes(.init(expected: expected, received: 40, isEnded: true))
            #expect(found.last?.contains("make no sense") == true)
        }
    }

    @Test func aSeriesThatWasBrokenOffIsNotReckonedUp() {
        #expect(notes(dropped: 0, received: 10, isEnded: false).last?.contains("is not known") == true)
    }

    @Test func settingsThatDisagreeWithTheStartMessageAreTold() {
        #expect(
            notes(dropped: 0, received: 40, configured: 25).first
                == "the detector was set to 50 frames, its start message said 40")
    }

    @Test func aDetectorInErrorIsTold() {
        #expect(notes(dropped: 0, received: 40, state: "error").first?.contains("state 'error'") == true)
    }

    @Test func aWatchOnADetectorThatIsNotThereSaysSoAndDoesNotWait() {
        let watch = SimplonWatch(SimplonClient(Table(answers: [:])))
        watch.seriesEnded()
        let found = watch.notes(.init(expected: 10, received: 10, isEnded: true), patience: .seconds(30))
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.contains("could not be read") })
    }

    @Test func aWatchReadsAtTheBeginningAndAtTheEnd() {
        let watch = SimplonWatch(SimplonClient(Table(answers: Self.tickit)))
        watch.seriesEnded()
        let found = watch.notes(.init(expected: 40, received: 33, isEnded: true), patience: .seconds(30))
        #expect(found.count == 1)
        #expect(found.first?.contains("dropped 7 message(s)") == true)
    }
}
