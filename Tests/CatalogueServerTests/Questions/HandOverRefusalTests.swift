import CatalogueLink
import CatalogueQuestions
import Diagnostics
import RunCatalogue
import Testing

/// No run is set aside for what somebody mends: only for what is wrong with itself.
struct HandOverRefusalTests {
    private static let final: Set<CatalogueErrorCode> = [.contentDiffers, .badRequest, .notFound, .noSuchFile, .gone, .exists]
    private static let waiting: [CatalogueErrorCode] = [
        .clockRefuses, .forbidden, .proposalUnknown, .busy, .changedMeanwhile, .storage, .newerSchema, .unknownValue,
        .notACatalogue,
        .damaged, .historyBroken, .modeTooOpen, .cancelled,
    ]

    /// The same at the file and over a network.
    @Test func itIsKnownWhatWaits() {
        for code in Self.final {
            let error = CatalogueError(code, "It")
            #expect(HandOverRefusal.isFinal(error) && HandOverRefusal.isFinal(AnsweredError(error)), "\(code)")
        }
        for code in Self.waiting {
            let error = CatalogueError(code, "It")
            #expect(!HandOverRefusal.isFinal(error) && !HandOverRefusal.isFinal(AnsweredError(error)), "\(code)")
        }
        for code in [LinkErrorCode.unreachable, .untrusted, .notSignedIn, .wrongScope, .unreadableAnswer, .redirected] {
            #expect(!HandOverRefusal.isFinal(LinkError(code, "It")), "\(code)")
        }
        #expect(!HandOverRefusal.isFinal(CancellationError()))
    }
}
