import Diagnostics

/// An array in a message: what it is, and where its bytes are. The bytes are untouched: they may be cut or damaged.
///
/// Axes are (planes, slow, fast), whatever the order on the wire: V1 says `shape` = [fast, slow], V2 says [slow, fast].
public struct ArrayDescription: Sendable, Equatable {
    /// Number of axes, 1…3.
    public let rank: Int
    /// First axis of an array of rank 3; else 1.
    public let planes: Int
    /// Rows; 1 for rank 1.
    public let slow: Int
    /// Elements of a row, next to each other in memory.
    public let fast: Int
    public let element: ElementType
    public let byteOrder: ByteOrder
    public let packing: PayloadPacking
    /// The element size that the packing itself gives, bytes: V1 `bs16` → 2, the modifier of V2 `bslz4`. 0 where it gives none.
    ///
    /// Unpack with this one; where it is not ``ElementType/byteCount`` (``packingDisagrees``) the detector contradicts itself.
    public let elementBytesOfPacking: Int
    /// The packed bytes as they came.
    public let payload: PayloadRange
    /// The bytes that the message said the payload has (V1 `size`); nil when it did not say.
    public let declaredPayloadBytes: Int?

    public var elementCount: Int { planes * slow * fast }
    /// Bytes of the unpacked array; within ``WireLimits/maximumArrayBytes``, so that the product cannot overflow.
    public var uncompressedBytes: Int { elementCount * element.byteCount }
    /// The packing's element size is not the element type's.
    public var packingDisagrees: Bool { elementBytesOfPacking != 0 && elementBytesOfPacking != element.byteCount }

    /// The payload has not the number of bytes that it must have by its shape (raw) or by its own message (packed).
    ///
    /// `false` says nothing of the inside of a packed payload: its framing tells.
    public var isCut: Bool {
        if let declared = declaredPayloadBytes, declared != payload.count { return true }
        return packing == .raw && payload.count != uncompressedBytes
    }

    /// Describes an array whose shape was taken from outside.
    ///
    /// - Parameter shape: 1…3 axes, slowest first.
    /// - Throws: `unsupportedArray` for another rank, `outOfRange` for an axis of 0, `limitExceeded` beyond the limits.
    init(
        shape: WireShape, element: ElementType, byteOrder: ByteOrder, packing: PayloadPacking, elementBytesOfPacking: Int,
        payload: PayloadRange, declaredPayloadBytes: Int? = nil, limits: WireLimits
    ) throws(WireError) {
        try shape.check(elementBytes: element.byteCount, limits: limits)
        rank = shape.rank
        planes = shape.rank == 3 ? shape.axes.0 : 1
        slow = shape.rank == 3 ? shape.axes.1 : (shape.rank == 2 ? shape.axes.0 : 1)
        fast = shape.rank == 3 ? shape.axes.2 : (shape.rank == 2 ? shape.axes.1 : shape.axes.0)
        self.element = element
        self.byteOrder = byteOrder
        self.packing = packing
        self.elementBytesOfPacking = elementBytesOfPacking
        self.payload = payload
        self.declaredPayloadBytes = declaredPayloadBytes
    }

    /// One element nowhere, to fill the room of channels that an image has not.
    private init(unused: Void) {
        rank = 1
        planes = 1
        slow = 1
        fast = 1
        element = .uint8
        byteOrder = .littleEndian
        packing = .raw
        elementBytesOfPacking = 0
        payload = PayloadRange(part: 0, offset: 0, count: 0)
        declaredPayloadBytes = nil
    }

    /// Never handed out.
    static let unused = ArrayDescription(unused: ())
}

/// Up to three axes, slowest first, on their way into an ``ArrayDescription``; fixed in size, so that images need no heap.
struct WireShape {
    private(set) var rank = 0
    private(set) var axes = (0, 0, 0)

    /// Appends an axis; `false` when there are three already.
    mutating func append(_ axis: Int) -> Bool {
        switch rank {
        case 0: axes.0 = axis
        case 1: axes.1 = axis
        case 2: axes.2 = axis
        default: return false
        }
        rank += 1
        return true
    }

    /// The axes in the opposite order: V1 counts the fast one first.
    var reversed: WireShape {
        var turned = self
        switch rank {
        case 2: turned.axes = (axes.1, axes.0, 0)
        case 3: turned.axes = (axes.2, axes.1, axes.0)
        default: break
        }
        return turned
    }

    func check(elementBytes: Int, limits: WireLimits) throws(WireError) {
        guard rank > 0 else { throw refusal(.unsupportedArray, expected: "1 to 3 axes") }
        var bytes = elementBytes
        for index in 0..<rank {
            let axis = index == 0 ? axes.0 : (index == 1 ? axes.1 : axes.2)
            guard axis > 0 else { throw refusal(.outOfRange, expected: "axes of 1 or more") }
            guard rank == 1 || axis <= limits.maximumSide else {
                throw refusal(.limitExceeded, expected: "axes of \(limits.maximumSide) at most")
            }
            let (product, overflows) = bytes.multipliedReportingOverflow(by: axis)
            guard !overflows, product <= limits.maximumArrayBytes else {
                throw refusal(.limitExceeded, expected: "\(limits.maximumArrayBytes) bytes at most")
            }
            bytes = product
        }
    }

    @inline(never)
    private func refusal(_ code: WireErrorCode, expected: String) -> WireError {
        let listed = [axes.0, axes.1, axes.2].prefix(rank).map(String.init).joined(separator: ", ")
        return WireError(
            code, "An array has an impossible shape", at: "shape, slowest axis first", got: "[\(listed)]", expected: expected)
    }
}
