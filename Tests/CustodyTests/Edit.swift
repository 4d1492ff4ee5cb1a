import Custody
import RunCatalogue
import TestCatalogue

extension TestCustodian {
    func session() async throws -> SessionRecord {
        try await store.session(Self.session, tenant: custodian.rules.tenant)
    }

    func actor(_ name: String) async throws -> Actor {
        .account(try await store.account(name, tenant: custodian.rules.tenant))
    }
}
