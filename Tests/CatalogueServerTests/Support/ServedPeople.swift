import Custody
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

extension ServedCatalogue {
    /// An account that signs in by password.
    func addAccount(
        _ name: String, _ roles: Set<Account.Role>, teams: Set<String> = [], beamlines: Set<String> = [], password: String? = nil
    ) async throws {
        try await test.custodian.add(
            Account(
                name: name, person: .init(familyName: name, email: "\(name)@example.net"), roles: roles, teams: teams,
                beamlines: beamlines), password: password, by: .custodian)
    }

    /// An account with a token of its own, which is given back.
    func token(
        _ name: String, _ roles: Set<Account.Role> = [.member], teams: Set<String> = [], beamlines: Set<String> = [],
        scopes: Set<TokenScope> = Set(TokenScope.allCases)
    ) async throws -> String {
        try await addAccount(name, roles, teams: teams, beamlines: beamlines)
        return try await test.custodian.newToken(of: name, label: "test", scopes: scopes, days: 30, by: .custodian).0.text
    }

    func logIn(_ name: String, _ password: String, version: String = "v3") async throws -> PlainHTTP.Answer {
        let body = try JSONSerialization.data(withJSONObject: ["username": name, "password": password])
        return try await post("/api/\(version)/auth/login", String(decoding: body, as: UTF8.self))
    }

    func post(_ path: String, _ body: String, token: String? = nil) async throws -> PlainHTTP.Answer {
        try await send("POST \(path) HTTP/1.1\r\n", headers: Self.headers(token), body: body)
    }

    func patch(_ path: String, _ body: String, token: String? = nil) async throws -> PlainHTTP.Answer {
        try await send("PATCH \(path) HTTP/1.1\r\n", headers: Self.headers(token), body: body)
    }

    func get(_ path: String, token: String?) async throws -> PlainHTTP.Answer {
        try await get(path, headers: Self.headers(token))
    }

    private static func headers(_ token: String?) -> [String: String] { token.map { ["Authorization": "Bearer \($0)"] } ?? [:] }
}

extension PlainHTTP.Answer {
    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any], "\(status): \(text.prefix(300))")
    }

    func objects() throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: body) as? [[String: Any]], "\(status): \(text.prefix(300))")
    }
}
