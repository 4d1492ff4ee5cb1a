import ArgumentParser
import CHDF5
import CLZ4
import COpenSSL
import CXXHash
import CZeroMQ
import CZlib
import CZstd
import CommandLineSupport
import Diagnostics
import Frames
import JSON

/// Says what of this machine helps or hinders taking data, before a beam time finds out.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at this machine: rights, space, file system, memory, clock, libraries, processor.",
        usage: "faisceau doctor [--out DIR] [<options>]",
        discussion: """
            Says what to do about each finding. Ends with 1 when something makes ingest impossible.

            Example: faisceau doctor --out /data/visitor/mx1234
            """)

    @Option(help: ArgumentHelp("The folder that runs are to be written to; it need not exist.", valueName: "DIR"))
    var out = "."

    @OptionGroup var output: OutputOptions

    func run() throws {
        try runReporting(output) { console in
            let report = DoctorReport(findings)
            console.data(report.text(style: console.dataStyle), isStyled: true)
            return CommandOutcome(report.exitStatus, report.fields)
        }
    }

    private var findings: [DoctorFinding] {
        var findings = FolderProbe.examine(out).findings
        if let memory = MachineProbe.memory() { findings.append(memory.finding) }
        findings += MachineProbe.process().findings
        findings.append(instructionLevel)
        findings.append(ClockFacts.examine().finding)
        findings += LinkedLibraries.versions.map(\.finding)
        findings.append(LinkedLibraries.filters.finding)
        return findings
    }

    private var instructionLevel: DoctorFinding {
        let available = InstructionLevel.allCases.filter(\.isAvailable).map(\.rawValue)
        let values: JSONObject = ["best": .string(InstructionLevel.best.rawValue), "available": JSONValue(available)]
        do throws(FrameError) {
            let chosen = try InstructionLevel.chosen()
            let isForced = chosen != .best
            return DoctorFinding(
                "kernels", isForced ? .advice : .fine,
                "instruction level \(chosen.rawValue)"
                    + (isForced ? ", though the processor has \(InstructionLevel.best.rawValue)" : ""),
                remedy: isForced ? "Unset \(InstructionLevel.environmentVariable) for full speed" : nil, values)
        } catch {
            return DoctorFinding("kernels", .impossible, error.what, remedy: error.remedy, values)
        }
    }
}

/// What this executable links; the versions of the headers beside those of the loaded libraries.
private enum LinkedLibraries {
    static var versions: [LibraryVersion] {
        [hdf5, zeroMQ, lz4, zstd, xxHash, zlib, openSSL]
    }

    /// HDF5 changes its binary interface with the second number.
    private static var hdf5: LibraryVersion {
        var major: UInt32 = 0
        var minor: UInt32 = 0
        var release: UInt32 = 0
        H5get_libversion(&major, &minor, &release)
        return LibraryVersion(
            "HDF5", built: "\(H5_VERS_MAJOR).\(H5_VERS_MINOR).\(H5_VERS_RELEASE)", running: "\(major).\(minor).\(release)",
            bindingNumbers: 2)
    }

    private static var zeroMQ: LibraryVersion {
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: Int32 = 0
        zmq_version(&major, &minor, &patch)
        return LibraryVersion(
            "ZeroMQ", built: "\(ZMQ_VERSION_MAJOR).\(ZMQ_VERSION_MINOR).\(ZMQ_VERSION_PATCH)",
            running: "\(major).\(minor).\(patch)")
    }

    private static var lz4: LibraryVersion {
        LibraryVersion(
            "LZ4", built: "\(LZ4_VERSION_MAJOR).\(LZ4_VERSION_MINOR).\(LZ4_VERSION_RELEASE)",
            running: dotted(Int(LZ4_versionNumber())))
    }

    private static var zstd: LibraryVersion {
        LibraryVersion(
            "zstd", built: "\(ZSTD_VERSION_MAJOR).\(ZSTD_VERSION_MINOR).\(ZSTD_VERSION_RELEASE)",
            running: dotted(Int(ZSTD_versionNumber())))
    }

    private static var xxHash: LibraryVersion {
        LibraryVersion(
            "xxHash", built: "\(XXH_VERSION_MAJOR).\(XXH_VERSION_MINOR).\(XXH_VERSION_RELEASE)",
            running: dotted(Int(XXH_versionNumber())))
    }

    private static var zlib: LibraryVersion {
        LibraryVersion("zlib", built: ZLIB_VERSION, running: zlibVersion().map { String(cString: $0) } ?? "unknown")
    }

    private static var openSSL: LibraryVersion {
        LibraryVersion(
            "OpenSSL", built: "\(OPENSSL_VERSION_MAJOR).\(OPENSSL_VERSION_MINOR).\(OPENSSL_VERSION_PATCH)",
            running: "\(OPENSSL_version_major()).\(OPENSSL_version_minor()).\(OPENSSL_version_patch())")
    }

    /// These libraries count as major·10000 + minor·100 + release.
    private static func dotted(_ number: Int) -> String { "\(number / 10_000).\(number / 100 % 100).\(number % 100)" }

    /// The filters that our files may need elsewhere. Asking makes HDF5 look into its plugin folders.
    static var filters: FilterFacts {
        let known: [(number: Int32, name: String)] = [(32008, "bitshuffle"), (32004, "lz4"), (32015, "zstd")]
        return FilterFacts(
            filters: known.map { .init(number: Int($0.number), name: $0.name, isPresent: H5Zfilter_avail($0.number) > 0) },
            folders: pluginFolders)
    }

    private static var pluginFolders: [String] {
        var count: UInt32 = 0
        guard H5PLsize(&count) >= 0 else { return [] }
        return (0..<count).compactMap { index in
            let length = H5PLget(index, nil, 0)
            guard length > 0 else { return nil }
            var text = [UInt8](repeating: 0, count: Int(length) + 1)
            let written = text.withUnsafeMutableBytes {
                H5PLget(index, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
            }
            return written > 0 ? String(decoding: text.prefix(Int(written)), as: UTF8.self) : nil
        }
    }
}
