import ChunkFile
import Foundation
import Reductions
import TestSupport
import Testing

/// When a live reduction may end: not while somebody writes the run, whatever its ledgers look like at that instant.
@Suite struct LedgerFollowerTests {
    @Test func aRunIsFinishedWhenItIsSealedOrItsWriterHasGone() throws {
        let folder = try TemporaryFolder("follower")
        let armed = try folder.write("{}", to: "armed.json").path
        let follower = LedgerFollower(folder: folder.path, channel: 0)
        let local = LocalFileSystem()
        let writer = try local.open(armed, .readWrite)
        let isOurs = try local.tryLock(writer)
        #expect(isOurs)
        #expect(!follower.isFinished(), "its writer holds it")
        try local.unlock(writer)
        local.closeFile(writer)
        #expect(follower.isFinished(), "its writer has gone")
        let again = try local.open(armed, .readWrite)
        let isOursAgain = try local.tryLock(again)
        #expect(isOursAgain)
        try folder.write("{}", to: "run.json")
        #expect(follower.isFinished(), "it is sealed")
        local.closeFile(again)
    }
}
