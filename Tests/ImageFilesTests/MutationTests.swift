import Foundation
import ImageFiles
import TestSupport
import Testing

/// Spoilt files end in an error or in an array of the size that it says: no trap, no memory beyond what the file warrants.
@Suite struct MutationTests {
    private static let limits: ImageFileLimits = {
        var limits = ImageFileLimits()
        limits.inflatedBytes = 1 << 22
        return limits
    }()

    /// 1 for a file that is read, 0 for one that is refused.
    private func outcome(_ bytes: [UInt8]) -> Int {
        do throws(ImageFileError) {
            let file = try ImageFile.open(bytes: bytes, name: "spoilt", limits: Self.limits)
            for number in 0..<min(file.imageCount, 3) {
                let image = try file.image(number)
                guard image.bytes.count == image.slow * image.fast * image.elementType.byteCount,
                    image.pixelCount == image.shape.reduce(1, *), image.nonZero.count == image.pixelCount
                else {
                    Issue.record("an image of another size than it says: \(image.shape)")
                    return 0
                }
            }
            return 1
        } catch {
            return 0
        }
    }

    /// - Returns: how many spoilt files were refused.
    private func spoilAll(_ original: [UInt8], _ name: String) -> Int {
        #expect(outcome(original) == 1, "\(name)")
        var refused = 0
        for place in original.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF, original[place] ^ 1, original[place] ^ 0x20, original[place] &+ 1] {
                var spoilt = original
                spoilt[place] = value
                refused += 1 - outcome(spoilt)
            }
        }
        #expect(refused > 20, "\(name)")
        for length in original.indices { refused += 1 - outcome(Array(original.prefix(length))) }
        var random = SeededGenerator(seed: UInt64(original.count))
        for _ in 0..<4_000 {
            var spoilt = original
            for _ in 0..<Int.random(in: 2...6, using: &random) {
                spoilt[Int.random(in: 0..<spoilt.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            refused += 1 - outcome(spoilt)
        }
        return refused
    }

    @Test func spoiltNPYFilesAreReadOrRefused() {
        for version: [UInt8] in [[1, 0], [3, 0]] {
            for order in ["False", "True"] {
                let header = "{'descr': '<u2', 'fortran_order': \(order), 'shape': (2, 2, 3), }\n"
                let file = MadeImage.npy(header, (0..<24).map { UInt8($0) }, version: version)
                #expect(spoilAll(file, "NPY \(version) \(order)") > file.count)
            }
        }
    }

    @Test func spoiltEDFFilesAreReadOrRefused() throws {
        let one = MadeImage.edf(
            slow: 3, fast: 2, type: "SignedShort", more: "Size = 12 ;\n", data: [UInt8](repeating: 5, count: 12), block: 128)
        let two = MadeImage.edf(slow: 1, fast: 2, type: "UnsignedByte", data: [1, 2], block: 64)
        let packed = try Gzip.packed(one)
        #expect(spoilAll(one + two, "EDF") > one.count + two.count)
        #expect(spoilAll(packed, "EDF in gzip") > packed.count)
    }

    @Test(arguments: [
        "uint8-deflate-differences", "uint16-lzw-differences", "uint16-big-endian-deflate-differences-tiled", "uint8-packbits",
        "uint16-bigtiff",
    ]) func spoiltTIFFFilesAreReadOrRefused(_ name: String) throws {
        let file = [UInt8](try Data(contentsOf: Fixtures.url("images/\(name).tif")))
        #expect(spoilAll(file, name) > file.count)
    }
}
