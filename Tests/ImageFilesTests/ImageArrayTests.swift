import ImageFiles
import Testing

@Suite struct ImageArrayTests {
    private func array(_ descr: String, _ data: [UInt8], _ shape: String = "(1, 2)") throws -> ImageArray {
        try MadeImage.open(
            MadeImage.npy("{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }", data)
        ).image()
    }

    @Test func valuesAreExactAtTheEndsOfEveryType() throws {
        #expect(try array("|u1", [0, 255]).values == [0, 255])
        #expect(try array("|i1", [0x80, 0x7F]).integers == [-128, 127])
        #expect(try array("<u2", [0xFF, 0xFF, 1, 0]).values == [65_535, 1])
        #expect(try array(">i2", [0x80, 0, 0x7F, 0xFF]).values == [-32_768, 32_767])
        #expect(try array("<u4", [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x80]).integers == [4_294_967_295, 2_147_483_648])
        #expect(try array("<i4", MadeImage.bytes([Int32.min, .max])).values == [-2_147_483_648, 2_147_483_647])
        #expect(try array("<i8", MadeImage.bytes([Int64.min, .max])).integers == [.min, .max])
        #expect(try array("<u8", MadeImage.bytes([UInt64(1) << 53, UInt64(1) << 63])).values == [0x1p53, 0x1p63])
        #expect(
            try array("<f4", MadeImage.bytes([Float(0.1).bitPattern, Float.infinity.bitPattern])).values == [
                Double(Float(0.1)), .infinity,
            ])
    }

    @Test func integersAreGivenOnlyWhenEveryValueIsOne() throws {
        #expect(try array("<u8", MadeImage.bytes([UInt64.max, 1])).integers == nil)
        #expect(try array("<f8", MadeImage.bytes([Double(3).bitPattern, Double(-4).bitPattern])).integers == [3, -4])
        #expect(try array("<f8", MadeImage.bytes([Double(3).bitPattern, Double(0.5).bitPattern])).integers == nil)
        #expect(try array("<f4", MadeImage.bytes([Float.nan.bitPattern, 0])).integers == nil)
        #expect(try array("|b1", [1, 0]).integers == [1, 0])
    }

    @Test func whatIsNotZeroIsNonZeroInEveryType() throws {
        #expect(try array("|b1", [1, 0]).nonZero == [true, false])
        #expect(try array("|i1", [0xFF, 0]).nonZero == [true, false])
        #expect(try array("<u2", [0, 1, 0, 0]).nonZero == [true, false])
        #expect(try array("<u4", [0, 0, 0, 0x80, 0, 0, 0, 0]).nonZero == [true, false])
        #expect(try array("<i8", MadeImage.bytes([Int64.min, 0])).nonZero == [true, false])
        // Minus zero has a bit that is set.
        #expect(try array("<f4", MadeImage.bytes([Float.nan.bitPattern, Float(-0.0).bitPattern])).nonZero == [true, false])
    }

    @Test func theShapeIsSlowThenFast() throws {
        let array = try array("|u1", [1, 2, 3, 4, 5, 6], "(2, 3)")
        #expect(array.shape == [2, 3])
        #expect((array.slow, array.fast, array.pixelCount) == (2, 3, 6))
        #expect(array.elementType == .uint8)
    }
}
