import CommandLineSupport
import Testing

struct MountTableTests {
    let table = MountTable(
        text: #"""
            25 1 259:1 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw,discard
            40 25 0:35 / /data rw,relatime shared:5 master:1 - nfs4 store:/export rw,vers=4.2
            41 40 0:36 / /data/local\040disk ro,noatime - xfs /dev/sdb1 rw
            42 25 0:37 / /mnt/s rw - fuse.sshfs user@host: rw
            43 25 0:38 / /data rw - tmpfs none rw
            nonsense
            """#)

    @Test func theLongestMountPointHoldsThePath() {
        #expect(table.mount(holding: "/data/local disk/runs")?.type == "xfs")
        #expect(table.mount(holding: "/data/local disk/runs")?.isReadOnly == true)
        #expect(table.mount(holding: "/data/local disks")?.type == "tmpfs")
        #expect(table.mount(holding: "/database")?.source == "/dev/nvme0n1p1")
        #expect(table.mount(holding: "/mnt/s")?.type == "fuse.sshfs")
    }

    @Test func ofTwoMountsAtOnePointTheLaterCounts() {
        #expect(table.mount(holding: "/data/x")?.type == "tmpfs")
    }

    @Test func linesOfAnotherFormArePassedOver() {
        #expect(table.mounts.count == 5)
        #expect(MountTable(text: "").mount(holding: "/") == nil)
    }
}
