import Foundation
import TestSupport
import Testing

/// Who may read a run: group, mode and umask of the beamline's file, seen on what lies on the disk.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct RunRightsTests {
    /// A group that this user may hand files to, other than the one that files get anyway; nil when there is none.
    static let otherGroup: (name: String, number: Int)? = {
        let own = Int(getegid())
        var members = [gid_t](repeating: 0, count: 128)
        let count = max(0, Int(getgroups(Int32(members.count), &members)))
        let numbers = getuid() == 0 ? [65_534] : members.prefix(count).map(Int.init).filter { $0 != own }
        for number in numbers {
            if let entry = getgrgid(gid_t(number)) { return (String(cString: entry.pointee.gr_name), number) }
        }
        return nil
    }()

    /// Rights by path below the run's folder (`.` is the folder).
    static func rights(of run: String) throws -> [String: (mode: Int, group: Int)] {
        var rights: [String: (mode: Int, group: Int)] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: run) + ["."] {
            var status = stat()
            guard lstat(run + "/" + path, &status) == 0 else { throw ChildFailure(description: "no \(path)") }
            rights[path] = (Int(status.st_mode & 0o7777), Int(status.st_gid))
        }
        return rights
    }

    static func record(_ run: String) throws -> [String: (mode: Int, group: Int)] {
        let beamline = Rehearsal.beamline.replacing("run: {name: \"{sample}_{series}\"}", with: run)
        #expect(beamline != Rehearsal.beamline)
        let recorded = try Rehearsal.record("synthetic:32x64:rings", playing: ["--frames", "3"], beamline: beamline)
        #expect(recorded.status == 0)
        return try rights(of: try recorded.sealed().run)
    }

    @Test func withoutAWordTheFolderIsForItsGroupAndOthersSeeNothing() throws {
        let rights = try Self.record("run: {name: run}")
        #expect(rights["."]?.mode == 0o2750)
        #expect(rights["ledger"]?.mode == 0o2750)
        for (path, right) in rights where ![".", "ledger"].contains(path) { #expect(right.mode == 0o440, "\(path)") }
        #expect(rights.count >= 8)
    }

    @Test(.enabled(if: otherGroup != nil, "needs to be root, or in a second group"), arguments: [true, false])
    func everythingBelongsToTheGroupThatTheFileNames(byName: Bool) throws {
        let group = try #require(Self.otherGroup)
        let rights = try Self.record("run: {name: run, group: \(byName ? group.name : "\(group.number)")}")
        for (path, right) in rights { #expect(right.group == group.number, "\(path)") }
        #expect(rights["."]?.mode == 0o2750)
    }

    @Test func aGroupThatDoesNotExistIsRefusedBeforeReady() throws {
        let folder = try TemporaryFolder("e2e")
        let ingest = try Rehearsal.startIngest(
            from: RefusalTests.nobody, beamline: "run: {group: no-such-group}", in: folder)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: nil)
        #expect([1, 2].contains(recorded.status))
        #expect(try recorded.failed().error.got == "no-such-group")
        #expect(!recorded.events.contains { $0.event == "ready" })
    }

    @Test func theModeOfTheFileIsThatOfTheFolderAndBoundsItsFiles() throws {
        let rights = try Self.record("run: {name: run, mode: 2755}")
        #expect(rights["."]?.mode == 0o2755)
        for (path, right) in rights where ![".", "ledger"].contains(path) { #expect(right.mode == 0o444, "\(path)") }
    }

    @Test func theUmaskOfTheFileIsKeptBySealedFilesToo() throws {
        let rights = try Self.record("run: {name: run, mode: 2755, umask: 027}")
        // A mode that was asked for is a mode; the umask is for the files, which nobody named one by one.
        #expect(rights["."]?.mode == 0o2755)
        for (path, right) in rights where ![".", "ledger"].contains(path) { #expect(right.mode == 0o440, "\(path)") }
    }
}
