import CatalogueAnswers
import Custody
import Deliveries
import Diagnostics
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import RunCatalogue
import ServiceLifecycle
import UnixSignals

// CatalogueServer: the catalogue over HTTP. Doors answer at paths, Pages are what people and harvesters read there, Requests is what all of
// them share, Files gives out bytes, Upkeep opens what is due. No rule is made here: what may be shown, Custody decides.

/// `faisceau serve`: one process, with no other database than the catalogue's own file.
public struct CatalogueServer: Sendable {
    private let custodian: Custodian
    private let office: DeliveryOffice?
    private let settings: ServerSettings
    /// As pages and metrics name it.
    private let program: String
    private let holder: String
    private let patience: Duration
    private let logger: Logger

    /// For systemd: `faisceau serve --print-unit`.
    public static var unit: String { String(decoding: PackageResources.faisceau_serve_service, as: UTF8.self) }

    /// More wait in the kernel's queue.
    static let maximumConnections = 1024

    /// - Parameters:
    ///   - office: through whom the outside world is told; nil: nobody is, by this process.
    ///   - holder: names this process among those that deliver.
    ///   - patience: after which whoever waits for a long answer is told how far it is.
    public init(
        _ custodian: Custodian, office: DeliveryOffice?, settings: ServerSettings, program: String, holder: String,
        patience: Duration = .seconds(2), logger: Logger
    ) {
        self.patience = patience
        self.custodian = custodian
        self.office = office
        self.settings = settings
        self.program = program
        self.holder = holder
        self.logger = logger
    }

    /// Serves until a signal comes, or the task is cancelled; what is being answered then is answered to its end.
    ///
    /// - Parameter onListening: called once, with the port.
    /// - Throws: `cannotListen`, `certificate`.
    public func run(
        stopsAt signals: [UnixSignal] = [.sigterm, .sigint], onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let tally = DownloadTally()
        let certificate = try certificate()
        let upkeep = Upkeep(
            custodian, office: office, holder: holder, tally: tally, certificate: certificate, seconds: settings.sweepSeconds,
            logger: logger)
        let (router, _) = router(upkeep, tally, certificate)
        var quiet = logger
        // Its errors are those of clients that went away.
        quiet.logLevel = .critical
        let port = settings.port
        var application = Application(
            router: router, server: server(certificate),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections, logger: quiet)),
            onServerRunning: { onListening($0.localAddress?.port ?? port) }, logger: quiet)
        application.addServices(upkeep)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: application, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: signals, logger: quiet))
        do { try await group.run() } catch let error as IOError {
            throw ServerError(
                .cannotListen, "The server cannot listen", at: "\(settings.host):\(settings.port)", got: "\(error)",
                expected: "a free port of this machine", remedy: "Set listen to another address, or port 0 for any")
        }
    }

    /// Every method of every path, as a test compares it with the description of the interface: `GET /datasets/{pid}`.
    package var routes: [String] {
        let tally = DownloadTally()
        let upkeep = Upkeep(
            custodian, office: nil, holder: holder, tally: tally, certificate: nil, seconds: settings.sweepSeconds, logger: logger
        )
        return router(upkeep, tally, nil).routes.names
    }

    /// With which it encrypts; nil: it does not.
    private func certificate() throws(ServerError) -> CertificateKeeper? {
        guard let files = settings.encryption else { return nil }
        let keeper = try CertificateKeeper(files, logger: logger)
        for problem in keeper.problems(at: custodian.time.wall) { logger.warning("\(problem)") }
        return keeper
    }

    private func server(_ certificate: CertificateKeeper?) -> HTTPServerBuilder {
        let limits = limits
        guard let certificate else { return .http1(configuration: limits) }
        return HTTPServerBuilder {
            EncryptedChannel(base: HTTP1Channel(responder: $0, configuration: limits), certificate: certificate)
        }
    }

    private func router(
        _ upkeep: Upkeep, _ tally: DownloadTally, _ certificate: CertificateKeeper?
    ) -> (Router<ServedContext>, routes: ServedRoutes) {
        let meter = RequestMeter()
        let routes = ServedRoutes()
        let time = custodian.time
        let router = Router(context: ServedContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(
            middleware: RequestGuard(meter: meter, logger: logger, routes: routes, isEncrypted: certificate != nil) {
                time.elapsed_ms
            })
        HealthDoor(custodian: custodian, upkeep: upkeep, meter: meter, certificate: certificate, program: program).add(
            to: router)
        let forms = RunFormDoor(custodian: custodian, roots: settings.roots)
        RecordDoor(custodian: custodian, runForms: forms).add(to: router)
        let files = FileDoor(custodian: custodian, roots: settings.roots, tally: tally, logger: logger)
        let archives = ArchiveDoor(custodian: custodian, roots: settings.roots, tally: tally, logger: logger)
        SciCatDoor(
            custodian: custodian, files: files, archives: archives, runForms: forms,
            peers: PeerAddress(proxies: settings.proxies)
        ).add(to: router)
        // Another holder than the loop that delivers by itself: of two of one name each would think that it is the one that may.
        let means = office.map { office in DeliveryMeans(holder: holder + "/asked") { office } }
        QuestionDoor(custodian: custodian, means: means, patience: patience, logger: logger).add(to: router)
        OAIDoor(custodian: custodian, pageSize: settings.harvestPage, logger: logger).add(to: router)
        routes.read(
            router,
            below: [
                "/datasets/**": ("", RecordDoor.table), "/api/v3/**": ("api/v3/", SciCatRoutes.table),
                "/api/v4/**": ("api/v4/", SciCatRoutes.table), "/api/faisceau/v1/**": ("api/faisceau/v1/", QuestionDoor.table),
            ])
        return (router, routes)
    }

    /// Requests carry no more than a query and a token in their heads; one that sends nothing for long is let go.
    private var limits: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [UnreadableRequest(logger: logger)], idleTimeout: .seconds(60),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: UnreadableRequest.longestLine, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100))
    }
}
