/// Files of a small sealed run (Fixtures/runs/ORIGIN.md).
enum SeedRun {
    private static let folder = "Fixtures/runs/small/"
    static let dataFile = folder + "small_data_000001.h5"
    static let ledger = folder + "ledger/small_data_000001.ledger"
    static let summary = folder + "run.json"
    static let manifest = folder + "manifest.sha256"
}
