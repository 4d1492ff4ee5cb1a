// swift-tools-version: 6.2
import PackageDescription

// Measurements against C loops and peers; a package of its own, so that the project's build knows nothing of it.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let measured = Target.Dependency.product(name: "FaisceauMeasured", package: "faisceau")

let package = Package(
    name: "benchmarks",
    dependencies: [
        // Named, or it would be called after the folder that somebody cloned it into.
        .package(name: "faisceau", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .target(name: "CPeers", linkerSettings: [.linkedLibrary("zmq")]),
        .executableTarget(
            name: "bench-ingest",
            dependencies: ["CPeers", measured, .product(name: "Logging", package: "swift-log")], swiftSettings: strict),
        .executableTarget(
            name: "bench-reduction", dependencies: [.product(name: "FaisceauReduction", package: "faisceau")],
            swiftSettings: strict),
        .executableTarget(name: "bench-codec", dependencies: [measured], swiftSettings: strict),
        .executableTarget(
            name: "bench-catalogue", dependencies: [.product(name: "FaisceauCatalogue", package: "faisceau")],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
