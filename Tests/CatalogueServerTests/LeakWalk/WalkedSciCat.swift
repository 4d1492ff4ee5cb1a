import Foundation

extension WalkedRequest {
    /// All that stands below `/api/v3` or `/api/v4`.
    static func sciCat(_ names: WalkedNames, _ version: String) throws -> [WalkedRequest] {
        datasets(names, version) + lists(names, version) + besideDatasets(names, version) + writes(names, version)
    }

    private static func json(_ text: String) -> String { text.inPath }

    private static func datasets(_ names: WalkedNames, _ version: String) -> [WalkedRequest] {
        let base = "/api/\(version)/datasets/"
        let pid = names.run.inPath
        var requests: [WalkedRequest] = []
        func get(_ template: String, _ rest: String, _ about: About = .run) {
            requests.append(.init("GET \(base){pid}\(template)", about, "\(base)\(pid)\(rest)"))
        }
        get("", "")
        get("", "?include=attachments&include=origdatablocks&include=datablocks")
        get("", "?filter=" + json(#"{"include":["attachments","origdatablocks"],"fields":["pid","size","numberOfFiles"]}"#))
        requests.append(.init("GET \(base){pid}", .run, base + names.run))
        requests.append(.init("GET \(base){pid}", .run, base + names.other.inPath))
        requests.append(.init("GET \(base){pid}", .session, base + names.session.inPath))
        for part in ["origdatablocks", "datablocks", "attachments", "thumbnail"] {
            get("/\(part)", "/\(part)")
            requests.append(.init("GET \(base)public/{pid}/\(part)", .run, "\(base)public/\(pid)/\(part)"))
        }
        requests.append(.init("GET \(base)public/{pid}", .run, "\(base)public/\(pid)"))
        for name in ["zqattached.txt", "zqpicture.png", "nothing.png"] {
            get("/attachments/{aid}", "/attachments/\(name)")
            requests.append(.init("GET \(base)public/{pid}/attachments/{aid}", .run, "\(base)public/\(pid)/attachments/\(name)"))
        }
        get("/files", "/files")
        get("/files", "/files?from=7&limit=1")
        get("/files.tar", "/files.tar")
        get("/files.meta4", "/files.meta4")
        get("/ro-crate-metadata.json", "/ro-crate-metadata.json", .crate)
        for name in ["zqfile_master.h5", "nothing.h5", "..%2F..%2Fetc%2Fpasswd"] { get("/files/{path}", "/files/\(name)") }
        get("/embargo/extensions", "/embargo/extensions")
        get("/history", "/history")
        return requests
    }

    private static func lists(_ names: WalkedNames, _ version: String) -> [WalkedRequest] {
        let base = "/api/\(version)/datasets"
        let byPID = json("{\"where\":{\"pid\":\"\(names.run)\"}}")
        let facets = json(
            #"["type","proposalIds","sampleIds","ownerGroup","instrumentIds","keywords","creationTime","datasetName","size","scientificMetadata.frames.written"]"#
        )
        let questions: [(String, [String])] = [
            (
                "",
                [
                    "", "?filter=\(byPID)", "?filter=" + json(#"{"where":{"datasetName":{"like":"zqtitle"}}}"#),
                    "?filter=" + json(#"{"order":"datasetName:asc"}"#), "?filter=" + json(#"{"limits":{"skip":1,"limit":1}}"#),
                    "?filter=" + json(#"{"where":{"size":{"gt":1}},"include":["attachments","origdatablocks"]}"#),
                    "?filter=" + json(#"{"where":{"keywords":"zqkeyword"}}"#),
                    "?filter=" + json(#"{"where":{"sampleIds":"zqsample"}}"#),
                ]
            ), ("/findOne", ["?filter=\(byPID)", ""]),
            ("/count", ["", "?filter=\(byPID)", "?where=" + json(#"{"description":{"like":"zqdescription"}}"#)]),
            (
                "/fullquery",
                [
                    "", "?fields=" + json(#"{"text":"zqsample"}"#), "?fields=" + json(#"{"text":"crystal"}"#),
                    "?fields=" + json(#"{"ownerGroup":["team-20260001"]}"#),
                    "?fields="
                        + json(
                            #"{"scientific":[{"lhs":"beam.incident_energy","relation":"GREATER_THAN","rhs":7000,"unit":"eV"}]}"#),
                    "?limits=" + json(#"{"order":"size:desc","limit":1}"#),
                ]
            ), ("/fullfacet", ["?facets=\(facets)", "?facets=\(facets)&fields=" + json(#"{"keywords":["zqkeyword"]}"#)]),
            ("/metadataKeys", ["", "?fields=" + json(#"{"metadataKey":"user"}"#)]),
        ]
        var requests = questions.flatMap { path, queries in
            queries.map { WalkedRequest("GET \(base)\(path)", .list, "\(base)\(path)\($0)") }
        }
        requests.append(.init("GET \(base)/public", .list, "\(base)/public"))
        return requests
    }

    private static func besideDatasets(_ names: WalkedNames, _ version: String) -> [WalkedRequest] {
        let base = "/api/\(version)/"
        let ofRun = "?filter=" + json("{\"where\":{\"datasetId\":\"\(names.run)\"}}")
        var requests: [WalkedRequest] = []
        func get(_ route: String, _ about: About, _ target: String) {
            requests.append(.init("GET \(base)\(route)", about, base + target))
        }
        for (kind, name) in [("origdatablocks", "files"), ("attachments", "zqpicture.png")] {
            get(kind, .run, kind + ofRun)
            get("\(kind)/findOne", .run, "\(kind)/findOne\(ofRun)")
            get("\(kind)/{\(kind == "attachments" ? "attachment" : "block")}", .run, "\(kind)/\("\(names.run)/\(name)".inPath)")
        }
        for kind in ["proposals", "samples", "instruments"] {
            for path in [kind, "\(kind)/findOne", "\(kind)/count"] { get(path, .list, path) }
        }
        for path in ["publisheddata", "publisheddata/findOne", "publisheddata/count"] { get(path, .offer, path) }
        get("proposals/{proposal}", .proposal, "proposals/\(names.proposal)")
        get("proposals/{proposal}/datasets", .proposal, "proposals/\(names.proposal)/datasets")
        for name in [names.sample, names.igsn] {
            get("samples/{sample}", .sample, "samples/\(name.inPath)")
            get("samples/{sample}/datasets", .sample, "samples/\(name.inPath)/datasets")
        }
        get("instruments/{instrument}", .nothing, "instruments/PROXIMA-1")
        for (name, about) in [(names.run, About.page), (names.session, .session), (names.collection, .collection)] {
            get("publisheddata/{doi}", about, "publisheddata/\(name.inPath)")
        }
        get("auth/whoami", .own, "auth/whoami")
        get("users/my/self", .own, "users/my/self")
        return requests
    }

    /// What changes something: asked only by who has no part in it.
    private static func writes(_ names: WalkedNames, _ version: String) -> [WalkedRequest] {
        let base = "/api/\(version)/"
        let one = "\(base)datasets/\(names.run.inPath)"
        var requests: [WalkedRequest] = []
        func send(_ route: String, _ about: About, _ target: String, _ body: String) {
            let parts = route.split(separator: " ", maxSplits: 1)
            requests.append(
                .init("\(parts[0]) \(base)\(parts[1])", about, target, headers: ["Content-Type: application/json"], body: body))
        }
        let list = #""size":1,"dataFileList":[{"path":"x","size":1}]"#
        let picture = #""thumbnail":"data:text/plain;base64,aGVsbG8=""#
        let dataset = """
            {"type":"derived","ownerGroup":"team-20260001","contactEmail":"a@example.net","sourceFolder":"/other/one",\
            "creationTime":"2026-05-08T12:00:00Z","datasetName":"one","inputDatasets":["\(names.run)"],"usedSoftware":["x"],\
            "proposalId":"\(names.proposal)"}
            """
        send("POST datasets", .nothing, "\(base)datasets", dataset)
        send("POST datasets/isValid", .nothing, "\(base)datasets/isValid", dataset)
        for method in ["PATCH", "PUT"] {
            send("\(method) datasets/{pid}", .run, one, #"{"datasetName":"mine"}"#)
            send("\(method) datasets/{pid}/datasetlifecycle", .run, one + "/datasetlifecycle", "{}")
            send("\(method) samples/{sample}", .sample, "\(base)samples/\(names.sample)", #"{"description":"mine"}"#)
            send("\(method) instruments/{instrument}", .nothing, "\(base)instruments/PROXIMA-1", "{}")
        }
        send("DELETE datasets/{pid}", .run, one, "")
        send("DELETE instruments/{instrument}", .nothing, "\(base)instruments/PROXIMA-1", "")
        for method in ["PATCH", "PUT"] {
            send("\(method) proposals/{proposal}", .proposal, "\(base)proposals/\(names.proposal)", #"{"title":"x"}"#)
        }
        send("POST instruments", .nothing, "\(base)instruments", "{}")
        send("POST datasets/{pid}/origdatablocks", .run, one + "/origdatablocks", "{\(list)}")
        send("POST datasets/{pid}/attachments", .run, one + "/attachments", "{\(picture)}")
        send("POST origdatablocks", .run, "\(base)origdatablocks", "{\"datasetId\":\"\(names.run)\",\(list)}")
        send(
            "POST attachments", .run, "\(base)attachments",
            "{\(picture),\"relationships\":[{\"targetId\":\"\(names.run)\",\"targetType\":\"dataset\"}]}")
        send("POST datasets/{pid}/embargo/extensions", .run, one + "/embargo/extensions", #"{"reason":"x"}"#)
        send(
            "POST datasets/{pid}/embargo/extensions/{n}/decision", .run, one + "/embargo/extensions/1/decision",
            #"{"decision":"granted"}"#)
        // Neither the proposal nor the sample of a group that they are not in.
        send(
            "POST proposals", .proposal, "\(base)proposals",
            "{\"proposalId\":\"\(names.proposal)\",\"title\":\"x\",\"ownerGroup\":\"team-20260001\"}")
        send(
            "POST samples", .nothing, "\(base)samples", "{\"sampleId\":\"\(names.sample)\",\"ownerGroup\":\"team-20260001\"}")
        send("POST auth/login", .nothing, "\(base)auth/login", #"{"username":"","password":"x"}"#)
        send("POST auth/logout", .nothing, "\(base)auth/logout", "{}")
        return requests
    }
}
