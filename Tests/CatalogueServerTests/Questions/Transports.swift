import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import Custody
import Diagnostics
import Foundation
import Identifiers
import JSON
import RunCatalogue
import RunModel
import TestCatalogue

/// One catalogue, asked through both transports in one person's name.
struct Transports {
    let file: CatalogueAnswerer
    let server: LinkedCatalogue

    /// - Parameter name: an account that has a token; nil for nobody.
    init(_ served: ServedCatalogue, _ name: String?, token: String?) async throws {
        let custodian = served.test.custodian
        let reader: Reader
        if let name {
            reader = .account(try await custodian.store.account(name, tenant: custodian.rules.tenant))
        } else {
            reader = .anonymous
        }
        file = CatalogueAnswerer(custodian, as: reader, isAtTheFile: true)
        server = try served.linked(token)
    }
}

extension ServedCatalogue {
    func linked(_ token: String?) throws -> LinkedCatalogue {
        LinkedCatalogue(
            try CatalogueAddress("http://127.0.0.1:\(port)"), token: try token.map { try CatalogueToken($0) },
            program: "faisceau/test", environment: [:])
    }
}

/// What came of a question: an answer as its bytes, or an error as programs see it.
enum Outcome: Equatable, CustomStringConvertible {
    case answer(String)
    case refusal(code: String, status: ExitStatus)

    init(_ body: () async throws -> CatalogueAnswer) async {
        do { self = .answer(try await body().json.line) } catch let error as any Diagnosed {
            self = .refusal(code: error.codeName, status: error.exitStatus)
        } catch { self = .refusal(code: "\(error)", status: .environment) }
    }

    var description: String {
        switch self {
        case .answer(let text): text
        case .refusal(let code, let status): "\(code) (\(status))"
        }
    }
}
