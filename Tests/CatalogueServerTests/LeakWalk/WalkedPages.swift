extension WalkedRequest {
    /// Pages in every form and spelling, and what is of no record.
    static func pages(_ names: WalkedNames) -> [WalkedRequest] {
        let (page, form) = ("GET /datasets/{pid}", "GET /datasets/{pid}/{form}")
        var requests: [WalkedRequest] = [
            .init("GET /health", .nothing, "/health"), .init("GET /ready", .nothing, "/ready"),
            .init("GET /metrics", .nothing, "/metrics"), .init("GET /page.css", .nothing, "/page.css"),
        ]
        for spelling in [names.run.inPath, names.run, "doi:\(names.run)", "https:%2F%2Fdoi.org%2F\(names.run.inPath)"] {
            requests.append(.init(page, .page, "/datasets/\(spelling)"))
        }
        for form in [
            "index.html", "datacite.json", "datacite.xml", "schema.jsonld", "citation.bib", "citation.json", "citation.txt",
        ] {
            requests.append(.init("GET /datasets/{pid}/{form}", .page, "/datasets/\(names.run.inPath)/\(form)"))
        }
        for name in ["ro-crate-metadata.json", "files.meta4"] {
            let about = name == "files.meta4" ? About.run : .crate
            requests.append(.init(form, about, "/datasets/\(names.run.inPath)/\(name)"))
            requests.append(.init(form, about, "/datasets/\(names.run)/\(name)"))
        }
        requests.append(.init(form, .nothing, "/datasets/\(names.run.inPath)/nothing"))
        for (name, about) in [(names.session, About.session), (names.collection, .collection), (names.igsn, .sample)] {
            // What everyone may know of them.
            let about = about == .sample ? About.page : about
            requests.append(.init(page, about, "/datasets/\(name.inPath)"))
            requests.append(.init(form, about, "/datasets/\(name.inPath)/datacite.json"))
            requests.append(.init(form, about, "/datasets/\(name.inPath)/ro-crate-metadata.json"))
        }
        for type in [
            "application/vnd.datacite.datacite+json", "application/xml", "application/ld+json", "application/x-bibtex",
            "text/x-bibliography", "image/png",
        ] {
            requests.append(.init(page, .page, "/datasets/\(names.run.inPath)", headers: ["Accept: \(type)"]))
        }
        requests.append(
            .init(page, .run, "/datasets/\(names.run.inPath)", headers: ["Accept: application/metalink4+xml"]))
        return requests
    }

    /// Each verb, with lists in parts and their sizes.
    static func harvests(_ names: WalkedNames) -> [WalkedRequest] {
        let (get, post) = ("GET /oai", "POST /oai")
        var requests: [WalkedRequest] = []
        for query in ["verb=Identify", "verb=ListSets", "verb=ListMetadataFormats", "verb=Nothing"] {
            requests.append(.init(get, .offer, "/oai?\(query)"))
        }
        for (name, about) in [(names.run, About.page), (names.session, .session)] {
            let identifier = "identifier=oai:faisceau.invalid:\(name)"
            requests.append(.init(get, about, "/oai?verb=ListMetadataFormats&\(identifier)"))
            for form in ["oai_dc", "oai_datacite", "datacite"] {
                requests.append(.init(get, about, "/oai?verb=GetRecord&metadataPrefix=\(form)&\(identifier)"))
            }
            requests.append(
                .init(
                    post, about, "/oai", headers: ["Content-Type: application/x-www-form-urlencoded"],
                    body: "verb=GetRecord&metadataPrefix=oai_dc&\(identifier)"))
        }
        for form in ["oai_dc", "oai_datacite", "datacite"] {
            requests.append(.init(get, .offer, "/oai?verb=ListRecords&metadataPrefix=\(form)"))
        }
        for set in ["open", "embargoed", "openaire_data", "beamline:PROXIMA-1", "technique:MX"] {
            requests.append(.init(get, .offer, "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=\(set)"))
        }
        requests.append(
            .init(
                post, .offer, "/oai", headers: ["Content-Type: application/x-www-form-urlencoded"],
                body: "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01"))
        return requests
    }
}
