import Diagnostics
import Tensors

/// A law over generated values, with everything that its check needs.
///
/// ```swift
/// try Property("addition commutes", Generator<Double>.anything.array(count: 2)) { pair, trial in
///     trial.label("with zero", if: pair.contains(0))
///     trial.equal(pair[0] + pair[1], pair[1] + pair[0], within: 0, "a + b = b + a")
/// }
/// .requiring(["with zero": 0.02])
/// .check()
/// ```
public struct Property<Value> {
    /// The law: it compares through the trial; an error that it throws is a failure too.
    public typealias Law = (Value, Trial) throws -> Void

    private let name: String
    private let generator: Generator<Value>
    private let law: Law
    private let cases: Int
    private var requiredLabels: [String: Double] = [:]
    private var examples: [Value] = []
    private var regressions: [String] = []
    private var maximumDiscardsPerCase = 5
    private var shrinkBudget = 2000

    /// A property that is checked on `cases` generated values.
    public init(_ name: String, _ generator: Generator<Value>, cases: Int = 200, law: @escaping Law) {
        require(cases > 0, "expected at least one case, found \(cases)")
        self.name = name
        self.generator = generator
        self.cases = cases
        self.law = law
    }

    /// Requires each label in at least the given share of the cases that were not discarded.
    ///
    /// Choose a share well below the expected one, so that another seed does not fail by chance.
    public func requiring(_ labels: [String: Double]) -> Property {
        var copy = self
        copy.requiredLabels.merge(labels) { _, new in new }
        return copy
    }

    /// Adds values that are checked before the generated ones.
    public func examples(_ values: [Value]) -> Property {
        var copy = self
        copy.examples += values
        return copy
    }

    /// Adds former counterexamples, as their reports print them under "keep it"; they are checked first.
    public func regressions(_ sequences: [String]) -> Property {
        var copy = self
        copy.regressions += sequences
        return copy
    }

    /// Allows `count` discarded cases for each one that counts (5 unless told).
    public func allowingDiscards(perCase count: Int) -> Property {
        var copy = self
        copy.maximumDiscardsPerCase = count
        return copy
    }

    /// Limits shrinking to `runs` runs of the law (2000 unless told); for laws that take long.
    public func shrinking(runs: Int) -> Property {
        var copy = self
        copy.shrinkBudget = runs
        return copy
    }

    /// What a check found out when everything held.
    public struct Summary: Equatable, Sendable {
        /// How many generated cases counted.
        public let cases: Int
        /// How many were discarded.
        public let discards: Int
        /// How often each label occurred.
        public let labels: [String: Int]
    }

    /// Checks the property.
    ///
    /// - Parameters:
    ///   - settings: the environment's unless told.
    ///   - file: for the report, and to name the test target in the replay command.
    ///   - function: for the replay command.
    ///   - line: for the report.
    /// - Throws: `PropertyFailure` whose report holds the shrunk counterexample and how to replay it; or says that cases
    ///   of a required kind were too few, or that too many were discarded.
    @discardableResult
    public func check(
        settings: PropertySettings? = nil, file: String = #fileID, function: String = #function, line: Int = #line
    ) throws -> Summary {
        let settings = try settings ?? PropertySettings.fromEnvironment()
        let origin = Origin(file: file, function: function, line: line)
        for (index, text) in regressions.enumerated() {
            let choices = try Property.choices(in: text)
            let trial = run(choices, settings).trial
            if !trial.failures.isEmpty { throw failure(choices, "regression \(index)", settings, nil, origin) }
        }
        for (index, value) in examples.enumerated() {
            let trial = evaluate(value, settings)
            if !trial.failures.isEmpty {
                throw PropertyFailure(
                    report: report("example \(index)", value, trial, 0, nil, settings, nil, origin),
                    failures: trial.failures)
            }
        }
        let summary = try checkGenerated(settings, origin)
        if settings.onlyCase == nil { try requireLabels(summary, origin) }
        return summary
    }

    /// Everything that does not hold, on all examples and generated cases: where a check stops at the first case that
    /// fails, a survey goes on, so that it tells how far off a faulty subject is at worst.
    ///
    /// Nothing is shrunk, and neither labels nor discards are counted.
    public func survey(settings: PropertySettings) -> [Trial.Failure] {
        let generated = (0..<cases).map { index in
            var source = source(of: index, settings)
            return generator.value(from: &source)
        }
        return (examples + generated).map { evaluate($0, settings) }.filter { !$0.isDiscarded }.flatMap(\.failures)
    }

    private func checkGenerated(_ settings: PropertySettings, _ origin: Origin) throws -> Summary {
        var counted = 0
        var discards = 0
        var labels: [String: Int] = [:]
        var index = settings.onlyCase ?? 0
        while counted < cases {
            var source = source(of: index, settings)
            let trial = evaluate(generator.value(from: &source), settings)
            if !trial.failures.isEmpty {
                throw failure(source.choices, "case \(index)", settings, index, origin)
            }
            if settings.onlyCase != nil { break }
            index += 1
            guard !trial.isDiscarded else {
                discards += 1
                if discards > maximumDiscardsPerCase * cases {
                    throw PropertyFailure(
                        report: "property \"\(name)\" at \(origin): \(discards) cases were discarded and only "
                            + "\(counted) of \(cases) counted; let the generator build the hypothesis in")
                }
                continue
            }
            counted += 1
            for label in trial.labels { labels[label, default: 0] += 1 }
        }
        return Summary(cases: counted, discards: discards, labels: labels)
    }

    private func requireLabels(_ summary: Summary, _ origin: Origin) throws {
        for (label, share) in requiredLabels.sorted(by: { $0.key < $1.key }) {
            let count = summary.labels[label] ?? 0
            guard Double(count) >= share * Double(summary.cases) else {
                throw PropertyFailure(
                    report: "property \"\(name)\" at \(origin): \(count) of \(summary.cases) cases are labelled "
                        + "\"\(label)\", expected a share of \(share) or more; found labels \(summary.labels)")
            }
        }
    }

    private func source(of index: Int, _ settings: PropertySettings) -> ChoiceSource {
        ChoiceSource(PhiloxGenerator(seed: settings.seed, purpose: name, step: index))
    }

    private func evaluate(_ value: Value, _ settings: PropertySettings) -> Trial {
        let trial = Trial(extraTolerance: settings.extraTolerance)
        do { try law(value, trial) } catch { trial.fail(with: error) }
        return trial
    }

    private func run(
        _ choices: [UInt64], _ settings: PropertySettings
    ) -> (value: Value, trial: Trial, used: [UInt64]) {
        var source = ChoiceSource(replaying: choices)
        let value = generator.value(from: &source)
        return (value, evaluate(value, settings), source.choices)
    }

    private func failure(
        _ choices: [UInt64], _ label: String, _ settings: PropertySettings, _ index: Int?, _ origin: Origin
    ) -> PropertyFailure {
        var shrinker = Shrinker(budget: shrinkBudget) { candidate in
            let (_, trial, used) = run(candidate, settings)
            return trial.failures.isEmpty || trial.isDiscarded ? nil : used
        }
        let simplest = shrinker.shrink(choices)
        let (value, trial, _) = run(simplest, settings)
        return PropertyFailure(
            report: report(label, value, trial, shrinker.steps, simplest, settings, index, origin),
            failures: trial.failures)
    }

    private struct Origin: CustomStringConvertible {
        let file: String
        let function: String
        let line: Int
        var description: String { "\(file):\(line)" }
        var filter: String {
            let target = file.split(separator: "/").first.map(String.init) ?? file
            let name = function.split(separator: "(").first.map(String.init) ?? function
            return "\(target).*\(name)"
        }
    }

    private func report(
        _ label: String, _ value: Value, _ trial: Trial, _ steps: Int, _ choices: [UInt64]?,
        _ settings: PropertySettings, _ index: Int?, _ origin: Origin
    ) -> String {
        let onlyCase = index.map { " TAC_PROPERTY_CASE=\($0)" } ?? ""
        var lines = [
            "property \"\(name)\" does not hold (\(label), \(steps) shrinks), at \(origin)",
            "  counterexample: \(value)",
        ]
        lines += trial.failures.map { "  fails: \($0)" }
        lines.append("  seed: \(settings.seed)")
        lines.append("  replay: TAC_PROPERTY_SEED=\(settings.seed)\(onlyCase) swift test --filter '\(origin.filter)'")
        if let choices {
            let text = choices.map { String($0, radix: 36) }.joined(separator: ".")
            lines.append("  keep it: .regressions([\"\(text)\"])")
        }
        return lines.joined(separator: "\n")
    }

    private static func choices(in text: String) throws -> [UInt64] {
        try text.split(separator: ".").map { part in
            guard let choice = UInt64(part, radix: 36) else {
                throw PropertyFailure(report: "the regression \"\(text)\" is not a sequence of numbers in base 36")
            }
            return choice
        }
    }
}
