import Foundation
import Testing

@testable import Digits

/// A server on the loopback interface that gives one connection a fixed answer, and may then keep it open.
final class LoopbackServer: Sendable {
    let url: URL
    private let listener: Int32

    /// Listens on a free port and answers the first connection.
    init(answer: [UInt8], keepsOpen: Bool = false) throws {
        #if canImport(Glibc)
            let streamType = Int32(SOCK_STREAM.rawValue)
        #else
            let streamType = SOCK_STREAM
        #endif
        listener = socket(AF_INET, streamType, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) | listen(listener, 1) | getsockname(listener, $0, &size)
            }
        }
        try #require(status == 0)
        url = try #require(URL(string: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/file.gz"))
        Thread.detachNewThread {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            var request = [UInt8](repeating: 0, count: 4096)
            _ = recv(connection, &request, request.count, 0)
            var sent = 0
            while sent < answer.count {
                let count = answer[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
                guard count > 0 else { break }
                sent += count
            }
            // The client ends an open connection; this returns then.
            if keepsOpen { _ = recv(connection, &request, request.count, 0) }
            close(connection)
        }
    }

    deinit {
        close(listener)
    }
}

@Suite("HTTP transfer")
struct DataHTTPTransferTests {
    /// Fetches an answer. Without `limits`, from a fresh server up to three times: while the other tests keep all processors
    /// busy, URLSession at times never sends a request, and turns in circles; only that is tried again.
    private func get(
        _ answer: String, body: [UInt8] = [], keepsOpen: Bool = false, limits: HTTPTransfer.Limits? = nil,
        size: Int = HTTPTransfer.Limits().size, progress: (Int, Int?) -> Void = { _, _ in }
    ) throws -> Data {
        func fetch(_ limits: HTTPTransfer.Limits) throws -> Data {
            let server = try LoopbackServer(answer: Array(answer.utf8) + body, keepsOpen: keepsOpen)
            return try HTTPTransfer.get(server.url, limits: limits, progress: progress)
        }
        if let limits { return try fetch(limits) }
        for _ in 0..<2 {
            do {
                return try fetch(HTTPTransfer.Limits(silence: 60, size: size))
            } catch let problem as HTTPTransfer.Problem where problem.reason == "no answer for 60 seconds" {
                continue
            }
        }
        return try fetch(HTTPTransfer.Limits(silence: 60, size: size))
    }

    private func problem(_ body: () throws -> Data) -> String {
        do {
            return "\(try body().count) bytes"
        } catch let problem as HTTPTransfer.Problem {
            return problem.reason
        } catch {
            return "\(error)"
        }
    }

    @Test("an answer with its length and one without")
    func succeeds() throws {
        let body = [UInt8](repeating: 42, count: 300_000)
        var last: (Int, Int?) = (0, nil)
        let sized = try get("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n", body: body) { last = ($0, $1) }
        #expect(sized == Data(body))
        #expect(last == (300_000, 300_000))
        #expect(try get("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", body: body) == Data(body))
    }

    @Test("a 403 with an HTML page")
    func refused() {
        let page = "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
        #expect(problem { try get(page) } == "the server answered with HTTP status 403 with an HTML page")
    }

    @Test("an answer that is cut off")
    func cutOff() {
        let reason = problem { try get("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", body: [1, 2, 3]) }
        #expect(reason == "the answer was cut off after 3 of 1000 bytes")
    }

    @Test("a server that falls silent, before and within its answer")
    func silence() {
        let limits = HTTPTransfer.Limits(silence: 0.3)
        let start = Date()
        for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"] {
            let reason = problem { try get(answer, keepsOpen: true, limits: limits) }
            #expect(reason == "no answer for 0.3 seconds")
        }
        // Far below the minute that URLSession would wait by itself.
        #expect(Date().timeIntervalSince(start) < 20)
    }

    @Test("an answer that is too long")
    func tooLong() {
        let body = [UInt8](repeating: 1, count: 5000)
        let reason = problem { try get("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", body: body, size: 1000) }
        #expect(reason == "the answer is longer than 1000 bytes")
    }

    @Test("nobody listens")
    func noServer() {
        let reason = problem {
            guard let url = URL(string: "http://127.0.0.1:9/file.gz") else { return Data() }
            return try HTTPTransfer.get(url) { _, _ in }
        }
        #expect(reason == "the server cannot be reached")
    }
}
