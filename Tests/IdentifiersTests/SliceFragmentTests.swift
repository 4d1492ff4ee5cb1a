import Diagnostics
import Identifiers
import Testing

struct SliceFragmentTests {
    private let digest = String(repeating: "0123456789abcdef", count: 4)

    @Test func aFragmentIsPrintedAndReadBack() throws {
        let fragment = try SliceFragment(frames: 100...199, sha256: digest.uppercased())
        #expect("\(fragment)" == "#frames=100-199&sha256=\(digest)")
        for text in ["\(fragment)", "frames=100-199&sha256=\(digest)", "#frames=100-199&sha256=\(digest.uppercased())"] {
            let read = try SliceFragment(text)
            #expect(read == fragment)
        }
        let one = try SliceFragment("#frames=0-0&sha256=\(digest)")
        #expect(one.frames == 0...0)
    }

    @Test func aCitationIsItsAddressAndItsFragment() throws {
        let fragment = try SliceFragment(frames: 0...9_999_999, sha256: digest)
        let parts = try SliceFragment.separated(from: "https://doi.org/10.5072/a%23b\(fragment)")
        #expect(parts.address == "https://doi.org/10.5072/a%23b")
        #expect(parts.fragment == fragment)
        for text in ["https://doi.org/10.5072/a", "https://doi.org/10.5072/a#", "https://doi.org/10.5072/a#top"] {
            #expect(throws: IdentifierError.self, "\(text)") { try SliceFragment.separated(from: text) }
        }
    }

    @Test func otherFormsAreRefused() {
        let texts = [
            "", "#", "#frames=100-199", "#sha256=\(digest)", "#sha256=\(digest)&frames=100-199", "#frames=100&sha256=\(digest)",
            "#frames=199-100&sha256=\(digest)", "#frames=-1-5&sha256=\(digest)", "#frames=+1-5&sha256=\(digest)",
            "#frames=01-5&sha256=\(digest)", "#frames=1-5-6&sha256=\(digest)", "#frames=1 -5&sha256=\(digest)",
            "#frames=1-5&sha256=",
            "#frames=1-99999999999999999999&sha256=\(digest)", "#frames=1-5&sha256=\(digest)0",
            "#frames=1-5&sha256=\(digest.dropLast())g",
            "#frames=1-5&sha256=\(digest)&x=1", "##frames=1-5&sha256=\(digest)", "#frames=1-5&sha256=\(digest.dropLast())é",
            "#frames=१-५&sha256=\(digest)", "#frames=1-5&sha256=" + String(repeating: "0", count: 10_000),
        ]
        for text in texts {
            let error = #expect(throws: IdentifierError.self, "\(text.prefix(120))") { try SliceFragment(text) }
            #expect(error?.code == .malformed)
        }
        #expect(throws: IdentifierError.self) { try SliceFragment(frames: -1...5, sha256: digest) }
    }
}
