import Diagnostics
import Frames
import HDF5

// How the description's optional values become nodes. nil in, nil out: what is not known is not written.

extension NeXusGroup {
    /// A group of what is known: nil is left out.
    init(_ name: String, _ nxClass: String, attributes: [NeXusAttribute] = [], known children: [NeXusNode?]) {
        self.init(name, nxClass, attributes: attributes, children: children.compactMap { $0 })
    }
}

extension NeXusNode {
    static func text(_ name: String, _ value: String?, _ attributes: [NeXusAttribute] = []) -> NeXusNode? {
        value.map { .field(name, .string($0), attributes: attributes) }
    }

    static func texts(_ name: String, _ values: [String]) -> NeXusNode? { .field(name, .strings(values)) }

    static func number(
        _ name: String, _ value: Double?, _ units: String?, _ attributes: [NeXusAttribute] = []
    ) -> NeXusNode? {
        value.map { .field(name, .float64($0), units: units, attributes: attributes) }
    }

    /// One value is written as an array of one: a field whose length is the number of frames keeps its rank for a single frame.
    static func numbers(
        _ name: String, _ values: [Double]?, _ units: String?, _ attributes: [NeXusAttribute] = []
    ) -> NeXusNode? {
        values.map { .field(name, .array($0), units: units, attributes: attributes) }
    }

    static func integer(_ name: String, _ value: Int?) -> NeXusNode? { value.map { .field(name, .int64(Int64($0))) } }

    static func integers(_ name: String, _ values: [Int32]) -> NeXusNode? { .field(name, .array(values)) }

    static func integers(
        _ name: String, _ values: [Int64], units: String? = nil, _ attributes: [NeXusAttribute] = []
    ) -> NeXusNode? {
        .field(name, .array(values), units: units, attributes: attributes)
    }

    static func flag(_ name: String, _ value: Bool?) -> NeXusNode? { value.map { .field(name, .bool($0)) } }

    static func flags(_ name: String, _ values: [Bool]) -> NeXusNode? { .field(name, .bools(values)) }

    /// A number of the type of the pixels, as NXdetector asks for limits of pixel values; of 64 bits when the type does not
    /// hold it.
    static func pixelValue(_ name: String, _ value: Int64?, _ type: PixelType?) -> NeXusNode? {
        guard let value else { return nil }
        func narrowed<Number: HDF5Number & FixedWidthInteger>(_ type: Number.Type) -> NeXusValue? {
            Number(exactly: value).map { .number($0) }
        }
        let stored: NeXusValue? =
            switch type {
            case .uint8: narrowed(UInt8.self)
            case .int8: narrowed(Int8.self)
            case .uint16: narrowed(UInt16.self)
            case .int16: narrowed(Int16.self)
            case .uint32: narrowed(UInt32.self)
            case .int32: narrowed(Int32.self)
            case .uint64: narrowed(UInt64.self)
            case .int64, nil: .int64(value)
            case .float32: .float32(Float(value))
            case .float64: .float64(Double(value))
            }
        return .field(name, stored ?? .int64(value))
    }
}

extension NeXusNode {
    /// `[slow, fast]`, 32 bits a pixel; the writer keeps it contiguous, as XDS's reader needs it.
    static func pixelMask(_ mask: PixelMask?, _ attributes: [NeXusAttribute] = []) throws(NXmxError) -> NeXusNode? {
        guard let mask else { return nil }
        let bits = try NeXusValue.array(mask.bits, rows: mask.shape.slow, columns: mask.shape.fast)
        return .field("pixel_mask", bits, attributes: attributes)
    }

    static func flatfield(_ channel: NXmxDescription.Channel?) throws(NXmxError) -> NeXusNode? {
        guard let channel, let factors = channel.flatfield else { return nil }
        return .field("flatfield", try .array(factors, rows: channel.format.shape.slow, columns: channel.format.shape.fast))
    }

    /// `[frame, slow, fast]` over data files, each at the place of its first frame. What no file has reads as masked.
    ///
    /// - Parameter frames: of the whole run.
    static func virtualFrames(
        _ name: String, _ files: [NXmxDescription.DataFile], of frames: Int, _ format: FrameFormat
    ) -> NeXusNode {
        let (slow, fast) = (format.shape.slow, format.shape.fast)
        let sources = files.map { file in
            NeXusVirtualSource(
                file: file.name, dataset: DataFileSkeleton.datasetPath, sourceShape: [file.frames, slow, fast],
                sourceStart: [0, 0, 0], targetStart: [file.firstFrame, 0, 0], count: [file.frames, slow, fast])
        }
        let element = format.pixelType.elementType
        return .virtualField(
            NeXusVirtualField(
                name, elementType: element, shape: [frames, slow, fast], fill: element.maskedBytes, sources: sources,
                attributes: [NeXusAttribute("interpretation", "image")]))
    }
}

extension NeXusValue {
    /// Row by row. ``NXmxMaster`` has checked the numbers of values; this only passes on what HDF5 would say otherwise.
    static func array<Number: HDF5Number>(_ values: [Number], rows: Int, columns: Int) throws(NXmxError) -> NeXusValue {
        do throws(HDF5Error) {
            return try .array(values, shape: [rows, columns])
        } catch {
            throw NXmxError(.inconsistent, error.what, got: error.got, expected: error.expected, cause: error)
        }
    }
}
