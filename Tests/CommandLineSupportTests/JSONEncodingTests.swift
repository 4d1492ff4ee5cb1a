import CommandLineSupport
import Diagnostics
import JSON
import Testing

struct JSONEncodingTests {
    @Test func anEncodableIsTakenWithSortedKeys() throws {
        struct Counts: Encodable {
            let written = 300
            let expected: Int? = nil
            let shape = [4362, 4148]
            let rate = 97.5
            let isComplete = true
        }
        #expect(
            try JSONValue(encoding: Counts()).line == #"{"isComplete":true,"rate":97.5,"shape":[4362,4148],"written":300}"#)
    }

    @Test func anEncodableThatIsNotFiniteIsRefused() {
        #expect { try JSONValue(encoding: [Double.nan]) } throws: { ($0 as? CommandLineError)?.code == .valueNotEncodable }
    }
}
