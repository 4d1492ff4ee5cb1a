// swift-tools-version: 6.2
import PackageDescription

// Data flows down this page; imports point up it only (the build is run with
// `--explicit-target-dependency-import-check error`). What a target is for stands in its folder's first file.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Kernels are compared with libraries built at -O3: so are ours.
let kernelFlags: [CSetting] = [.define("_GNU_SOURCE")]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func system(_ name: String, pkgConfig: String, debian package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tests(of name: String, _ more: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "Diagnostics", "TestSupport"] + more, swiftSettings: strict)
}

let package = Package(
    name: "faisceau",
    products: [
        .executable(name: "faisceau", targets: ["faisceau"]),
        .library(
            name: "FaisceauMeasured",
            targets: [
                "Frames", "ChunkFile", "DetectorWire", "FrameIngest", "NeXus", "BeamlineMetadata", "RunModel", "RunPipeline",
            ]),
        .library(
            name: "FaisceauDecoders",
            targets: ["JSON", "Frames", "ChunkFile", "DetectorWire", "BeamlineMetadata", "RunModel", "ImageFiles"]),
        .library(name: "faisceau_reduction", type: .dynamic, targets: ["ReductionLibrary"]),
        .library(name: "FaisceauReduction", targets: ["Frames", "ScatteringGeometry", "ReductionKernels"]),
        .library(
            name: "FaisceauCatalogue", targets: ["Identifiers", "EmbargoClock", "RunModel", "RunCatalogue", "Custody"]),
        // For the fuzzers (Tests/Fuzz), as the one above.
        .library(name: "FaisceauTestFileSystems", targets: ["TestFileSystems"]),
        // For `make mutate` (Tests/Mutations), and for the fuzzers.
        .library(
            name: "FaisceauMutated", targets: ["Frames", "ScatteringGeometry", "ChunkIndex", "ReductionKernels", "SpoiltFiles"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // System libraries: a module map and a shim that makes macros visible.
        system("CHDF5", pkgConfig: "hdf5", debian: "libhdf5-dev"),
        system("CZeroMQ", pkgConfig: "libzmq", debian: "libzmq3-dev"),
        system("CLZ4", pkgConfig: "liblz4", debian: "liblz4-dev"),
        system("CZstd", pkgConfig: "libzstd", debian: "libzstd-dev"),
        system("CXXHash", pkgConfig: "libxxhash", debian: "libxxhash-dev"),
        system("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
        .systemLibrary(name: "CLinux"),
        system("COpenSSL", pkgConfig: "libcrypto", debian: "libssl-dev"),
        // Its pkg-config names folders of Kerberos that SwiftPM forbids, and its headers lie where the compiler looks anyway.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        // Leaves.
        library("Diagnostics"),
        library("JSON", ["Diagnostics"]),
        library("WebText"),
        library("Quantities", ["Diagnostics"]),
        library("Identifiers", ["Diagnostics"]),
        // Imports nothing, so that no one else's change can move an opening.
        library("EmbargoClock"),
        library("DataCite", ["Diagnostics", "Quantities", "Identifiers", "EmbargoClock"]),
        // One request and its answer over HTTP, for whoever asks servers.
        library("WebExchange", ["CCurl"]),
        library("Minting", ["Diagnostics", "JSON", "Identifiers", "DataCite", "WebExchange"]),
        .target(name: "CKernels", cSettings: kernelFlags),

        // YAML that is checked key by key.
        library("ConfigurationText", ["Diagnostics", "Quantities", .product(name: "Yams", package: "Yams")]),

        // Frames, the wire, the file.
        library("Frames", ["Diagnostics", "CKernels", "CLZ4", "CZstd"]),
        library("FrameImages", ["Diagnostics", "Frames", "CZlib"]),
        library("ImageFiles", ["Diagnostics", "CZlib"]),
        library("Plots", ["Diagnostics", "FrameImages"]),
        library("ScatteringGeometry", ["Diagnostics", "Quantities"]),
        library("ChunkIndex", ["Diagnostics"]),
        library("ReductionKernels", ["Diagnostics", "Frames", "ScatteringGeometry", "CKernels"]),
        library("DetectorWire", ["Diagnostics", "JSON"]),
        library("ChunkFile", ["Diagnostics", "CXXHash"]),
        library("Digests", ["Diagnostics", "ChunkFile", "COpenSSL"]),
        library("HDF5", ["Diagnostics", "CHDF5"]),
        library("FrameSlices", ["Diagnostics", "Identifiers", "ChunkIndex", "Digests", "HDF5"]),
        .target(
            name: "NeXus", dependencies: ["Diagnostics", "HDF5", "Frames", "Quantities", "Identifiers"],
            resources: [
                .embedInCode("Rules/Tables/NXmx.json"), .embedInCode("Rules/Tables/base-classes.json"),
                .embedInCode("Rules/Tables/NXcanSAS.json"), .embedInCode("Rules/Tables/plain.json"),
            ],
            swiftSettings: strict),

        // The socket, and what a run is.
        library("FrameIngest", ["Diagnostics", "DetectorWire", "Frames", "CZeroMQ", "CXXHash"]),
        library(
            "DetectorSimulation",
            ["Diagnostics", "DetectorWire", "Frames", "HDF5", "CZeroMQ", "CLZ4"]),
        library("BeamlineMetadata", ["Diagnostics", "Quantities", "Identifiers", "ConfigurationText"]),
        library("RunModel", ["Diagnostics", "Quantities", "Identifiers"]),

        // What may be asked of a catalogue, wherever it is; and how a server is asked.
        library("CatalogueQuestions", ["Diagnostics", "JSON"]),
        library(
            "CatalogueLink", ["Diagnostics", "JSON", "Identifiers", "RunModel", "WebExchange", "CatalogueQuestions"]),

        // The files of a run, from a server into a folder of this machine.
        library(
            "RunFetch", ["Diagnostics", "JSON", "ChunkFile", "Digests", "WebExchange", "CatalogueLink"]),

        // Who is told what of the two clocks, and how it reaches them.
        library("Notices", ["Diagnostics", "EmbargoClock", "ChunkFile", "CLinux"]),

        // What is known of every run after it was sealed.
        library(
            "RunCatalogue",
            [
                "Diagnostics", "Quantities", "Identifiers", "RunModel", "Digests", "EmbargoClock",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        library(
            "Custody",
            [
                "Diagnostics", "Quantities", "Identifiers", "EmbargoClock", "DataCite", "ConfigurationText", "Digests",
                "ChunkFile", "Notices",
                "RunModel",
                "RunCatalogue",
                "JSON",
            ]),

        // What another catalogue has written down.
        library(
            "CatalogueImport",
            ["Diagnostics", "JSON", "Quantities", "Identifiers", "EmbargoClock", "RunModel", "RunCatalogue", "Custody"]),

        // What the outside world is told of the catalogue: identifiers at a registry, mails.
        library(
            "Deliveries",
            [
                "Diagnostics", "Identifiers", "EmbargoClock", "DataCite", "Minting", "Notices", "RunModel", "RunCatalogue",
                "Custody",
            ]),

        // Each question to a catalogue has one function that answers it, whoever asks.
        library(
            "CatalogueAnswers",
            [
                "Diagnostics", "JSON", "Quantities", "Identifiers", "EmbargoClock", "DataCite", "Notices", "RunModel",
                "RunCatalogue", "Custody", "Digests", "Minting", "Deliveries", "CatalogueImport", "CatalogueQuestions",
            ]),

        // The catalogue over HTTP. It has no rule of its own: whatever it shows, Custody has decided.
        .target(
            name: "CatalogueServer",
            dependencies: [
                "Diagnostics", "JSON", "WebText", "Identifiers", "EmbargoClock", "DataCite", "Digests", "RunModel",
                "RunCatalogue",
                "Quantities",
                "CatalogueImport",
                "CatalogueQuestions", "CatalogueAnswers",
                "Custody", "Deliveries", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ], exclude: ["Deployment/nginx.conf", "Deployment/apache.conf"],
            resources: [.embedInCode("Pages/page.css"), .embedInCode("Deployment/faisceau-serve.service")],
            swiftSettings: strict),

        // From a run to a derived run.
        library(
            "Reductions",
            [
                "Diagnostics", "Quantities", "ConfigurationText", "Frames", "ScatteringGeometry", "ChunkIndex",
                "ReductionKernels",
                "ChunkFile", "HDF5", "NeXus", "FrameImages", "ImageFiles", "Plots", "RunModel", "Identifiers", "Digests",
            ]),

        // From the socket to a sealed run.
        library(
            "RunPipeline",
            [
                "Diagnostics", "Frames", "DetectorWire", "FrameIngest", "FrameImages", "ChunkFile", "HDF5", "NeXus",
                "BeamlineMetadata", "RunModel", "Identifiers", "Quantities", "Digests",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // A running ingest, seen and steered from outside: no libhdf5, no socket of a detector.
        library("ControlSocket", ["Diagnostics", "RunModel", "CLinux"]),
        .target(
            name: "StatusServer",
            dependencies: [
                "Diagnostics", "Quantities", "RunModel", "WebText", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Deployment"], resources: [.embedInCode("Page/page.css"), .embedInCode("Page/page.js")],
            swiftSettings: strict),

        // The reduction for callers of C: faisceau_reduction.h.
        .target(
            name: "ReductionLibrary", dependencies: ["Diagnostics", "Frames", "HDF5", "Reductions", "ScatteringGeometry"],
            exclude: ["faisceau_reduction.h", "exports.map", "Examples", "Python"], swiftSettings: strict,
            // SwiftPM has no other word for it. Without, all that the library is made of would be visible in the caller's process.
            linkerSettings: [
                .unsafeFlags([
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/ReductionLibrary/exports.map",
                ])
            ]),

        library(
            "CommandLineSupport",
            [
                "Diagnostics", "JSON", "Quantities", "CLinux", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "faisceau",
            dependencies: [
                "CommandLineSupport", "CLinux", "ControlSocket", "StatusServer", "CatalogueServer", "CHDF5", "CLZ4", "COpenSSL",
                "CXXHash",
                "CZeroMQ", "CZlib",
                "CZstd",
                "JSON",
                "Diagnostics", "Quantities", "Identifiers", "Frames", "DetectorWire", "FrameIngest", "FrameImages",
                "DetectorSimulation", "ChunkFile", "HDF5", "NeXus", "BeamlineMetadata", "RunModel", "RunPipeline",
                "ConfigurationText", "Reductions", "EmbargoClock", "DataCite", "Notices", "FrameSlices", "RunCatalogue",
                "Custody",
                "CatalogueImport",
                "CatalogueQuestions", "CatalogueAnswers", "CatalogueLink", "WebExchange",
                "Deliveries", "Minting",
                "RunFetch",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),

        // Tests mirror the sources.
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .target(
            name: "TestSupport", dependencies: ["Diagnostics", "RunModel", "CAllocationCounter"], path: "Tests/TestSupport",
            swiftSettings: strict),
        // The file system as a parameter: full disks, failing devices, killed writers, power cuts.
        .target(name: "TestFileSystems", dependencies: ["ChunkFile"], path: "Tests/TestFileSystems", swiftSettings: strict),
        tests(of: "JSON"),
        tests(of: "Quantities"),
        tests(of: "Identifiers"),
        .testTarget(
            name: "EmbargoClockTests", dependencies: ["EmbargoClock", "TestSupport"], exclude: ["Oracle"], swiftSettings: strict),
        tests(of: "DataCite", ["EmbargoClock", "Identifiers"]),
        tests(of: "Notices", ["EmbargoClock", "ChunkFile", "TestFileSystems"]),
        // DataCite's REST interface at a port of this machine.
        .target(
            name: "DataCiteStandIn",
            dependencies: [
                "JSON", "Minting", "TestSupport", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Tests/DataCiteStandIn", swiftSettings: strict),
        tests(of: "Minting", ["JSON", "DataCite", "DataCiteStandIn", "Identifiers"]),
        tests(of: "Frames", ["CLZ4", "CZstd"]),
        tests(of: "FrameImages", ["Frames", "CZlib"]),
        tests(of: "ImageFiles", ["CZlib"]),
        tests(of: "Plots", ["FrameImages"]),
        tests(of: "ReductionKernels", ["Frames", "Quantities", "ScatteringGeometry"]),
        tests(of: "ScatteringGeometry", ["Quantities"]),
        // Small HDF5 files, and ways to spoil them.
        .target(
            name: "SpoiltFiles", dependencies: ["Diagnostics", "ChunkIndex"], path: "Tests/SpoiltFiles", swiftSettings: strict),
        tests(of: "ChunkIndex", ["SpoiltFiles"]),
        tests(of: "DetectorWire"),
        tests(of: "ChunkFile", ["CHDF5", "HDF5", "TestFileSystems"]),
        tests(of: "HDF5"),
        tests(of: "FrameSlices", ["Digests", "HDF5", "Identifiers"]),
        tests(of: "NeXus", ["HDF5", "Frames", "Quantities", "ScatteringGeometry"]),
        tests(of: "FrameIngest", ["DetectorWire", "Frames", "CZeroMQ"]),
        tests(of: "DetectorSimulation", ["DetectorWire", "Frames", "HDF5", "CZeroMQ"]),
        tests(of: "BeamlineMetadata", ["ConfigurationText", "Quantities", "Identifiers"]),
        tests(of: "RunModel", ["Identifiers", "Quantities"]),
        // A program that hands runs over until a test kills it.
        .executableTarget(
            name: "CatalogueWriter", dependencies: ["EmbargoClock", "Identifiers", "RunCatalogue", "RunModel"],
            path: "Tests/CatalogueWriter",
            swiftSettings: strict),
        // The store that tests of the catalogue are run against.
        .target(
            name: "TestStore",
            dependencies: ["RunCatalogue", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")],
            path: "Tests/TestStore", swiftSettings: strict),
        // An invented facility with its people, a catalogue, and a clock that stands until it is moved.
        .target(
            name: "TestCatalogue",
            dependencies: [
                "Custody", "Diagnostics", "EmbargoClock", "Identifiers", "RunCatalogue", "RunModel", "TestStore", "TestSupport",
            ], path: "Tests/TestCatalogue", swiftSettings: strict),
        tests(
            of: "Custody",
            [
                "TestStore", "TestCatalogue",
                "ChunkFile", "DataCite", "EmbargoClock", "Identifiers", "Digests", "RunModel", "RunCatalogue",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests(
            of: "CatalogueImport",
            ["TestStore", "Custody", "EmbargoClock", "Identifiers", "JSON", "Quantities", "RunCatalogue", "RunModel"]),
        tests(
            of: "Deliveries",
            [
                "TestStore", "TestCatalogue",
                "ConfigurationText", "Custody", "DataCite", "DataCiteStandIn", "EmbargoClock", "Identifiers", "Minting",
                "Notices",
                "RunCatalogue",
                "RunModel", "JSON",
            ]),
        tests(
            of: "CatalogueServer",
            [
                "TestStore", "TestCatalogue", "Custody", "DataCite", "Digests", "EmbargoClock", "Identifiers", "JSON",
                "RunCatalogue",
                "RunModel",
                "CatalogueQuestions", "CatalogueAnswers", "CatalogueLink", "Deliveries", "Minting", "Notices",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "NIOCore", package: "swift-nio"),
                "RunFetch", "WebExchange", .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        tests(
            of: "RunCatalogue",
            [
                "TestStore", "CatalogueWriter", "EmbargoClock", "Identifiers", "Quantities", "RunModel",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests(
            of: "Reductions",
            [
                "ConfigurationText", "ChunkFile", "ChunkIndex", "FrameImages", "Frames", "HDF5", "Identifiers", "NeXus", "Plots",
                "Quantities", "ReductionKernels", "RunModel", "ScatteringGeometry",
                "TestFileSystems",
            ]),
        // Not of the Swift target: what is tested is the shared library, by the eyes of Python and C.
        .testTarget(
            name: "ReductionLibraryTests", dependencies: ["TestSupport"], exclude: ["Python"], swiftSettings: strict),
        tests(of: "ControlSocket", ["RunModel"]),
        .testTarget(
            name: "StatusServerTests",
            dependencies: [
                "StatusServer", "Diagnostics", "TestSupport", "RunModel", "Identifiers",
                .product(name: "Logging", package: "swift-log"),
            ], exclude: ["alerts.test.yaml"], swiftSettings: strict),
        tests(of: "CommandLineSupport", ["CLinux", "JSON"]),
        tests(
            of: "RunPipeline",
            [
                "ChunkFile", "Frames", "DetectorWire", "FrameIngest", "RunModel", "NeXus", "HDF5", "CZeroMQ", "BeamlineMetadata",
                "TestFileSystems", "CAllocationCounter", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "EndToEndTests", dependencies: ["TestSupport"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// The sanitizers' builds (.ci/sanitize) are of the tests that they run and of what those import: a third build of all, under two flags
// more, would take longer than the tests. FAISCEAU_TESTS="FramesTests HDF5Tests"; nobody else sets it.
if let wanted = Context.environment["FAISCEAU_TESTS"] {
    var kept = Set(wanted.split(separator: " ").map(String.init))
    var packages: Set<String> = []
    if let unknown = kept.first(where: { name in !package.targets.contains { $0.isTest && $0.name == name } }) {
        fatalError("FAISCEAU_TESTS names \(unknown), which is no test target")
    }
    var left = Array(kept)
    while let target = package.targets.first(where: { $0.name == left.last }) {
        left.removeLast()
        for dependency in target.dependencies {
            switch dependency {
            case .targetItem(let name, _), .byNameItem(let name, _):
                if kept.insert(name).inserted { left.append(name) }
            case .productItem(_, let package, _, _): if let package { packages.insert(package) }
            @unknown default: break
            }
        }
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products = []
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let address, _) = dependency.kind else { return false }
        return !packages.contains { address.hasSuffix("/" + $0) }
    }
}
