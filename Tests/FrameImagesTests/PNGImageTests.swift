import CZlib
import Foundation
import FrameImages
import TestSupport
import Testing

@Suite struct PNGImageTests {
    /// The chunks of a PNG file: type, content, and whether the CRC is right (computed bit by bit, not by zlib).
    static func chunks(_ file: [UInt8]) throws -> [(type: String, content: [UInt8], isIntact: Bool)] {
        #expect(Array(file.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        var chunks: [(type: String, content: [UInt8], isIntact: Bool)] = []
        var place = 8
        func word(_ at: Int) -> Int { file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        while place < file.count {
            let count = word(place)
            let typed = Array(file[place + 4..<place + 8 + count])
            chunks.append(
                (
                    String(decoding: typed.prefix(4), as: UTF8.self), Array(typed.dropFirst(4)),
                    crc(typed) == word(place + 8 + count)
                ))
            place += count + 12
        }
        return chunks
    }

    private static func crc(_ bytes: [UInt8]) -> Int {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
        }
        return Int(value ^ 0xFFFF_FFFF)
    }

    private static func inflated(_ bytes: [UInt8], count: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count + 1)
        var length = UInt(result.count)
        #expect(uncompress(&result, &length, bytes, UInt(bytes.count)) == Z_OK)
        return Array(result.prefix(Int(length)))
    }

    @Test func aPictureHasItsChunksInOrderWithRightChecksumsAndRows() throws {
        let palette = (0..<3).map { PNGImage.Colour(red: UInt8($0), green: 10, blue: 200) }
        let image = try PNGImage(
            slow: 2, fast: 3, samples: .palette(palette), bytes: [0, 1, 2, 2, 1, 0],
            notes: [.init("Title", "two rows"), .init("Source", "d\u{E9}tecteur")])
        let chunks = try Self.chunks(try image.encoded())
        #expect(chunks.map(\.type) == ["IHDR", "sRGB", "PLTE", "tEXt", "iTXt", "IDAT", "IEND"])
        #expect(chunks.allSatisfy { $0.isIntact })
        #expect(chunks[0].content == [0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0])
        #expect(chunks[2].content == [0, 10, 200, 1, 10, 200, 2, 10, 200])
        #expect(chunks[3].content == Array("Title".utf8) + [0] + Array("two rows".utf8))
        #expect(chunks[4].content == Array("Source".utf8) + [0, 0, 0, 0, 0] + Array("d\u{E9}tecteur".utf8))
        #expect(Self.inflated(chunks[5].content, count: 8) == [0, 0, 1, 2, 0, 2, 1, 0])
    }

    @Test func colourTypesAreThoseOfTheSpecification() throws {
        let grey = try PNGImage(slow: 1, fast: 2, samples: .grey, bytes: [0, 255])
        let rgb = try PNGImage(slow: 1, fast: 1, samples: .rgb, bytes: [1, 2, 3])
        #expect(try Self.chunks(try grey.encoded())[0].content[9] == 0)
        #expect(try Self.chunks(try rgb.encoded())[0].content[9] == 2)
    }

    @Test func bytesThatDoNotFillThePictureAreRefused() {
        #expect(throws: ImageError.self) { try PNGImage(slow: 2, fast: 2, samples: .grey, bytes: [1, 2, 3]) }
        #expect(throws: ImageError.self) { try PNGImage(slow: 0, fast: 2, samples: .grey, bytes: []) }
        #expect(throws: ImageError.self) { try PNGImage(slow: 1, fast: 1, samples: .palette([]), bytes: [0]) }
        let one = [PNGImage.Colour(red: 0, green: 0, blue: 0)]
        #expect(throws: ImageError.self) { try PNGImage(slow: 1, fast: 1, samples: .palette(one), bytes: [1]) }
    }

    @Test(arguments: ["", "a\u{E9}", String(repeating: "k", count: 80)])
    func aKeywordThatPNGCannotCarryIsRefused(keyword: String) throws {
        let image = try PNGImage(slow: 1, fast: 1, samples: .grey, bytes: [0], notes: [.init(keyword, "text")])
        #expect(throws: ImageError.self) { try image.encoded() }
    }

    @Test(.enabled(if: TestPython.isAvailable("PIL"), "\(TestPython.absence)"))
    func anotherProgramReadsTheSamePixelsAndNotes() throws {
        var generator = SeededGenerator(seed: 3)
        let pixels = generator.bytes(37 * 53).map { $0 % 255 }
        let image = try PNGImage(
            slow: 37, fast: 53, samples: .palette(ColourMap.palette), bytes: pixels, notes: [.init("Description", "from a test")])
        let folder = try TemporaryFolder("png")
        let file = try folder.write(try image.encoded(), to: "picture.png")
        let expected = pixels.flatMap { place -> [UInt8] in
            let colour = ColourMap.palette[Int(place)]
            return [colour.red, colour.green, colour.blue]
        }
        let answer = try TestPython.run(
            """
            import sys
            from PIL import Image
            image = Image.open(sys.argv[1])
            image.load()
            print(*image.size, image.text["Description"], image.convert("RGB").tobytes().hex(), sep=",")
            """, [file.path])
        let said = answer.standardOutput.split(whereSeparator: { $0 == "," || $0.isNewline })
        try #require(said.count == 4, "\(answer.standardOutput.prefix(200))")
        #expect(said[..<3] == ["53", "37", "from a test"])
        #expect(said[3] == expected.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
}
