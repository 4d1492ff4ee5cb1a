import CCurl
import Foundation

/// What the library is told of one exchange; freed with this object.
final class WebHandle {
    let curl: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    /// The library has no count of it.
    private let taking: AnswerInTaking

    /// - Throws: `network` for a header that would be two.
    init(_ request: WebRequest, _ taking: AnswerInTaking, _ trust: ServerTrust) throws(WebFailure) {
        guard let curl = curl_easy_init() else { throw .network(code: 2, words: "The library did not begin") }
        self.curl = curl
        self.taking = taking
        // The library would ask before it sends much, and add a type of its own.
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.key);" : "\($0.key): \($0.value)" } + ["Expect:"]
        if !request.headers.keys.contains(where: { $0.lowercased() == "content-type" }) { lines.append("Content-Type:") }
        headers = nil
        for line in lines {
            guard !line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw .network(code: 43, words: "A header has a control character")
            }
            headers = curl_slist_append(headers, line)
        }
        curl_set_pointer(curl, CURLOPT_HTTPHEADER, headers)
        set(CURLOPT_URL, request.url.absoluteString)
        // Nothing of a file, no mail, no shell: whatever an address says.
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_CUSTOMREQUEST, request.method)
        if request.method == "HEAD" { curl_set_number(curl, CURLOPT_NOBODY, 1) }
        let body = request.body ?? (["GET", "HEAD", "DELETE"].contains(request.method) ? nil : [])
        if let body {
            curl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            body.withUnsafeBytes { bytes in
                _ = curl_set_pointer(curl, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? UnsafeRawPointer(curl))
            }
        }
        curl_speak_http1(curl)
        curl_close_in_children(curl)
        curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
        curl_set_number(curl, CURLOPT_FOLLOWLOCATION, 0)
        curl_set_number(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        curl_set_number(curl, CURLOPT_SSL_VERIFYPEER, 1)
        curl_set_number(curl, CURLOPT_SSL_VERIFYHOST, 2)
        curl_ask_for_tls12(curl)
        switch trust {
        case .system: break
        case .file(let path):
            set(CURLOPT_CAINFO, path)
            curl_set_pointer(curl, CURLOPT_CAPATH, nil)
        case .authorities(let text):
            var text = text
            text.withUTF8 { _ = curl_set_authorities(curl, $0.baseAddress, $0.count) }
            curl_set_pointer(curl, CURLOPT_CAINFO, nil)
            curl_set_pointer(curl, CURLOPT_CAPATH, nil)
        }
        let context = Unmanaged.passUnretained(taking).toOpaque()
        curl_set_pointer(curl, CURLOPT_HEADERDATA, context)
        curl_set_pointer(curl, CURLOPT_WRITEDATA, context)
        // Zero bytes taken, of some: the library ends the exchange.
        curl_set_taker(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let context else { return 0 }
            let taking = Unmanaged<AnswerInTaking>.fromOpaque(context).takeUnretainedValue()
            return taking.take(line: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        curl_set_taker(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let context else { return 0 }
            let taking = Unmanaged<AnswerInTaking>.fromOpaque(context).takeUnretainedValue()
            return taking.take(piece: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
    }

    deinit {
        curl_easy_cleanup(curl)
        curl_slist_free_all(headers)
    }

    private func set(_ option: CURLoption, _ text: String) { curl_set_pointer(curl, option, text) }

    /// Why the exchange ended, in words that hold nothing of the request.
    func failure(_ code: CURLcode) -> WebFailure {
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .late
        case CURLE_SSL_CACERT_BADFILE: return .noAuthorities
        case CURLE_SSL_CONNECT_ERROR: return .notEncrypted
        case CURLE_PEER_FAILED_VERIFICATION:
            var number = 0
            curl_get_number(curl, CURLINFO_SSL_VERIFYRESULT, &number)
            return .untrusted(Self.distrust(number))
        default: return .network(code: Int(code.rawValue), words: String(cString: curl_easy_strerror(code)))
        }
    }

    /// - Parameter number: as OpenSSL numbers what is wrong with a certificate (openssl/x509_vfy.h); 0 and 1, the library's own: the chain is right,
    ///   and the host is not.
    private static func distrust(_ number: Int) -> ServerDistrust {
        switch number {
        case 0, 1, 62, 64: .otherHost
        case 2, 18, 19, 20, 21: .unknownAuthority
        case 9: .notYetValid
        case 10: .expired
        default: .other(number)
        }
    }
}
