// swift-tools-version: 6.2
import PackageDescription

// Fuzzers of everything that reads bytes from outside (`make fuzz`); a package of its own, as only it is built with libFuzzer.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "fuzz",
    dependencies: [
        // Named, or it would be called after the folder that somebody cloned it into.
        .package(name: "faisceau", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "fuzz",
            dependencies: [
                .product(name: "FaisceauDecoders", package: "faisceau"),
                .product(name: "FaisceauMutated", package: "faisceau"),
                .product(name: "FaisceauTestFileSystems", package: "faisceau"),
            ], swiftSettings: strict)
    ],
    swiftLanguageModes: [.v6]
)
