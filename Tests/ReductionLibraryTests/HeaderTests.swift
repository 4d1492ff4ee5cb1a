import Foundation
import TestSupport
import Testing

/// The header, by the eyes of compilers, and what the library shows to linkers.
@Suite struct HeaderTests {
    static let compilers = "needs cc and c++ (Debian: build-essential)"

    @Test(
        .enabled(if: ChildProcess.find("cc") != nil && ChildProcess.find("c++") != nil, "\(compilers)"),
        arguments: [["cc", "-std=c11"], ["c++", "-std=c++11"]])
    func theHeaderStandsAlone(_ compiler: [String]) throws {
        let folder = try TemporaryFolder()
        let source = try folder.write(
            "#include \"faisceau_reduction.h\"\n", to: compiler[0] == "cc" ? "alone.c" : "alone.cpp")
        let output = try ChildProcess.run(
            compiler[0],
            [
                compiler[1], "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", ReductionLibrary.sources.path,
                source.path,
            ])
        #expect(output.status == 0, "\(output.standardError)")
    }

    @Test(
        .enabled(if: ReductionLibrary.path != nil, "\(ReductionLibrary.absence)"),
        .enabled(if: ChildProcess.find("cc") != nil, "\(compilers)"),
        .enabled(if: TestPython.isAvailable("numpy", "h5py", "hdf5plugin"), "\(TestPython.absence)"))
    func theExampleReducesAFile() throws {
        let folder = try TemporaryFolder()
        let library = try ReductionLibrary.required()
        let place = library.deletingLastPathComponent().path
        let program = folder.file("reduce").path
        let compiled = try ChildProcess.run(
            "cc",
            [
                "-Wall", "-Wextra", "-Werror", "-std=c11", "-I", ReductionLibrary.sources.path,
                ReductionLibrary.sources.appendingPathComponent("Examples/reduce.c").path, library.path, "-Wl,-rpath,\(place)",
                "-o", program,
            ])
        try #require(compiled.status == 0, "\(compiled.standardError)")
        // The mean of two frames by NumPy, as columns; and a configuration.
        let expected = try TestPython.run(
            """
            import json, sys, numpy
            sys.path.insert(0, sys.argv[2])
            import small_file
            values = small_file.frames(2)
            small_file.write(sys.argv[1] + "/frames.h5", values)
            json.dump(small_file.CONFIGURATION, open(sys.argv[1] + "/reduction.yaml", "w"))
            numbers, bins = small_file.bin_numbers()
            print(*(sum(small_file.reduced(frame, numbers, bins)[0] for frame in values) / 2))
            """, [folder.path, PackageRoot.file("Tests/ReductionLibraryTests/Python").path],
            environment: ["PYTHONDONTWRITEBYTECODE": "1"]
        ).standardOutput.split(separator: " ").compactMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        let reduced = try ChildProcess.run(program, [folder.file("frames.h5").path, folder.file("reduction.yaml").path])
        try #require(reduced.status == 0, "\(reduced.standardError)")
        let lines = reduced.standardOutput.split(separator: "\n")
        #expect(lines.first == "# mean of 2 of 2 frames")
        let means = lines.dropFirst().compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
        #expect(expected.count == 50)
        #expect(means == expected)

        let refused = try ChildProcess.run(program, [folder.file("nothing.h5").path])
        #expect(refused.status == 2)
        #expect(refused.standardError.contains("There is no such run or file"))
    }

    /// Whatever else were visible could be taken by, or from, another library of the caller's process.
    @Test(
        .enabled(if: ReductionLibrary.path != nil, "\(ReductionLibrary.absence)"),
        .enabled(if: ChildProcess.find("nm") != nil, "needs nm (Debian: binutils)"))
    func theLibraryShowsTheFunctionsOfItsHeaderAndNothingElse() throws {
        let header = try String(
            contentsOf: ReductionLibrary.sources.appendingPathComponent("faisceau_reduction.h"), encoding: .utf8)
        let declared = Set(
            header.matches(of: /^[a-z][a-z0-9_ ]*[ *](faisceau_reduction_[a-z_]+)\(/.anchorsMatchLineEndings()).map {
                String($0.1)
            })
        #expect(declared.count == 14)
        let listing = try ChildProcess.run("nm", ["-D", "--defined-only", "--extern-only", try ReductionLibrary.required().path])
        let shown = Set(
            listing.standardOutput.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) })
        #expect(shown == declared)
    }
}
