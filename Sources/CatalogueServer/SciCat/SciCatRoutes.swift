import HTTPTypes

/// What there is below `/api/v3` and `/api/v4`: a path that does not stand here is answered by no door. schemas/openapi.yaml describes each.
enum SciCatRoutes {
    static let table = RouteTable([
        .init("auth/login", .post), .init("auth/logout", .post), .init("auth/whoami", .get), .init("users/my/self", .get),

        .init("datasets", .get, .post), .init("datasets/isValid", .post), .init("datasets/fullquery", .get),
        .init("datasets/fullfacet", .get), .init("datasets/metadataKeys", .get), .init("datasets/findOne", .get),
        .init("datasets/count", .get),
        .init("datasets/public", .get), .init("datasets/public/{pid}", .get),
        .init("datasets/public/{pid}/origdatablocks", .get), .init("datasets/public/{pid}/datablocks", .get),
        .init("datasets/public/{pid}/attachments", .get), .init("datasets/public/{pid}/attachments/{aid}", .get),
        .init("datasets/public/{pid}/thumbnail", .get),
        .init("datasets/{pid}", .get, .patch, .put, .delete), .init("datasets/{pid}/datasetlifecycle", .patch, .put),
        .init("datasets/{pid}/origdatablocks", .get, .post), .init("datasets/{pid}/datablocks", .get),
        .init("datasets/{pid}/attachments", .get, .post), .init("datasets/{pid}/attachments/{aid}", .get),
        .init("datasets/{pid}/thumbnail", .get),
        .init("datasets/{pid}/files", .get), .init("datasets/{pid}/files.tar", .get), .init("datasets/{pid}/files.meta4", .get),
        .init("datasets/{pid}/ro-crate-metadata.json", .get),
        .init("datasets/{pid}/files/{path...}", .get),
        .init("datasets/{pid}/embargo/extensions", .get, .post),
        .init("datasets/{pid}/embargo/extensions/{n}/decision", .post),
        .init("datasets/{pid}/history", .get),

        .init("origdatablocks", .get, .post), .init("origdatablocks/findOne", .get), .init("origdatablocks/{block}", .get),
        .init("attachments", .get, .post), .init("attachments/findOne", .get), .init("attachments/{attachment}", .get),

        .init("proposals", .get, .post), .init("proposals/findOne", .get), .init("proposals/count", .get),
        .init("proposals/{proposal}", .get, .patch, .put), .init("proposals/{proposal}/datasets", .get),

        .init("samples", .get, .post), .init("samples/findOne", .get), .init("samples/count", .get),
        .init("samples/{sample}", .get, .patch, .put), .init("samples/{sample}/datasets", .get),

        .init("instruments", .get, .post), .init("instruments/findOne", .get), .init("instruments/count", .get),
        .init("instruments/{instrument}", .get, .patch, .put, .delete),

        .init("publisheddata", .get), .init("publisheddata/findOne", .get), .init("publisheddata/count", .get),
        .init("publisheddata/{doi}", .get),
    ])
}
