import Reductions
import Testing

@Suite struct TableProbeTests {
    @Test func whatThisProgramMakesOfASmallDetectorHasADigest() {
        let digest = TableProbe.digest
        #expect(digest.count == 64)
        #expect(digest.utf8.allSatisfy { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "f") })
    }
}
