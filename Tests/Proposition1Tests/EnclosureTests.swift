import Foundation
import GSLNumerics
import Proposition1
import Tensors
import Testing

/// Reported errors against rigorous enclosures of a thousand random channels on the circle and on the line, and of those on
/// which errors were once too small, by ball arithmetic (Arb): `python3 enclosures.py`, Fixtures/Proposition1.
@Suite struct EnclosureTests {
    /// |value − midpoint| ≤ error + radius, for every quantity and every channel, and no other slack.
    @Test func reportedErrorsCoverTheEnclosures() throws {
        for outcome in try Outcome.all() {
            for finding in outcome.uncovered { Issue.record("\(outcome.name): \(finding)") }
        }
    }

    /// Ordinary channels, all of them: whoever says "FAILS" of one is wrong.
    @Test func everyVerdictHolds() throws {
        for outcome in try Outcome.all() where !outcome.failures.isEmpty {
            Issue.record("\(outcome.name): \(outcome.failures)")
        }
    }

    /// Errors that were wide enough would cover anything.
    ///
    /// They are wide relative to I(X;Z) where codes nearly coincide and β is large, or the image that tells is rare; so that
    /// the promised 1e-9 is asked of shares, and of the entropies throughout.
    @Test func errorsAreOfUse() throws {
        let outcomes = try Outcome.all()
        func share(_ quantity: EnclosedQuantity, within tolerance: Double) -> Double {
            let entries = outcomes.flatMap(\.entries).filter { $0.quantity == quantity && $0.enclosure.high != 0 }
            let useful = entries.filter { $0.estimate.error <= tolerance * $0.enclosure.high.magnitude }
            return Double(useful.count) / Double(entries.count)
        }
        for (quantity, leastShare) in [
            (EnclosedQuantity.informationByEquation2, 0.8), (.informationByDefinition, 0.7), (.jensenGap, 0.85),
        ] {
            #expect(share(quantity, within: 1e-9) >= leastShare, "\(quantity): \(share(quantity, within: 1e-9))")
            #expect(share(quantity, within: 1e-6) >= 0.9, "\(quantity): \(share(quantity, within: 1e-6))")
        }
        for entry in outcomes.flatMap(\.entries) where [.entropyZ, .entropyZGivenX].contains(entry.quantity) {
            #expect(entry.estimate.error <= 1e-8 * (1 + entry.enclosure.high.magnitude), "\(entry)")
        }
    }

    /// What the test is worth: values off by three of their own errors, errors that are too small, wrong digits.
    @Test func wrongErrorsAreNoticed() throws {
        let outcomes = try Outcome.all()
        /// The share of the entries of these quantities that are uncovered after a change.
        func noticed(_ quantities: [EnclosedQuantity], _ change: (Outcome.Entry) -> Outcome.Entry?) -> Double {
            let changed = outcomes.flatMap(\.entries).filter { quantities.contains($0.quantity) }.compactMap(change)
            return Double(changed.count { !$0.isCovered }) / Double(changed.count)
        }
        for sign in [3.0, -3] {
            // All of them; where the error is below the radius, nothing can be seen.
            let share = noticed(EnclosedQuantity.allCases) { entry in
                var moved = entry
                moved.estimate.value += sign * entry.estimate.error
                return entry.estimate.error > entry.enclosure.radius && moved.estimate.value != entry.estimate.value
                    ? moved : nil
            }
            #expect(share == 1, "values shifted by \(sign) errors: \(share)")
        }
        func scaled(_ factor: Double) -> (Outcome.Entry) -> Outcome.Entry? {
            { entry in
                var smaller = entry
                smaller.estimate.error *= factor
                return smaller
            }
        }
        // A worst case is seldom met: true errors are a hundredth of the bounds or less, mostly. The bounds of the entropies are
        // the sharpest.
        let entropies = [EnclosedQuantity.entropyZ, .entropyZGivenX]
        let (byTen, byHundred) = (noticed(entropies, scaled(0.1)), noticed(entropies, scaled(0.01)))
        print("enclosures: errors of entropies divided by 10 are noticed in \(byTen), by 100 in \(byHundred) of them")
        #expect(byHundred > 0.2)
        for quantity in EnclosedQuantity.allCases {
            #expect(noticed([quantity], scaled(0)) > 0.5, "\(quantity) without an error")
        }
        // A wrong ninth digit.
        for quantity in EnclosedQuantity.allCases {
            let share = noticed([quantity]) { entry in
                var wrong = entry
                wrong.estimate.value *= 1 + 5e-9
                return entry.enclosure.high != 0 ? wrong : nil
            }
            #expect(share > 0.6, "\(quantity) with a wrong ninth digit: \(share)")
        }
    }

    /// What the fixture is meant to hold.
    @Test func theFixtureIsAsDrawn() throws {
        let rows = try EnclosedChannel.load()
        #expect(rows.count { $0.family.kind == "gaussian" && $0.family.dimension == 1 } >= 500)
        #expect(rows.count { $0.family.kind == "vonMisesFisher" && $0.family.dimension == 2 } >= 500)
        for decade in -6..<4 {
            let count = rows.count { floor(log10($0.family.beta)) == Double(decade) }
            #expect(count >= 50, "\(count) channels with β from 1e\(decade)")
        }
        let outcomes = try Outcome.all()
        let partial = outcomes.flatMap(\.entries).count { entry in
            entry.quantity == .informationByEquation2
                && (0.05 * entry.entropyX...0.95 * entry.entropyX).contains(entry.enclosure.high)
        }
        #expect(partial >= 200, "I(X;Z) is neither 0 nor H(X) in \(partial) channels")
        for row in rows {
            for (name, enclosure) in row.enclosures {
                // Far below the rounding of a double, of the value or of small information.
                #expect(enclosure.radius <= max(1e-36, 1e-19 * enclosure.high.magnitude), "\(row.name), \(name)")
            }
        }
    }
}

/// What is compared.
private enum EnclosedQuantity: String, CaseIterable {
    case informationByDefinition, informationByEquation2, meanPointwiseInformation, entropyZ, entropyZGivenX
    case jensenBound, jensenGap, meanApproximation, trueMeanApproximation

    /// The name of its enclosure.
    var key: String {
        switch self {
        case .informationByDefinition, .informationByEquation2, .meanPointwiseInformation: "mutualInformation"
        default: rawValue
        }
    }
}

/// An evaluated channel beside its enclosures.
private struct Outcome: Sendable {
    struct Entry: Sendable {
        let quantity: EnclosedQuantity
        var estimate: Estimate
        let enclosure: EnclosedChannel.Enclosure
        /// H(X) of the channel.
        let entropyX: Double

        var isCovered: Bool { enclosure.distance(from: estimate.value) <= estimate.error + enclosure.radius }
    }

    let name: String
    /// What the verdict says, or what kept the channel from being evaluated.
    let failures: [String]
    let entries: [Entry]

    var uncovered: [String] {
        entries.filter { !$0.isCovered }.map { entry in
            let distance = entry.enclosure.distance(from: entry.estimate.value)
            return "\(entry.quantity) is \(entry.estimate), the truth \(entry.enclosure.high), "
                + "off by \(distance), \(distance / entry.estimate.error) of its errors"
        }
    }

    /// All channels of the fixture, evaluated once.
    static func all() throws -> [Outcome] { try evaluated.get() }

    private static let evaluated = Result {
        let rows = try EnclosedChannel.load()
        return Parallel.map(rows.count) { index in
            do {
                return try Outcome(rows[index])
            } catch {
                return Outcome(name: rows[index].name, failures: ["\(error)"], entries: [])
            }
        }
    }

    private init(name: String, failures: [String], entries: [Entry]) {
        (self.name, self.failures, self.entries) = (name, failures, entries)
    }

    private init(_ row: EnclosedChannel) throws {
        let channel = try row.channel()
        let verdict = try ChannelVerdict(name: row.name, purpose: "", channel: channel)
        let evaluation = verdict.evaluation
        let rounding = Outcome.roundingOfMeanApproximation(channel)
        func exactUpToRounding(_ value: Double) -> Estimate {
            Estimate(value: value, error: rounding, kind: .roundingBound)
        }
        name = row.name
        failures = verdict.failures
        entries = try EnclosedQuantity.allCases.map { quantity in
            let estimate =
                switch quantity {
                case .informationByDefinition: evaluation.informationByDefinition
                case .informationByEquation2: evaluation.informationByEquation2
                case .meanPointwiseInformation: evaluation.meanPointwiseInformation
                case .entropyZ: evaluation.entropyZ
                case .entropyZGivenX: evaluation.entropyZGivenX
                case .jensenBound: evaluation.jensenBound
                case .jensenGap: evaluation.jensenGap
                case .meanApproximation: exactUpToRounding(evaluation.meanApproximation)
                case .trueMeanApproximation: exactUpToRounding(evaluation.trueMeanApproximation)
                }
            return Entry(
                quantity: quantity, estimate: estimate,
                enclosure: try #require(row.enclosures[quantity.key], "\(row.name) has no \(quantity.key)"),
                entropyX: evaluation.entropyX)
        }
    }

    /// A bound on the rounding of the finite sums (17), in units of u = 2⁻⁵³, for k codes, m of an image, and scores of size S.
    ///
    /// A score: 15 S (two codes normalised 6, the factor A_d 5, products, sum and β 4). E[s]: these and (m + 4) S for
    /// products, sum and weights. Log-sum-exp: these, 2 S for subtracting and adding the greatest, and k + 14 for
    /// exponentials, weights and logarithm. The difference, and a mean of values up to 2 S: (k + 9) 2 S.
    private static func roundingOfMeanApproximation(_ channel: FiniteChannel) -> Double {
        let (images, views) = (Double(channel.images), Double(channel.views))
        let codes = images * views
        let coordinates = channel.encoder.flatMap { $0 }.map { $0[0] }
        let extent = (coordinates.max() ?? 0) - (coordinates.min() ?? 0)
        let score = channel.family.beta * (channel.family.kind == .gaussian ? extent * extent / 2 : 1)
        return Double.ulpOfOne / 2 * ((54 + views + 2 * codes) * score + codes + 14)
    }
}

/// A row of the fixture: a channel, and what its quantities are.
private struct EnclosedChannel: Decodable, Sendable {
    /// The value is within `radius` of high + low.
    struct Enclosure: Decodable, Sendable {
        let high: Double
        let low: Double
        let radius: Double

        init(from decoder: any Decoder) throws {
            var numbers = try decoder.unkeyedContainer()
            high = try numbers.decode(Double.self)
            low = try numbers.decode(Double.self)
            radius = try numbers.decode(Double.self)
        }

        /// |value − midpoint|, without the rounding of the midpoint: value − high is exact where the two are close.
        func distance(from value: Double) -> Double { ((value - high) - low).magnitude }
    }

    struct Family: Decodable, Sendable {
        let kind: String
        let dimension: Int
        let beta: Double
    }

    let name: String
    let family: Family
    let prior: [Double]
    let augmentation: [[Double]]
    let encoder: [[[Double]]]
    let enclosures: [String: Enclosure]

    func channel() throws -> FiniteChannel {
        let kind = try #require(NoiseFamily.Kind(rawValue: family.kind), "\(name): unknown family \(family.kind)")
        return try FiniteChannel(
            family: NoiseFamily(kind: kind, dimension: family.dimension, beta: family.beta), prior: prior,
            augmentation: augmentation, encoder: encoder)
    }

    static func load() throws -> [EnclosedChannel] {
        struct File: Decodable { let rows: [EnclosedChannel] }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/Proposition1/enclosures.json")
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).rows
    }
}
