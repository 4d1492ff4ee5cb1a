import RunCatalogue
import RunModel

/// What tests write without saying who does it: at an instant of their own, by nobody.
extension PeopleStore {
    private var deed: Deed { Deed(at: Timestamp(unixNanoseconds: 1_777_000_000_000_000_000)) }

    public func put(_ proposal: ProposalDescription, tenant: String) async throws(CatalogueError) -> ImportOutcome {
        try await put(proposal, by: deed, tenant: tenant)
    }

    public func add(_ account: Account, password: String?, at time: Timestamp, tenant: String) async throws(CatalogueError) {
        try await add(account, password: password, by: Deed(at: time), tenant: tenant)
    }

    public func setDisabled(_ isDisabled: Bool, account: String, at time: Timestamp, tenant: String) async throws(CatalogueError)
    {
        try await setDisabled(isDisabled, account: account, by: Deed(at: time), tenant: tenant)
    }

    @discardableResult
    public func share(
        _ owner: ClockOwner, with holder: ShareHolder, until expires: Int64, tenant: String
    ) async throws(CatalogueError) -> Int64 {
        try await share(owner, with: holder, until: expires, by: deed, tenant: tenant)
    }
}
