// swift-tools-version: 6.2
import PackageDescription

// Mutated chunks and chunk indexes under the address sanitizer (`make mutate`); a package of its own, as the fuzzers are: all of it is
// built with the sanitizer, and no other build knows of it.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "mutations",
    dependencies: [
        // Named, or it would be called after the folder that somebody cloned it into.
        .package(name: "faisceau", path: "../..")
    ],
    targets: [
        // liblz4 and libzstd with plain loops around them, guarded memory, and what is said when the process dies.
        .target(name: "CReference", linkerSettings: [.linkedLibrary("lz4"), .linkedLibrary("zstd")]),
        .executableTarget(
            name: "mutate", dependencies: ["CReference", .product(name: "FaisceauMutated", package: "faisceau")],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
