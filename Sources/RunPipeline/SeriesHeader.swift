import DetectorWire
import Diagnostics
import Frames
import RunModel

/// What the start message said, with its arrays unpacked: everything of it that must outlive the message.
public struct SeriesHeader: Sendable {
    public let start: StartMessage
    /// The message as text (JSON; large arrays as descriptions), lossless otherwise.
    public let originalJSON: String
    /// NeXus bits [slow, fast] of each channel, where the stream gave them; the key is the channel's index.
    public private(set) var pixelMasks: [Int: PixelMask] = [:]
    /// float32 [slow, fast].
    public private(set) var flatFields: [Int: (shape: FrameShape, values: [Float])] = [:]
    /// Pairs (measured, corrected), float32, or the table as integers where the stream gives integers.
    public private(set) var countrateTable: [Double]?
    /// What was strange, for the log and the file.
    public private(set) var notes: [String]

    /// When the start message came: the run is armed from then on.
    public let received: Timestamp

    /// What the arrays of one start message may take unpacked, all together; those beyond are left out with a note. Sixteen megapixels
    /// with a mask and a flat field for each of four channels are half of it.
    public static let maximumArrayBytes = 1 << 30

    /// - Parameters:
    ///   - parts: the message that `start` was decoded from.
    ///   - maximumArrayBytes: less than the limit, for tests.
    public init(
        _ start: StartMessage, in parts: MessageParts, received: Timestamp,
        maximumArrayBytes: Int = SeriesHeader.maximumArrayBytes
    ) {
        var unpacking = ArrayUnpacking(parts, channels: start.channels, maximumBytes: maximumArrayBytes)
        self.received = received
        self.start = start
        originalJSON = start.original.json()
        notes = start.notes
        // A mask or flat field that is cut or of another type is left out with a note: the frames are worth more than it is.
        for mask in start.pixelMasks {
            do {
                let (channel, shape) = try unpacking.place(of: mask, .uint32)
                pixelMasks[channel] = try PixelMask(shape: shape, bits: unpacking.elements(mask.array, UInt32.self))
            } catch { notes.append("pixel mask\(Self.suffix(mask)) not kept: \(error)") }
        }
        for flat in start.flatFields {
            do {
                let (channel, shape) = try unpacking.place(of: flat, .float32)
                flatFields[channel] = (shape, try unpacking.elements(flat.array, Float.self))
            } catch { notes.append("flat field\(Self.suffix(flat)) not kept: \(error)") }
        }
        if let table = start.countrateTable {
            do { countrateTable = try unpacking.doubles(table) } catch {
                notes.append("count rate table not kept: \(error)")
            }
        }
    }

    /// The header without masks, flat fields and tables, which can be a hundred megabytes: for series that are over.
    var withoutArrays: SeriesHeader {
        var header = self
        header.pixelMasks = [:]
        header.flatFields = [:]
        header.countrateTable = nil
        return header
    }

    /// The header with more to say.
    func noting(_ more: [String]) -> SeriesHeader {
        var header = self
        header.notes += more
        return header
    }

    private static func suffix(_ array: ChannelArray) -> String { array.channel.map { " of \($0)" } ?? "" }
}
