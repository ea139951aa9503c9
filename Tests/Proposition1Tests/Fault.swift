import Foundation
import PropertyTesting
import Proposition1
import Testing

/// One fault, as an author might make it, and the laws that must notice.
struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    /// The laws that must notice; never empty, and each of them must.
    let laws: [Law]
    /// Whether no other law should notice; only the matrix of all laws and faults, which takes an hour, checks that.
    let isCaughtByOneLawAlone: Bool
    let plant: @Sendable (inout FaultyLibrary) -> Void
    var testDescription: String { name }

    /// A fault that several laws notice, those of the list among them.
    init(_ name: String, caughtBy laws: [Law], _ plant: @escaping @Sendable (inout FaultyLibrary) -> Void) {
        self.init(name, laws, false, plant)
    }

    /// A fault that one law notices, and by intention no other.
    init(_ name: String, caughtOnlyBy law: Law, _ plant: @escaping @Sendable (inout FaultyLibrary) -> Void) {
        self.init(name, [law], true, plant)
    }

    private init(
        _ name: String, _ laws: [Law], _ isCaughtByOneLawAlone: Bool,
        _ plant: @escaping @Sendable (inout FaultyLibrary) -> Void
    ) {
        self.name = name
        self.laws = laws
        self.isCaughtByOneLawAlone = isCaughtByOneLawAlone
        self.plant = plant
    }

    /// The library with this fault.
    var subject: Subject {
        var library = FaultyLibrary()
        plant(&library)
        return library.subject
    }

    /// No fault at all, said to be noticed by every law: the control.
    static let none = Fault("no fault", caughtBy: Law.all) { _ in }

    /// The catalogue.
    static let all = ofEquations + ofConstants + ofReduction + ofEvaluation + ofErrors + ofPairs + ofSamples + ofBias
}

/// What a law says of a faulty library.
struct Detection: Sendable, CustomStringConvertible {
    /// How many tolerances a comparison must be off by, beyond the one that it is allowed, for its law to have noticed: less
    /// may be chance, or one notch more of tolerance away from silence.
    static let requiredMargin = 10.0

    let law: Law
    /// All that did not hold.
    let failures: [Trial.Failure]

    /// What `law` says of `subject` on the cases and the seed that faulty libraries and the control share.
    ///
    /// - Parameter extraTolerance: added to each tolerance of the law.
    init(_ law: Law, _ subject: Subject, extraTolerance: Double = 0) throws {
        self.law = law
        failures = try law.survey(subject, .brief, PropertySettings(extraTolerance: extraTolerance))
    }

    /// The comparison that is off by most, in tolerances.
    var worst: (failure: Trial.Failure, margin: Double)? {
        failures.compactMap { failure in failure.margin.map { (failure, $0) } }.max { $0.1 < $1.1 }
    }

    /// Whether the law noticed. A tolerance that is of no use is a reason to mend the law, and an error that was thrown may
    /// have any cause: neither counts.
    var isCaught: Bool { (worst?.margin ?? 0) >= Detection.requiredMargin }

    /// For the score.
    var description: String {
        guard let worst else {
            return failures.first.map { "\(law.name): nothing measured, but \($0)" } ?? "\(law.name): all holds"
        }
        return "\(law.name), off by \(Detection.rounded(worst.margin)) tolerances"
    }

    private static func rounded(_ margin: Double) -> String {
        if margin == .infinity { return "infinitely many" }
        return margin < 1000 ? "\((margin * 10).rounded() / 10)" : "10^\(Int(log10(margin)))"
    }
}
