import DetectorWire
import Diagnostics
import Foundation

extension MessagePool {
    /// A recorded series: a `.cbors` file, a folder with `start.cbor`, `image.cbor` and `end.cbor` (images may be several:
    /// `image_0001.cbor`, …), or one `.cbor` file.
    ///
    /// Messages stay as they were recorded, byte for byte, but for the numbers that `MessageStamp` sets. A missing start or end message is
    /// made from what the images say. Only the first series of a recording is played.
    /// - Parameter version: nil keeps the recording's; another one translates the messages.
    /// - Throws: `SimulationError` `.fileUnreadable`, `.fileInvalid` without an image or with a message that cannot be read,
    ///   `.settingInvalid` for frames that the other version has no words for.
    public init(recording path: String, version: StreamVersion? = nil) throws(SimulationError) {
        try self.init(
            messages: try Self.messages(at: path), title: "recording \(path)", version: version)
    }

    init(messages: [[[UInt8]]], title: String, version wanted: StreamVersion?) throws(SimulationError) {
        guard let first = messages.first, let recorded = messages.lazy.compactMap({ StreamDecoder.detect($0) }).first,
            !first.isEmpty
        else {
            throw SimulationError(
                .fileInvalid, "this is no recording of a detector stream", at: title, expected: "Stream V1 or V2 messages",
                remedy: "Other streams (PandABox, XSPRESS, …) cannot be played")
        }
        let series = try RecordedSeries(messages, version: recorded, title: title)
        let version = wanted ?? recorded
        self.title = version == recorded ? title : "\(title) as \(version.rawValue)"
        self.version = version
        seriesID = series.seriesID
        frameTime_s = series.description.settings.frameTime_s
        preamble = []
        if version == recorded {
            let maker = MessageMaker(series.description, version: version)
            if let recordedStart = series.start { start = recordedStart } else { start = try maker.start() }
            if let recordedEnd = series.end { end = recordedEnd } else { end = try maker.end() }
            images = series.images
        } else {
            var description = series.description
            description.channels = version == .v2 ? (description.channels.isEmpty ? ["threshold_1"] : description.channels) : []
            if version == .v1 {
                description.settings.numberOfTriggers = 1
                description.settings.triggerMode = description.settings.triggerMode ?? "ints"
                description.headerDetail = .basic
                description.pixelMasks = []
                description.flatFields = []
                description.countrateTable = nil
            } else {
                description.uniqueID = description.uniqueID ?? UniqueID.text(seed: 0, series: series.seriesID)
                for index in description.pixelMasks.indices { description.pixelMasks[index].channel = description.channels.first }
                for index in description.flatFields.indices { description.flatFields[index].channel = description.channels.first }
                // V1 has pairs of rates, V2 corrected counts by counts: not the same table.
                description.countrateTable = nil
            }
            let maker = MessageMaker(description, version: version)
            start = try maker.start()
            end = try maker.end()
            var translated: [MessageTemplate] = []
            for image in series.images {
                translated.append(try MessageTranscoder.image(of: image.parts, from: recorded, to: version))
            }
            images = translated
        }
    }

    private static func messages(at path: String) throws(SimulationError) -> [[[UInt8]]] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SimulationError(.fileUnreadable, "there is no such recording", at: path, remedy: "Check the path")
        }
        var files = [path]
        if isFolder.boolValue {
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".cbor") }.sorted()
            } catch {
                throw SimulationError(.fileUnreadable, "a folder of messages cannot be read", at: path, cause: error)
            }
            let ordered = ["start", "image", "end"].flatMap { kind in names.filter { $0.hasPrefix(kind) } }
            guard ordered.contains(where: { $0.hasPrefix("image") }) else {
                throw SimulationError(
                    .fileInvalid, "a folder without recorded images", at: path, expected: "start.cbor, image.cbor, end.cbor")
            }
            files = ordered.map { path + "/" + $0 }
        }
        var messages: [[[UInt8]]] = []
        for file in files {
            do throws(WireError) {
                messages += try RecordedStream(path: file).messages
            } catch {
                throw SimulationError(
                    error.code == .recording ? .fileUnreadable : .fileInvalid, "a recording cannot be read", at: file,
                    cause: error)
            }
        }
        return messages
    }
}

/// The messages of the first series in a recording, sorted by kind.
private struct RecordedSeries {
    private(set) var start: MessageTemplate?
    private(set) var images: [MessageTemplate] = []
    private(set) var end: MessageTemplate?
    private(set) var seriesID: Int64 = 0
    private(set) var description: SeriesDescription

    init(_ messages: [[[UInt8]]], version: StreamVersion, title: String) throws(SimulationError) {
        var series: Int64?
        let decoder = StreamDecoder(version: version)
        for (number, parts) in messages.enumerated() {
            do throws(WireError) {
                switch try decoder.decode(parts) {
                case .start(let message) where start == nil && images.isEmpty:
                    start = try MessageTemplate(parts, version: version)
                    series = message.seriesID
                case .image(let message) where series == nil || message.seriesID == series:
                    images.append(try MessageTemplate(parts, version: version))
                    series = message.seriesID
                case .end(let message) where end == nil && (series == nil || message.seriesID == series):
                    end = try MessageTemplate(parts, version: version)
                default: continue
                }
            } catch {
                throw SimulationError(
                    .fileInvalid, "a recorded message cannot be read", at: "\(title), message \(number + 1)", cause: error)
            }
        }
        guard let first = images.first else {
            throw SimulationError(.fileInvalid, "a recording without a frame", at: title)
        }
        if let start {
            description = try MessageTranscoder.description(of: start.parts, version: version)
        } else {
            description = try Self.description(from: first, version: version)
        }
        seriesID = series ?? 0
    }

    /// What an image alone says of its series.
    private static func description(from image: MessageTemplate, version: StreamVersion) throws(SimulationError)
        -> SeriesDescription
    {
        let (head, channels) = try MessageTranscoder.image(of: image.parts, version: version)
        var series = SeriesDescription(seriesID: head.seriesID, uniqueID: head.uniqueID)
        series.channels = channels.compactMap(\.channel)
        if let array = channels.first, array.shape.count >= 2 {
            series.settings.imageSizeSlow = array.shape[array.shape.count - 2]
            series.settings.imageSizeFast = array.shape[array.shape.count - 1]
            series.settings.imageElement = array.element
            series.settings.bitDepthImage = array.element.byteCount * 8
        }
        series.settings.armDate = head.seriesDate
        series.settings.numberOfImages = 1
        series.settings.numberOfTriggers = version == .v1 ? 1 : nil
        series.settings.triggerMode = version == .v1 ? "ints" : nil
        return series
    }
}
