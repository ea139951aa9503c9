import CGSL
import Diagnostics

/// Every status that the GNU Scientific Library reports, by the name of its constant in `gsl_errno.h`.
public enum GSLStatus: Int32, Sendable, CaseIterable {
    /// `GSL_FAILURE`
    case failure = -1
    /// `GSL_CONTINUE`
    case iterationHasNotConverged = -2
    /// `GSL_EDOM`
    case inputDomain = 1
    /// `GSL_ERANGE`
    case outputRange = 2
    /// `GSL_EFAULT`
    case invalidPointer = 3
    /// `GSL_EINVAL`
    case invalidArgument = 4
    /// `GSL_EFAILED`
    case genericFailure = 5
    /// `GSL_EFACTOR`
    case factorisationFailed = 6
    /// `GSL_ESANITY`
    case sanityCheckFailed = 7
    /// `GSL_ENOMEM`
    case outOfMemory = 8
    /// `GSL_EBADFUNC`
    case badFunction = 9
    /// `GSL_ERUNAWAY`
    case runAway = 10
    /// `GSL_EMAXITER`
    case maximumIterations = 11
    /// `GSL_EZERODIV`
    case divisionByZero = 12
    /// `GSL_EBADTOL`
    case badTolerance = 13
    /// `GSL_ETOL`
    case toleranceNotReached = 14
    /// `GSL_EUNDRFLW`
    case underflow = 15
    /// `GSL_EOVRFLW`
    case overflow = 16
    /// `GSL_ELOSS`
    case lossOfAccuracy = 17
    /// `GSL_EROUND`
    case roundOff = 18
    /// `GSL_EBADLEN`
    case badLength = 19
    /// `GSL_ENOTSQR`
    case notSquare = 20
    /// `GSL_ESING`
    case singularity = 21
    /// `GSL_EDIVERGE`
    case diverging = 22
    /// `GSL_EUNSUP`
    case unsupportedHardware = 23
    /// `GSL_EUNIMPL`
    case unimplemented = 24
    /// `GSL_ECACHE`
    case cacheLimit = 25
    /// `GSL_ETABLE`
    case tableLimit = 26
    /// `GSL_ENOPROG`
    case noProgress = 27
    /// `GSL_ENOPROGJ`
    case jacobianNoProgress = 28
    /// `GSL_ETOLF`
    case toleranceInFunction = 29
    /// `GSL_ETOLX`
    case toleranceInStep = 30
    /// `GSL_ETOLG`
    case toleranceInGradient = 31
    /// `GSL_EOF`
    case endOfFile = 32

    /// The library's own words for this status.
    public var explanation: String { String(cString: gsl_strerror(rawValue)) }
}

/// A numerical failure: a status that GSL returned, or an integrand that left the real numbers.
public enum GSLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// GSL returned `status` from `routine`; `best` is what it had reached by then, where it had reached anything.
    case status(GSLStatus, routine: String, best: Estimate?)
    /// A status outside the list in `gsl_errno.h`.
    case unknownStatus(Int32, routine: String)
    /// The integrand was `value`, NaN or infinite, at `point`.
    case nonFiniteIntegrand(value: Double, point: Double, routine: String)
    /// An argument that has no meaning to `routine`; `reason` says what was expected and what was found.
    case invalidArgument(routine: String, reason: String)

    /// One line: the routine, what happened, and what it had reached.
    public var description: String {
        switch self {
        case .status(let status, let routine, let best):
            let reached = best.map { "; the best it reached is \($0)" } ?? ""
            return "\(routine): \(status.explanation) (\(status), GSL status \(status.rawValue))\(reached)"
        case .unknownStatus(let code, let routine):
            return "\(routine): GSL status \(code), which gsl_errno.h does not list"
        case .nonFiniteIntegrand(let value, let point, let routine):
            return "\(routine): the integrand is \(value) at \(point); expected a finite number"
        case .invalidArgument(let routine, let reason):
            return "\(routine): \(reason)"
        }
    }
}

/// The library's global state, which this module touches once.
enum GSLLibrary {
    /// Turns GSL's abort handler off. A `static let` runs once in a process, whichever thread comes first.
    private static let abortHandlerIsOff: Bool = {
        gsl_set_error_handler_off()
        return true
    }()

    /// Must precede every call into GSL: afterwards the library returns its status instead of ending the process.
    static func prepare() {
        require(abortHandlerIsOff, "gsl_set_error_handler_off has run")
    }

    /// Throws what `code` stands for, unless it is success.
    static func check(_ code: Int32, _ routine: String, best: Estimate? = nil) throws {
        guard code != Int32(GSL_SUCCESS) else { return }
        guard let status = GSLStatus(rawValue: code) else { throw GSLError.unknownStatus(code, routine: routine) }
        throw GSLError.status(status, routine: routine, best: best)
    }

    /// The workspace that `allocate` returns, given back by `release` when `body` is done, however it ends.
    static func withWorkspace<Workspace, Result>(
        _ routine: String, _ workspace: Workspace?, release: (Workspace) -> Void,
        _ body: (Workspace) throws -> Result
    ) throws -> Result {
        guard let workspace else { throw GSLError.status(.outOfMemory, routine: routine, best: nil) }
        defer { release(workspace) }
        return try body(workspace)
    }
}
