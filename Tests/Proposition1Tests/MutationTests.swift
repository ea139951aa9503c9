import Foundation
import GSLNumerics
import PropertyTesting
import Proposition1
import Synchronization
import Testing

/// Faults that were caught, for the score.
private let caught = Mutex<Set<String>>([])

/// The property suite notices what it is there to notice.
///
/// The control, the library without a fault, goes the same way as every faulty library: made by ``FaultyLibrary``, under its
/// settings, on the same few cases of the same seed, judged by ``Detection``.
@Suite(.serialized) struct MutationTests {
    /// Each law that a fault names notices it, by ten times its tolerance.
    @Test(arguments: Fault.all)
    func everyFaultIsCaught(fault: Fault) throws {
        try #require(!fault.laws.isEmpty, "no law is named that must notice: \(fault.name)")
        var score: [String] = []
        for law in fault.laws {
            let detection = try Detection(law, fault.subject)
            #expect(detection.isCaught, "\(fault.name) is not caught: \(detection)")
            if detection.isCaught { score.append("\(detection)") }
        }
        guard score.count == fault.laws.count else { return }
        caught.withLock { _ = $0.insert(fault.name) }
        let alone = fault.isCaughtByOneLawAlone ? ", a law meant for it alone" : ""
        print("fault: \(fault.name) — caught by: \(score.joined(separator: "; "))\(alone)")
    }

    @Test func score() {
        let count = caught.withLock { $0.count }
        print("mutation score: \(count) of \(Fault.all.count) faults are caught by every law that they name")
        #expect(Set(Fault.all.map(\.name)).count == Fault.all.count && Fault.all.count >= 50)
    }

    /// Without a fault every law holds, down to the usefulness of every error; and so "no fault" survives.
    @Test(arguments: Law.all)
    func theControlPasses(law: Law) throws {
        let detection = try Detection(law, Fault.none.subject)
        #expect(detection.failures.isEmpty, "\(detection)")
        #expect(!detection.isCaught)
    }

    /// The catalogue's faults are off by ten tolerances; this law sees less, in both directions.
    @Test(arguments: [0.7, 1.5]) func standardErrorsThatAreALittleWrong(factor: Double) throws {
        var library = FaultyLibrary()
        library.evaluation = { evaluation, _ in scaleStandardErrors(of: &evaluation, by: factor) }
        let detection = try Detection(.standardErrors, library.subject)
        #expect(!detection.failures.isEmpty, "\(detection)")
    }

    /// Equations of which none is replaced are the paper's, bit by bit: also along the way that a replaced one takes.
    @Test func theControlsEquationsAreThePapers() throws {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 3, beta: 2), prior: [0.4, 0.6],
            augmentation: [[0.3, 0.7], [1, 0]], encoder: [[[1, 0, 0], [0, 1, 0]], [[0, 0.6, 0.8], [0, 1, 0]]])
        var equations = FaultyEquations()
        equations.pointwiseFault = { $0 }
        let replaced = try equations.evaluate(channel, settings: Subject.settings, shift: 0)
        #expect(try replaced == Evaluation(channel, settings: Subject.settings))
    }

    /// A law whose tolerances are of no use catches nothing: each law is named by a fault that would then be reported.
    @Test(arguments: Law.all)
    func aUselessToleranceLetsAFaultSurvive(law: Law) throws {
        let fault = try #require(
            Fault.all.first { $0.laws.contains { $0.name == law.name } }, "no fault names the law \(law.name)")
        #expect(try Detection(law, fault.subject).isCaught)
        #expect(try !Detection(law, fault.subject, extraTolerance: .infinity).isCaught)
    }

    /// A law that takes reported errors for its tolerances says so when they are of no use, each quantity by itself: on the
    /// right values, and on wrong ones, to which it might have given way.
    @Test(arguments: Law.all)
    func uselessErrorsFailTheControl(law: Law) throws {
        let library = RememberedEvaluations(Fault.none.subject)
        let asked = Mutex(false)
        for quantity in ComparedQuantity.all {
            let subject = library.subject { evaluation in
                asked.withLock { $0 = true }
                evaluation[keyPath: quantity.path].error = 10 * (1 + evaluation[keyPath: quantity.path].value.magnitude)
            }
            let detection = try Detection(law, subject)
            guard asked.withLock({ $0 }) else { return }
            let isNoticed = detection.failures.contains { $0.isUselessTolerance }
            #expect(isNoticed, "\(law.name) accepts any error of \(quantity.name)")
        }
    }

    /// Every law on every fault: which laws notice, and which faults one law alone does. The laws in three dimensions are tried
    /// where they are named: there a wrong integrand takes minutes. Set TAC_MUTATION_MATRIX to print the rest in half an hour.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["TAC_MUTATION_MATRIX"] != nil))
    func matrix() throws {
        for fault in Fault.all {
            let named = Set(fault.laws.map(\.name))
            let laws = Law.all.filter { $0.name != Law.inThreeDimensions.name || named.contains($0.name) }
            let subject = fault.subject
            let detections = try laws.map { try Detection($0, subject) }.filter(\.isCaught)
            // At once, where `print` would wait for a full buffer.
            let row = "matrix: \(fault.name) — \(detections.map(\.description).joined(separator: "; "))\n"
            try FileHandle.standardOutput.write(contentsOf: Data(row.utf8))
            let names = Set(detections.map(\.law.name))
            #expect(names.isSuperset(of: named), "\(fault.name) is not caught by all that it names")
            #expect((names.count == 1) == fault.isCaughtByOneLawAlone, "\(fault.name) is caught by \(names.sorted())")
        }
    }
}

/// A subject whose evaluations are kept, so that they can be altered in many ways.
private final class RememberedEvaluations: Sendable {
    private let original: Subject
    private let kept = Mutex<[String: Evaluation]>([:])

    init(_ original: Subject) { self.original = original }

    /// The subject with every evaluation altered.
    func subject(_ alter: @escaping @Sendable (inout Evaluation) -> Void) -> Subject {
        var subject = original
        subject.evaluator = { channel, settings, shift in
            let key = "\(channel) \(settings) \(shift)"
            var evaluation: Evaluation
            if let known = self.kept.withLock({ $0[key] }) {
                evaluation = known
            } else {
                evaluation = try self.original.evaluator(channel, settings, shift)
                let fresh = evaluation
                self.kept.withLock { $0[key] = fresh }
            }
            alter(&evaluation)
            return evaluation
        }
        return subject
    }
}
