/// What is wrong with a request, in the protocol's words (https://www.openarchives.org/OAI/openarchivesprotocol.html, section 3.6).
struct OAIError: Error {
    enum Code: String {
        case badArgument, badResumptionToken, badVerb, cannotDisseminateFormat, idDoesNotExist, noRecordsMatch
    }

    let code: Code
    /// What, got, expected.
    let message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// Answers to requests that could not be understood repeat nothing of them.
    var repeatsRequest: Bool { code != .badVerb && code != .badArgument }
}
