import BeamlineMetadata
import FrameIngest
import Foundation
import Logging
import RunModel
import RunPipeline
import Synchronization
import TestSupport

/// Messages of several series through the real path, and everything that was told of the runs.
final class ForeverRecording: Sendable {
    private let told = Mutex<[RunEvent]>([])
    private let last = Mutex<IngestStatus?>(nil)

    /// When all was over.
    var status: IngestStatus? { last.withLock { $0 } }
    var events: [RunEvent] { told.withLock { $0 } }
    func events(_ kind: RunEvent.Kind) -> [RunEvent] { events.filter { $0.event == kind } }
    /// Names of the runs' folders with their verdicts, in the order of sealing.
    var sealed: [String] {
        events(.sealed).map { "\(($0.run ?? "?").split(separator: "/").last ?? "?") \($0.verdict?.rawValue ?? "?")" }
    }

    static func plan(in folder: TemporaryFolder) throws -> IngestPlan {
        IngestPlan(
            outputFolder: folder.path, beamline: BeamlineConfiguration(), nameTemplate: try RunNameTemplate("run_{series}"),
            version: "test")
    }

    /// Records until `enough` runs were sealed (or failed), then stops as SIGTERM would.
    static func record(
        _ messages: [[[UInt8]]], in folder: TemporaryFolder, until enough: Int,
        configure: (inout IngestPlan) -> Void = { _ in }, next: ArmMetadata? = nil,
        on event: @escaping @Sendable (RunEvent, IngestSwitchboard) -> Void = { _, _ in },
        whenArmed: @escaping @Sendable (StreamReceiver, IngestSwitchboard) -> Void = { _, _ in }
    ) throws -> ForeverRecording {
        var plan = try Self.plan(in: folder)
        plan.closeAfter_s = 60
        configure(&plan)
        let recording = ForeverRecording()
        let player = StreamPlayer(messages)
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: player.address))
        let switchboard = IngestSwitchboard(
            plan: plan, from: player.address, counters: { receiver.counters }, sendOrder: { receiver.sendOrder() })
        if let next { try switchboard.setNext(next) }
        let acquisition = Acquisition(
            plan: plan, events: receiver.start(), switchboard: switchboard,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            tell: { told in
                let ends = recording.told.withLock { events in
                    events.append(told)
                    return events.filter { $0.event == .sealed || $0.event == .failed }.count
                }
                event(told, switchboard)
                if told.event == .armed { whenArmed(receiver, switchboard) }
                if ends >= enough { receiver.stop() }
            })
        try acquisition.recordForever()
        recording.last.withLock { $0 = switchboard.status() }
        return recording
    }
}
