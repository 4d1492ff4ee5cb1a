import ArgumentParser

/// `faisceau catalogue`
struct CatalogueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "What is known of every run: hand over, find, show, cite.",
        discussion: """
            The catalogue is one file, its custodian's alone (mode 0600), and these commands act for whoever owns it: --as NAME acts and reads \
            as an account, --as anonymous as everyone. Everyone else names the server that has it: --catalogue https://HOST, after \
            faisceau login https://HOST. Checks, checkpoints, backups, imports and deliveries are the custodian's work on the file; over a network an \
            account with the role custodian asks for them, one at a time.

            Examples:
              faisceau catalogue add /data/2026/20261121_lysozyme_12
              faisceau catalogue search 'technique:SAXS energy:8..12keV state:open'
              faisceau catalogue cite 10.5072/000000003rj076 --style bibtex
            """,
        subcommands: [
            CatalogueAddCommand.self, CatalogueSearchCommand.self, CatalogueShowCommand.self, CatalogueFilesCommand.self,
            CatalogueHistoryCommand.self, CatalogueCiteCommand.self, CataloguePathCommand.self, CatalogueBackupCommand.self,
            CatalogueCheckCommand.self,
            CatalogueMarkCommand.self, CatalogueRelationCommand.self, CatalogueAttachCommand.self,
            CatalogueAttachmentCommand.self,
            CatalogueReplicaCommand.self, CatalogueCollectionCommand.self,
            CatalogueCheckpointCommand.self,
            CatalogueReserveCommand.self,
            CatalogueReleaseCommand.self,
            CatalogueImportCommand.self,
            CatalogueFetchCommand.self,
            CatalogueDeliverCommand.self, CatalogueOutboxCommand.self, CataloguePIDCommand.self, CatalogueDriftCommand.self,
            CatalogueCitationsCommand.self,
        ])
}
