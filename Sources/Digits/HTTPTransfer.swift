import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One download into memory, with progress, limits of time and size, and a reason when it fails.
final class HTTPTransfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    /// How long a transfer may be silent, how long it may take, and how large its answer may be.
    struct Limits: Sendable {
        /// The longest time without a byte, in seconds.
        var silence: TimeInterval = 30
        /// The longest time altogether, in seconds.
        var total: TimeInterval = 600
        /// The largest answer, in bytes.
        var size = 1 << 26
    }

    /// Why a transfer has no result.
    struct Problem: Error {
        let reason: String
    }

    /// Fetches a URL and waits for it.
    ///
    /// - Parameter progress: called on the caller's thread with the bytes received so far and the bytes expected,
    ///   where the server tells, about ten times a second.
    /// - Returns: the body of an answer with status 200 (or of a `file:` URL).
    /// - Throws: `Problem` with the reason in words.
    static func get(
        _ url: URL, limits: Limits = Limits(), progress: (_ received: Int, _ expected: Int?) -> Void
    ) throws(Problem) -> Data {
        let transfer = HTTPTransfer(limits: limits)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = limits.silence
        configuration.timeoutIntervalForResource = limits.total
        let session = URLSession(configuration: configuration, delegate: transfer, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        session.dataTask(with: url).resume()
        return try transfer.wait(progress)
    }

    private let limits: Limits
    // Guards everything below: the session's delegate queue writes, the caller's thread reads.
    private let condition = NSCondition()
    private var body = Data()
    private var expected: Int?
    // Not the date, which may be set while a transfer is under way.
    private var lastActivity = ContinuousClock.now
    private var outcome: Result<Void, Problem>?

    private init(limits: Limits) {
        self.limits = limits
    }

    private func wait(_ progress: (Int, Int?) -> Void) throws(Problem) -> Data {
        let start = ContinuousClock.now
        while true {
            condition.lock()
            if outcome == nil { _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1)) }
            let (outcome, received, expected, lastActivity) = (outcome, body.count, expected, lastActivity)
            condition.unlock()
            progress(received, expected)
            if let outcome {
                try outcome.get()
                condition.lock()
                defer { condition.unlock() }
                return body
            }
            if lastActivity.duration(to: .now) > .seconds(limits.silence) {
                throw silenceProblem
            }
            if start.duration(to: .now) > .seconds(limits.total) {
                throw Problem(reason: "not finished after \(String(format: "%g", limits.total)) seconds")
            }
        }
    }

    private func finish(_ result: Result<Void, Problem>) {
        if outcome == nil { outcome = result }
        condition.signal()
    }

    private var silenceProblem: Problem {
        Problem(reason: "no answer for \(String(format: "%g", limits.silence)) seconds")
    }

    private var cutOffProblem: Problem {
        Problem(reason: "the answer was cut off after \(body.count)\(expected.map { " of \($0)" } ?? "") bytes")
    }

    /// The problem behind an error of the system, in words that every platform shares.
    private func problem(_ error: any Error) -> Problem {
        switch (error as? URLError)?.code {
        case .networkConnectionLost? where expected != nil, .unknown? where expected != nil: cutOffProblem
        case .timedOut?: silenceProblem
        case .cannotFindHost?, .dnsLookupFailed?: Problem(reason: "the server's name cannot be resolved")
        case .cannotConnectToHost?: Problem(reason: "the server cannot be reached")
        case .notConnectedToInternet?: Problem(reason: "there is no network")
        case .networkConnectionLost?: Problem(reason: "the connection was lost")
        case let code?: Problem(reason: "\(error.localizedDescription) (URL error \(code.rawValue))")
        case nil: Problem(reason: error.localizedDescription)
        }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        condition.lock()
        defer { condition.unlock() }
        lastActivity = .now
        expected = response.expectedContentLength < 0 ? nil : Int(response.expectedContentLength)
        if let response = response as? HTTPURLResponse, response.statusCode != 200 {
            let type = response.value(forHTTPHeaderField: "Content-Type") ?? ""
            let page = type.hasPrefix("text/html") ? " with an HTML page" : ""
            finish(.failure(Problem(reason: "the server answered with HTTP status \(response.statusCode)\(page)")))
            completionHandler(.cancel)
        } else {
            completionHandler(.allow)
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        condition.lock()
        defer { condition.unlock() }
        lastActivity = .now
        body.append(data)
        if body.count > limits.size {
            finish(.failure(Problem(reason: "the answer is longer than \(limits.size) bytes")))
            dataTask.cancel()
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        condition.lock()
        defer { condition.unlock() }
        if let error {
            finish(.failure(problem(error)))
        } else {
            finish(expected ?? body.count == body.count ? .success(()) : .failure(cutOffProblem))
        }
    }
}
