import Frames

/// Takes small values off the front of a fuzzer's input; zero once it is used up.
struct InputReader {
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    mutating func byte() -> UInt8 {
        guard let first = rest.first else { return 0 }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
        return first
    }

    mutating func number() -> Int { Int(byte()) | Int(byte()) << 8 }

    mutating func element<Element>(of list: [Element]) -> Element { list[Int(byte()) % list.count] }

    mutating func take(_ count: Int) -> [UInt8] {
        let taken = Array(rest.prefix(count))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        return taken
    }

    /// Frames of up to 32,768 pixels: several blocks of every element size, and still thousands of inputs a second.
    mutating func format() throws -> FrameFormat {
        let type = element(of: PixelType.allCases)
        let slow = 1 + number() % 64
        let fast = 1 + number() % 512
        return FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: type)
    }

    /// What `format` reads back.
    static func bytes(of format: FrameFormat) -> [UInt8] {
        let type = PixelType.allCases.firstIndex(of: format.pixelType) ?? 0
        let (slow, fast) = (format.shape.slow - 1, format.shape.fast - 1)
        return [UInt8(type), UInt8(slow & 255), UInt8(slow >> 8), UInt8(fast & 255), UInt8(fast >> 8)]
    }
}
