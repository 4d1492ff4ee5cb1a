// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import DetectorWire
import Diagnostics
import Foundation

/// What is played, how fast, and what goes wrong: the command line's flags as a value.
public struct SimulationOptions: Sendable {
    /// Where frames come from.
    public enum Source: Sendable, Equatable {
        case recording(path: String)
        case hdf5(path: String)
        case cbf(path: String)
        case synthetic(SyntheticSettings)
    }

    public var source: Source
    /// A ZeroMQ address to bind: `tcp://127.0.0.1:31001`, `ipc:///run/x.sock`, `inproc://x`.
    public var address: String
    /// nil: the recording's own; V2 for other sources.
    public var version: StreamVersion?
    /// nil: as many as the source has; 100 for calculated ones.
    public var frames: Int?
    /// Frames a second; nil: as fast as they are taken.
    public var rate_Hz: Double?
    public var seed: UInt64 = 1
    /// The frame number is written into the first pixels of every frame.
    public var stampsPixels = false
    public var faults: [SimulationFault] = []
    /// Hold the first message until a puller is there; else messages without a puller are dropped and counted, as a detector does.
    public var waitsForPuller = false
    /// nil: the source's own.
    public var seriesID: Int64?
    /// Series played one after another on the same socket, their numbers rising by one; what goes wrong goes wrong in the first.
    public var repeats = 1
    /// Messages that may wait for a slow puller; what comes beyond is dropped image by image and counted, as a detector does. nil: the
    /// player waits, and nothing is dropped while a puller is there.
    public var highWaterMark: Int?
    /// How frames that are not packed yet are packed.
    public var encoding = PayloadEncoding.bslz4
    /// Seconds that messages already sent have to reach the puller when the player ends.
    public var linger_s = 30.0

    public static let standardFrames = 100

    /// - Parameter source: `synthetic:<detector>[:<pattern>][:<key>=<value>]…`, or a path: `.cbors`, `.cbor`, a folder of `.cbor` or `.cbf`
    ///   files, `.cbf`, or an HDF5 file.
    /// - Throws: `SimulationError` `.nameUnknown`, `.settingInvalid`, `.fileUnreadable`, `.fileInvalid` for a file that is none of these.
    public init(source: String, address: String) throws(SimulationError) {
        self.source = try Source(parsing: source)
        self.address = address
    }

    public init(source: Source, address: String) {
        self.source = source
        self.address = address
    }

    /// The series that these options name, read or calculated.
    ///
    /// - Parameter armDate: RFC 3339, for sources that are no recordings; nil: now.
    public func openSource(armDate: String? = nil) throws(SimulationError) -> any FrameSource {
        if let frames {
            guard (1...1_000_000_000).contains(frames) else {
                throw SimulationError(
                    .settingInvalid, "a series has one frame or more", got: "\(frames)", expected: "1 to 1000000000")
            }
        }
        if let rate_Hz {
            guard rate_Hz.isFinite, rate_Hz > 0 else {
                throw SimulationError(.settingInvalid, "a rate is above 0", got: "\(rate_Hz) Hz")
            }
        }
        guard (1...1_000_000).contains(repeats) else {
            throw SimulationError(.settingInvalid, "at least one series is played", got: "\(repeats)", expected: "1 to 1000000")
        }
        if let highWaterMark {
            guard (1...1_000_000).contains(highWaterMark) else {
                throw SimulationError(
                    .settingInvalid, "a high-water mark is a number of messages", got: "\(highWaterMark)",
                    expected: "1 to 1000000")
            }
        }
        let date = armDate ?? Self.now()
        switch source {
        case .recording(let path): return try MessagePool(recording: path, version: version)
        case .hdf5(let path): return try FileSource(hdf5: path, version: version ?? .v2, encoding: encoding, armDate: date)
        case .cbf(let path): return try FileSource(cbf: path, version: version ?? .v2, encoding: encoding, armDate: date)
        case .synthetic(var settings):
            if let rate_Hz { settings.frameTime_s = 1 / rate_Hz }
            return try MessagePool(
                synthetic: settings, version: version ?? .v2, seed: seed, frames: frames ?? Self.standardFrames, armDate: date)
        }
    }

    /// How many frames of this source are played.
    public func frameCount(of opened: any FrameSource) -> Int {
        if let frames { return frames }
        if case .synthetic = source { return Self.standardFrames }
        return opened.frameCount
    }

    private static func now() -> String {
        Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension SimulationOptions.Source {
    public init(parsing text: String) throws(SimulationError) {
        if text.hasPrefix("synthetic:") {
            self = .synthetic(try SyntheticSettings(parsing: String(text.dropFirst("synthetic:".count))))
            return
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) else {
            throw SimulationError(
                .fileUnreadable, "there is no such source", got: "\u{201C}\(text)\u{201D}",
                expected: "a file or folder, or synthetic:<detector>[:<pattern>]",
                remedy: "Check the path; detectors are listed by --from synthetic:")
        }
        let name = text.lowercased()
        if isFolder.boolValue {
            let files = (try? FileManager.default.contentsOfDirectory(atPath: text)) ?? []
            self = files.contains { $0.lowercased().hasSuffix(".cbf") } ? .cbf(path: text) : .recording(path: text)
        } else if name.hasSuffix(".cbors") || name.hasSuffix(".cbor") {
            self = .recording(path: text)
        } else if name.hasSuffix(".cbf") {
            self = .cbf(path: text)
        } else if [".h5", ".hdf5", ".nxs", ".hdf", ".nx5", ".nx"].contains(where: name.hasSuffix) {
            self = .hdf5(path: text)
        } else {
            throw SimulationError(
                .fileInvalid, "this kind of file cannot be played", got: text, expected: ".cbors, .cbor, .cbf, .h5, .hdf5, .nxs",
                remedy: name.hasSuffix(".bz2") || name.hasSuffix(".gz") ? "Decompress it first" : nil)
        }
    }
}
