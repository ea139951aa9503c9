import PropertyTesting
import Proposition1

extension Law {
    /// Values that are known where there is much noise, and where there is little.
    static let limits: [Law] = [muchNoise, littleNoise]

    /// The density of z is flat but for its first order: p(z|x)/p(z) − 1 = β⟨z, m_x − m⟩ with m_x = E[h|x]. So information
    /// is half the variance of that under p(z), (κ/2)·Σ p(x)‖m_x − m‖², and the gap half the variance of the scores within
    /// an image; κ = β²/d on the sphere, where ⟨z, u⟩² has the mean 1/d, and β for the Gaussian, where it is 1/β.
    static let muchNoise = Law.channels("as β → 0, I(X;Z) and the gap are variances of the codes") {
        subject, channel, trial in
        let weighted = zip(channel.prior, channel.occurringCodes).flatMap { prior, codes in
            codes.map { (code: $0.code, weight: prior * $0.probability) }
        }
        func mean(_ codes: [(code: [Double], weight: Double)]) -> [Double] {
            let mass = codes.reduce(0) { $0 + $1.weight }
            return (0..<channel.family.dimension).map { axis in
                codes.reduce(0) { $0 + $1.weight * $1.code[axis] } / mass
            }
        }
        let centre = mean(weighted)
        let largest = weighted.map { squaredDistance($0.code, centre) }.max() ?? 0
        // Codes that differ by no more than the rounding of their mean, or whose distance underflows, have no such limit.
        let extent = weighted.map { $0.code.reduce(0) { $0 + $1 * $1 } }.max() ?? 0
        guard largest > 1e-24 * extent, largest > 1e-280 else { return trial.discard() }
        // ε, the size of a score: on the sphere odd orders vanish, and the next term is smaller by ε²; for the Gaussian too.
        let scoreSize = 1e-3
        let (beta, factor): (Double, Double)
        switch channel.family.kind {
        case .vonMisesFisher: (beta, factor) = (scoreSize, scoreSize * scoreSize / Double(channel.family.dimension))
        case .gaussian:
            beta = scoreSize * scoreSize / largest
            factor = beta
        }
        let evaluation = try subject.evaluate(try channel.with(beta: beta), trial)
        var between = 0.0
        var within = 0.0
        for (prior, codes) in zip(channel.prior, channel.occurringCodes) where prior > 0 {
            let centreOfImage = mean(codes.map { (code: $0.code, weight: $0.probability) })
            between += prior * squaredDistance(centreOfImage, centre)
            within += prior * codes.reduce(0) { $0 + $1.probability * squaredDistance($1.code, centreOfImage) }
        }
        let next = 8 * scoreSize * scoreSize * factor * largest
        for information in [evaluation.informationByDefinition, evaluation.informationByEquation2] {
            trial.equal(information.value, factor / 2 * between, within: information.error + next, "I(X;Z)")
        }
        trial.equal(
            evaluation.jensenGap.value, factor / 2 * within, within: evaluation.jensenGap.error + next, "the gap")
        // Both ends of Liao and Berg's interval become half the variance; they part in the first order.
        for (end, name) in [(evaluation.jensenGapLowerEnd, "lower"), (evaluation.jensenGapUpperEnd, "upper")] {
            trial.equal(
                end.value, factor / 2 * within, within: end.error + 16 * scoreSize * factor * within,
                "the gap's \(name) end")
        }
    }

    /// Where no two codes are confused, Z tells which code it came from: I(X;Z) = I(X;V).
    ///
    /// What confusion costs is less than the Bhattacharyya coefficient of two codes, about e^(−β‖h − h'‖²/8): here e^(−40).
    static let littleNoise = Law.channels("as β → ∞, I(X;Z) is I(X;V)") { subject, channel, trial in
        let codes = Array(Set(channel.occurringCodes.joined().map(\.code)))
        let distances = codes.indices.flatMap { first in
            codes.indices.filter { $0 > first }.map { squaredDistance(codes[first], codes[$0]) }
        }
        let least = distances.min() ?? 1
        let beta = 320 / least
        // Codes that are close on the scale of the others take more digits of a score than a double has.
        guard beta <= (channel.family.kind == .gaussian ? 1e280 : 1e4), (distances.max() ?? 1) <= 1e3 * least else {
            return trial.discard()
        }
        let evaluation = try subject.evaluate(try channel.with(beta: beta), trial)
        let expected = countedInformation(channel).ofOneView
        for information in [evaluation.informationByDefinition, evaluation.informationByEquation2] {
            trial.equal(information.value, expected, within: information.error + 1e-12, "I(X;Z)")
        }
    }
}
