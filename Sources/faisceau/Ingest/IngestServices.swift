import CommandLineSupport
import ControlSocket
import FrameIngest
import JSON
import Logging
import RunModel
import RunPipeline
import StatusServer

/// Those whom an ingest tells what happens to its runs, and those who may ask it: started before `ready`, stopped after the last seal.
final class IngestServices: Sendable {
    private let publisher: PublishSocket?
    private let hook: SealHook?
    private let hookPatience_s: Double
    private let control: ControlServer?
    private let status: StatusServer?
    private let systemd: ServiceHeart
    private let live: LiveReductionRunner?
    private let handOver: CatalogueHandOver?

    /// - Throws: when an address, a port or a path that was asked for cannot be used.
    init(_ settings: IngestSettings, outputFolder: String, switchboard: IngestSwitchboard, console: Console) throws {
        let logger = console.makeLogger("service")
        systemd = ServiceHeart(try SystemdNotifier(), switchboard: switchboard, logger: logger)
        publisher = try settings.events.map { try PublishSocket(bindingTo: $0) }
        hookPatience_s = settings.isForever ? Self.servicePatience_s : SealHook.limit_s
        control = try settings.socket.map { try ControlServer(at: $0, control: switchboard) }
        do {
            live = try settings.live.map {
                try LiveReductionRunner(configuration: $0.configuration, folder: $0.folder, logger: logger)
            }
        } catch {
            control?.stop()
            throw error
        }
        do {
            status = try settings.metricsPort.map {
                try StatusServer(
                    control: switchboard, images: settings.plan.livePictures ?? LivePictures(), port: $0,
                    hosts: ServedHosts(settings.metricsHosts), logger: logger)
            }
        } catch {
            control?.stop()
            live?.stop()
            throw error
        }
        do {
            handOver = try settings.catalogue.map {
                try CatalogueHandOver(
                    outbox: HandOverOutbox(
                        outputFolder: outputFolder, fileSystem: settings.plan.fileSystem),
                    client: $0.client(), logger: console.makeLogger("catalogue"))
            }
        } catch {
            control?.stop()
            live?.stop()
            status?.stop()
            throw error
        }
        hook = settings.onSeal.map { SealHook($0, logger: logger) }
        if let publisher { console.event("publishing", .info, ["events": .string(publisher.boundAddress)]) }
        if let status { console.event("serving", .info, ["metrics": .string("http://127.0.0.1:\(status.port)/metrics")]) }
        if let path = settings.socket { console.event("listening", .info, ["socket": .string(path)]) }
    }

    /// How long a service that is being stopped waits for its commands.
    private static let servicePatience_s = 30.0

    /// Tells all of them; never waits. Called on the writer's and the sealing threads.
    func tell(_ event: RunEvent) {
        if let publisher, let json = try? event.json() { publisher.publish(topic: event.event.rawValue, Array(json)) }
        if event.event == .sealed { hook?.start(for: event) }
        live?.tell(event)
        handOver?.tell(event)
        systemd.tell(event)
    }

    func sayReady(_ status: String) { systemd.sayReady(status) }

    func sayStopping() { systemd.sayStopping() }

    /// Whoever waits in `stop` for on-seal commands waits no longer. Before that it does nothing: the runs of a series that is being ended
    /// have their commands.
    func endWaiting() { hook?.endWaiting() }

    func stop() {
        systemd.sayStopping()
        live?.stop()
        handOver?.finish(within: Self.servicePatience_s)
        hook?.finish(within: hookPatience_s)
        control?.stop()
        status?.stop()
        systemd.stop()
    }
}
