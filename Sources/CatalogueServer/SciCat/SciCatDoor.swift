import CatalogueImport
import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// SciCat's REST interface, versions 3 and 4, below `/api/v3` and `/api/v4`: for the clients that notebooks and instruments have.
///
/// It is described by what scitacean and pyscicat send and read (SciCatProject/scitacean, SciCatProject/pyscicat) and by SciCat's own interface
/// (SciCatProject/scicat-backend-next). Paths are met without regard to case.
struct SciCatDoor: Sendable {
    let custodian: Custodian
    let signIn: SignInDoor
    let files: FileDoor
    let archives: ArchiveDoor
    let runForms: RunFormDoor

    init(custodian: Custodian, files: FileDoor, archives: ArchiveDoor, runForms: RunFormDoor, peers: PeerAddress) {
        self.custodian = custodian
        self.files = files
        self.archives = archives
        self.runForms = runForms
        signIn = SignInDoor(custodian: custodian, peers: peers)
    }

    func add(to router: Router<ServedContext>) {
        for (path, version) in [("api/v3/**", SciCatCall.Version.v3), ("api/v4/**", .v4)] {
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
                router.on(RouterPath(path), method: method) { request, context in
                    try await answer(request, context, version)
                }
            }
        }
    }

    private func answer(
        _ request: Request, _ context: ServedContext, _ version: SciCatCall.Version
    ) async throws -> Response {
        do {
            guard let parts = SciCatCall.parts(context.parameters.getCatchAll()), let resource = parts.first?.lowercased() else {
                return SciCatAnswer.unknownPath(request.method)
            }
            // A head is what a body would have had.
            let isReading = request.method == .get || request.method == .head
            if let refusal = Self.refusal(isReading ? .get : request.method, resource, parts) { return refusal }
            // Without a look at who asks: an old token keeps nobody from a new one.
            if resource == "auth", request.method == .post, parts.count == 2, parts[1].lowercased() == "login" {
                return try await signIn.logIn(request, context)
            }
            let call = SciCatCall(
                version: version, method: isReading ? .get : request.method, resource: resource, parts: Array(parts.dropFirst()),
                query: try RequestedQuery(request), request: request, pace: context.pace,
                asker: try await AskerReader(custodian: custodian).asker(request, for: isReading ? .read : nil))
            return try await answer(call)
        } catch let error as HTTPError {
            return SciCatAnswer.refusal(error.status, error.body ?? error.status.reasonPhrase, headers: error.headers)
        } catch let error as SciCatRefusal {
            return SciCatAnswer.badRequest(error.messages)
        } catch let error as CatalogueImportError {
            return SciCatAnswer.badRequest([
                [
                    error.what, error.place.map { "at \($0)" }, error.got.map { "got \($0)" },
                    error.expected.map { "expected \($0)" },
                ]
                .compactMap(\.self).joined(separator: "; ")
            ])
        } catch let error as CatalogueError {
            guard let response = SciCatAnswer.refusal(error) else { throw error }
            return response
        }
    }

    /// What is no path, or not with this method. Published data tell by themselves that they are only read.
    private static func refusal(_ method: HTTPRequest.Method, _ resource: String, _ parts: [String]) -> Response? {
        guard let methods = SciCatRoutes.table.methods(at: parts) else {
            return resource == "publisheddata" && method != .get ? nil : SciCatAnswer.unknownPath(method)
        }
        guard !methods.contains(method), resource != "publisheddata" else { return nil }
        return SciCatAnswer.wrongMethod(method, methods)
    }

    private func answer(_ call: SciCatCall) async throws -> Response {
        switch (call.method, call.resource, call.word(0), call.parts.count) {
        case (.post, "auth", "logout"?, 1): return try await signIn.logOut(call.asker)
        case (.get, "auth", "whoami"?, 1): return try signIn.whoAmI(call.asker)
        case (.get, "users", "my"?, 2) where call.word(1) == "self": return try signIn.whoAmI(call.asker)
        case (.get, "datasets", _, 3...) where call.word(1) == "files":
            return try await withLandingPage(call) {
                try await files.answer(
                    call.parts.dropFirst(2).joined(separator: "/"), of: call.parts[0], call.request, call.pace,
                    call.asker.reader)
            }
        case (.get, "datasets", _, 2) where call.word(1) == "files":
            return try await withLandingPage(call) { try await FileListDoor(custodian: custodian).answer(call) }
        case (.get, "datasets", _, 2) where call.word(1) == "files.tar":
            return try await withLandingPage(call) {
                try await archives.answer(call.parts[0], call.pace, call.asker.reader)
            }
        case (.get, "datasets", _, 2) where RunForm(rawValue: call.word(1) ?? "") != nil:
            return try await withLandingPage(call) { try await runForms.answer(call) ?? SciCatAnswer.unknownPath(call.method) }
        default:
            if let answer = try await ExtensionDoor(custodian: custodian).answer(call) { return answer }
            if let answer = try await HistoryDoor(custodian: custodian).answer(call) { return answer }
            return try await record(call) ?? SciCatAnswer.unknownPath(call.method)
        }
    }

    /// Who may know of a run and not read its files is told where its page is.
    private func withLandingPage(_ call: SciCatCall, _ answer: () async throws -> Response) async throws -> Response {
        do { return try await answer() } catch let error as CatalogueError {
            guard error.code == .forbidden else { throw error }
            let pid = try await custodian.linkedRun(call.parts[0], for: call.asker.reader)
            throw HTTPError(.forbidden, message: DatasetDoor.refusal(of: pid, custodian))
        }
    }

    private func record(_ call: SciCatCall) async throws -> Response? {
        switch call.resource {
        case "datasets" where call.method == .get: try await DatasetDoor(custodian: custodian).answer(call)
        case "datasets": try await DatasetWriteDoor(custodian: custodian).answer(call)
        case "origdatablocks" where call.method == .get, "attachments" where call.method == .get:
            try await BesideDoor(custodian: custodian).answer(call)
        case "origdatablocks", "attachments": try await DatasetWriteDoor(custodian: custodian).answerBeside(call)
        case "proposals" where call.method != .get: try await ProposalWriteDoor(custodian: custodian).answer(call)
        case "samples" where call.method != .get: try await SampleWriteDoor(custodian: custodian).answer(call)
        case "proposals": try await ProposalDoor(custodian: custodian).answer(call)
        case "samples": try await SampleDoor(custodian: custodian).answer(call)
        case "instruments" where call.method != .get: try await InstrumentWriteDoor(custodian: custodian).answer(call)
        case "instruments": try await InstrumentDoor(custodian: custodian).answer(call)
        case "publisheddata": try await PublishedDoor(custodian: custodian).answer(call)
        default: nil
        }
    }
}
