import Identifiers
import RunCatalogue
import RunModel

extension Facility {
    static let filesPerRun = 10
    static let valuesPerRun = 50

    /// A run of a block: 10 files, 50 values, 1 event, 2 messages.
    func run(_ block: Int, _ index: Int) throws -> RunHandOver {
        let number = number(block, index)
        var generator = random(4, number)
        let (start, end) = times(block, index)
        let name = "run_\(padded(number, 7))"
        let technique = technique(block)
        let hasSession = hasSession(block)
        return RunHandOver(
            tenant: Self.tenant, pid: try pid(number), kind: index % 10 == 9 ? .derived : .raw, name: name,
            title: title(number, &generator), verdict: index % 50 == 49 ? .partial : .complete,
            origin: RunOrigin(
                team: team(block), instrument: instrument(block), proposal: proposal(block),
                session: hasSession ? session(block).name : nil, sample: sample(block, index), technique: technique),
            startedAt: start, endedAt: end, folder: "/data/\(proposal(block))/visit/\(name)",
            keywords: [word(&generator), word(&generator)], files: try files(name, &generator),
            values: try values(block, end.seconds(since: start), &generator),
            clock: hasSession ? .session : .own(try ownClock(block, index)),
            event: EventDraft(action: "registered", at: end),
            outbox: [
                OutboxDraft(topic: "datacite", payload: "{\"run\":\"\(name)\",\"state\":\"findable\"}"),
                OutboxDraft(topic: "file-access", payload: "{\"run\":\"\(name)\",\"group\":\"\(team(block))\"}"),
            ])
    }

    /// A share of the runs has each of the words that figures look for; beside them stand two of 5,000 words, the first ones often.
    private func title(_ number: Int, _ generator: inout SplitMix) -> String {
        let material =
            number % 10_000 == 4321 % max(1, min(runs, 10_000))
            ? Self.rareWord
            : number % 100 == 57 ? Self.fewWord : number % 10 < 3 ? Self.manyWord : word(&generator)
        return "\(material) \(word(&generator)), position \(number % 384)"
    }

    func word(_ generator: inout SplitMix) -> String {
        let uniform = Double.random(in: 0..<1, using: &generator)
        var number = Int(uniform * uniform * 5000)
        var text = ""
        for _ in 0..<4 {
            text += Self.syllables[number % Self.syllables.count]
            number = number / 3 + 7 * (number % 11)
        }
        return text + Self.endings[Int(uniform * uniform * 5000) % Self.endings.count]
    }

    private static let syllables = [
        "ka", "ro", "mi", "te", "lu", "so", "pha", "zin", "cor", "de", "ux", "va", "ni", "qua", "bel", "gro",
    ]
    private static let endings = ["in", "ate", "um", "ite", "ol", "ase", "ide"]

    private func files(_ name: String, _ generator: inout SplitMix) throws -> [RunFile] {
        try (0..<Self.filesPerRun).map { file in
            let path: String
            let role: FileEntry.Role
            switch file {
            case 0: (path, role) = ("\(name)_master.h5", .master)
            case 9: (path, role) = ("ledger/\(name)_data_000001.ledger", .ledger)
            default: (path, role) = ("\(name)_data_\(padded(file, 6)).h5", .data)
            }
            return try RunFile(
                path: path, role: role, bytes: Int64.random(in: 1_000_000..<4_000_000_000, using: &generator),
                digest: "sha256:" + digits(&generator))
        }
    }

    /// 64 hexadecimal digits.
    private func digits(_ generator: inout SplitMix) -> String {
        String(unsafeUninitializedCapacity: 64) { bytes in
            for word in 0..<4 {
                var bits = generator.next()
                for digit in 0..<16 {
                    let nibble = UInt8(truncatingIfNeeded: bits & 15)
                    bytes[word * 16 + digit] = nibble < 10 ? 48 + nibble : 87 + nibble
                    bits >>= 4
                }
            }
            return 64
        }
    }

    /// Nine that runs have in common; 33 read back from motors, gauges and the ring, of which 25 differ from run to run; eight texts.
    private func values(_ block: Int, _ duration: Double, _ generator: inout SplitMix) throws -> [MetadataValue] {
        var ofBlock = random(5, block)
        let energy = Double.random(in: 5000..<20_000, using: &ofBlock) + Double.random(in: -50..<50, using: &generator)
        var values = [
            try MetadataValue("beam/incident_energy", energy, unit: "eV"),
            try MetadataValue("beam/incident_wavelength", 12398.419843 / energy, unit: "angstrom"),
            try MetadataValue("detector/distance", Double.random(in: 0.1..<8, using: &ofBlock), unit: "m"),
            try MetadataValue(
                "detector/count_time", [0.001, 0.005, 0.01, 0.1, 1].randomElement(using: &generator) ?? 1, unit: "s"),
            try MetadataValue("run/duration", duration, unit: "s"),
            try MetadataValue("frames/written", Double(Int.random(in: 1..<20_000, using: &generator)), unit: ""),
            try MetadataValue("frames/missing", 0, unit: ""),
            try MetadataValue("run/completeness", Double(Int.random(in: 20...24, using: &generator)) / 24, unit: ""),
            try MetadataValue("sample/temperature", Double.random(in: 95..<310, using: &generator), unit: "K"),
        ]
        for number in 0..<8 {
            values.append(
                try MetadataValue("beamline/setting_\(number)", Double(Int.random(in: 0..<100, using: &ofBlock)), unit: "mm"))
        }
        for number in 0..<25 {
            values.append(
                try MetadataValue("readback/\(Self.readbacks[number])", Double.random(in: 0..<100, using: &generator), unit: "mm")
            )
        }
        for number in 0..<8 {
            values.append(
                try MetadataValue("text/\(number)", text: number < 6 ? "model \(block % 20 + number)" : word(&generator)))
        }
        return values
    }

    private static let readbacks = (0..<25).map { "axis_\(padded($0, 2))" }

    /// A run of very many files.
    func largeRun(files: Int) throws -> RunHandOver {
        var run = try run(blocks - 1, 0)
        run.pid = try pid(-1)
        run.name = "tomography_of_many_files"
        run.files = try (0..<files).map {
            try RunFile(path: "projections/slice_\(padded($0, 7)).tiff", role: .data, bytes: 8_388_608)
        }
        return run
    }
}
