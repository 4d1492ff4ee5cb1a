import Frames

/// Sums and maxima of one pixel type; ``MeanMaxImage`` has checked all sizes before it calls.
///
/// An enumeration and no protocol: behind an existential the compiler leaves the loops over all pixels generic, twenty times slower
/// (measured: 215 ms and 11 ms for a frame of 4 million pixels).
enum PixelAccumulator {
    case uint8(IntegerAccumulator<UInt8>)
    case int8(IntegerAccumulator<Int8>)
    case uint16(IntegerAccumulator<UInt16>)
    case int16(IntegerAccumulator<Int16>)
    case uint32(IntegerAccumulator<UInt32>)
    case int32(IntegerAccumulator<Int32>)
    case uint64(IntegerAccumulator<UInt64>)
    case int64(IntegerAccumulator<Int64>)
    case float32(FloatAccumulator<UInt32>)
    case float64(FloatAccumulator<UInt64>)
    /// While a frame is added: the sums have one owner then, and are not copied.
    case taken

    init(_ type: PixelType, count: Int) {
        self =
            switch type {
            case .uint8: .uint8(IntegerAccumulator(count))
            case .int8: .int8(IntegerAccumulator(count))
            case .uint16: .uint16(IntegerAccumulator(count))
            case .int16: .int16(IntegerAccumulator(count))
            case .uint32: .uint32(IntegerAccumulator(count))
            case .int32: .int32(IntegerAccumulator(count))
            case .uint64: .uint64(IntegerAccumulator(count))
            case .int64: .int64(IntegerAccumulator(count))
            case .float32: .float32(FloatAccumulator(count) { Double(Float(bitPattern: $0)) })
            case .float64: .float64(FloatAccumulator(count) { Double(bitPattern: $0) })
            }
    }

    mutating func add(_ pixels: UnsafeRawBufferPointer, _ mask: UnsafeBufferPointer<UInt32>?) {
        let current = consume self
        self = .taken
        switch consume current {
        case .uint8(var store):
            store.add(pixels, mask)
            self = .uint8(store)
        case .int8(var store):
            store.add(pixels, mask)
            self = .int8(store)
        case .uint16(var store):
            store.add(pixels, mask)
            self = .uint16(store)
        case .int16(var store):
            store.add(pixels, mask)
            self = .int16(store)
        case .uint32(var store):
            store.add(pixels, mask)
            self = .uint32(store)
        case .int32(var store):
            store.add(pixels, mask)
            self = .int32(store)
        case .uint64(var store):
            store.add(pixels, mask)
            self = .uint64(store)
        case .int64(var store):
            store.add(pixels, mask)
            self = .int64(store)
        case .float32(var store):
            store.add(pixels, mask)
            self = .float32(store)
        case .float64(var store):
            store.add(pixels, mask)
            self = .float64(store)
        case .taken: break
        }
    }

    /// NaN where no frame had a valid value.
    func means() -> [Float] {
        switch self {
        case .uint8(let store): store.means()
        case .int8(let store): store.means()
        case .uint16(let store): store.means()
        case .int16(let store): store.means()
        case .uint32(let store): store.means()
        case .int32(let store): store.means()
        case .uint64(let store): store.means()
        case .int64(let store): store.means()
        case .float32(let store): store.means()
        case .float64(let store): store.means()
        case .taken: []
        }
    }

    /// NaN where no frame had a valid value.
    func maxima() -> [Float] {
        switch self {
        case .uint8(let store): store.maxima()
        case .int8(let store): store.maxima()
        case .uint16(let store): store.maxima()
        case .int16(let store): store.maxima()
        case .uint32(let store): store.maxima()
        case .int32(let store): store.maxima()
        case .uint64(let store): store.maxima()
        case .int64(let store): store.maxima()
        case .float32(let store): store.maxima()
        case .float64(let store): store.maxima()
        case .taken: []
        }
    }

    /// Pixels without a valid value in any frame.
    func neverValid() -> [Bool] {
        switch self {
        case .uint8(let store): store.counts.map { $0 == 0 }
        case .int8(let store): store.counts.map { $0 == 0 }
        case .uint16(let store): store.counts.map { $0 == 0 }
        case .int16(let store): store.counts.map { $0 == 0 }
        case .uint32(let store): store.counts.map { $0 == 0 }
        case .int32(let store): store.counts.map { $0 == 0 }
        case .uint64(let store): store.counts.map { $0 == 0 }
        case .int64(let store): store.counts.map { $0 == 0 }
        case .float32(let store): store.counts.map { $0 == 0 }
        case .float64(let store): store.counts.map { $0 == 0 }
        case .taken: []
        }
    }

    /// The mean or the maximum in blocks, without an array of all of them.
    func pooled(_ kind: MeanMaxImage.Kind, slow: Int, fast: Int, factor: Int) -> PooledPixels {
        switch self {
        case .uint8(let store): store.pooled(kind, slow, fast, factor)
        case .int8(let store): store.pooled(kind, slow, fast, factor)
        case .uint16(let store): store.pooled(kind, slow, fast, factor)
        case .int16(let store): store.pooled(kind, slow, fast, factor)
        case .uint32(let store): store.pooled(kind, slow, fast, factor)
        case .int32(let store): store.pooled(kind, slow, fast, factor)
        case .uint64(let store): store.pooled(kind, slow, fast, factor)
        case .int64(let store): store.pooled(kind, slow, fast, factor)
        case .float32(let store): store.pooled(kind, slow, fast, factor)
        case .float64(let store): store.pooled(kind, slow, fast, factor)
        case .taken: PooledPixels(slow: slow, fast: fast, factor: factor, pooling: .mean) { _ in .nan }
        }
    }

    /// nil for floats, and for sums that 64 bits do not hold.
    func exactSum(_ pixel: Int) -> UInt64? {
        switch self {
        case .uint8(let store): store.exactSum(pixel)
        case .int8(let store): store.exactSum(pixel)
        case .uint16(let store): store.exactSum(pixel)
        case .int16(let store): store.exactSum(pixel)
        case .uint32(let store): store.exactSum(pixel)
        case .int32(let store): store.exactSum(pixel)
        case .uint64(let store): store.exactSum(pixel)
        case .int64(let store): store.exactSum(pixel)
        case .float32, .float64, .taken: nil
        }
    }

    func validCount(_ pixel: Int) -> Int {
        switch self {
        case .uint8(let store): store.validCount(pixel)
        case .int8(let store): store.validCount(pixel)
        case .uint16(let store): store.validCount(pixel)
        case .int16(let store): store.validCount(pixel)
        case .uint32(let store): store.validCount(pixel)
        case .int32(let store): store.validCount(pixel)
        case .uint64(let store): store.validCount(pixel)
        case .int64(let store): store.validCount(pixel)
        case .float32(let store): store.validCount(pixel)
        case .float64(let store): store.validCount(pixel)
        case .taken: 0
        }
    }
}
