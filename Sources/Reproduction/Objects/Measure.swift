import CropExperiment

/// A number that a run has: a column of a table.
public struct Measure: Hashable, Sendable {
    /// Its key in the results file.
    public let key: String
    /// What stands above the column, with the unit.
    public let label: String
    /// Digits after the point.
    public let decimals: Int
    private let source: Source

    private enum Source: Hashable, Sendable {
        case accuracy(RepresentationScore.Layer, CropWeighting, isTraining: Bool)
        case rawPixels
        case protocolScore(RepresentationScore.Layer, CropWeighting, FeaturePreparation, SolverStop)
        case information(InformationQuantity)
        case objective, trainingObjective, entropy, potential, rank, blankDistance, mass, offsetInformation
    }

    /// What is known of a trained channel at the β of its training.
    private enum InformationQuantity: Hashable, Sendable {
        case information, jensenBound, meanApproximation, expansion
    }

    private init(_ key: String, _ label: String, decimals: Int = 4, _ source: Source) {
        self.key = key
        self.label = label
        self.decimals = decimals
        self.source = source
    }

    /// Whether it is a share of images that a linear classifier gets right.
    public var isAccuracy: Bool {
        switch source {
        case .accuracy, .rawPixels, .protocolScore: true
        case .information, .objective, .trainingObjective, .entropy, .potential, .rank, .blankDistance, .mass,
            .offsetInformation:
            false
        }
    }

    /// What stands above the column of a run that averages over so many of the most probable crops.
    func label(topCrops: Int) -> String {
        guard case .accuracy(let layer, .mostProbable, _) = source else { return label }
        return "\(layer.rawValue), top \(topCrops)"
    }

    /// Linear accuracy of h, averaged under P(T|x).
    public static let h = Measure("h", "h", .accuracy(.h, .expectation, isTraining: false))
    /// Linear accuracy of f, averaged under P(T|x).
    public static let f = Measure("f", "f", .accuracy(.f, .expectation, isTraining: false))
    /// Linear accuracy of h over the most probable crops.
    public static let hTop = Measure("hTop", "h, top 8", .accuracy(.h, .mostProbable, isTraining: false))
    /// Linear accuracy of f over the most probable crops.
    public static let fTop = Measure("fTop", "f, top 8", .accuracy(.f, .mostProbable, isTraining: false))
    /// Linear accuracy of h over the crops inside the digit's cell.
    public static let hOracle = Measure("hOracle", "h, oracle", .accuracy(.h, .oracle, isTraining: false))
    /// Linear accuracy of f over the crops inside the digit's cell.
    public static let fOracle = Measure("fOracle", "f, oracle", .accuracy(.f, .oracle, isTraining: false))
    /// Linear accuracy of h on the training images.
    public static let hTraining = Measure("hTraining", "h, training", .accuracy(.h, .expectation, isTraining: true))
    /// Linear accuracy of f on the training images.
    public static let fTraining = Measure("fTraining", "f, training", .accuracy(.f, .expectation, isTraining: true))
    /// Linear accuracy of the pixels.
    public static let rawPixels = Measure("rawPixels", "raw pixels", .rawPixels)
    /// The sampled objective (19) at the end of training.
    public static let objective = Measure("objective", "objective, nats", .objective)
    /// The objective of h under P(T|X), both as trained, over training images.
    public static let trainingObjective = Measure("trainingObjective", "objective, training set", .trainingObjective)
    /// I(X; O | C): what the offsets that P(T|x) picks tell of which image it is.
    public static let offsetInformation = Measure(
        "offsetInformation", "I(X;offset), nats", decimals: 3, .offsetInformation)
    /// H(T|x), averaged over the test images.
    public static let entropy = Measure("entropy", "H(T|X), nats", decimals: 2, .entropy)
    /// The average pairwise Gaussian potential.
    public static let potential = Measure("potential", "potential", .potential)
    /// The participation ratio of E[ẑẑᵀ].
    public static let rank = Measure("rank", "effective rank", decimals: 1, .rank)
    /// ‖ẑ − h(blank)‖, averaged over the test images.
    public static let blankDistance = Measure("blankDistance", "distance to blank", .blankDistance)
    /// P(T|x)'s mass on crops that are not blank.
    public static let mass = Measure("mass", "non-trivial mass", .mass)

    /// I(X;Z) of the trained channel, in nats.
    public static let information = Measure("information", "I(X;Z)", decimals: 6, .information(.information))
    /// The Jensen bound (16) of the trained channel, in nats.
    public static let jensenBound = Measure("jensenBound", "bound (16)", decimals: 6, .information(.jensenBound))
    /// The mean approximation (17) of the trained channel, in nats.
    public static let meanApproximation = Measure(
        "meanApproximation", "(17)", decimals: 6, .information(.meanApproximation))
    /// β²/(2d)·E‖E[h|X] − E h‖², in nats.
    public static let expansion = Measure("expansion", "small-β expansion", decimals: 6, .information(.expansion))

    /// Linear accuracy under one of the protocols of the study.
    public static func protocolScore(
        of layer: RepresentationScore.Layer, over crops: CropWeighting, _ preparation: FeaturePreparation,
        _ stop: SolverStop
    ) -> Measure {
        Measure(
            [layer.rawValue, crops.rawValue, preparation.rawValue, stop.rawValue].joined(separator: "."),
            stop == .optimum ? "at the optimum" : "after 100 iterations",
            .protocolScore(layer, crops, preparation, stop))
    }

    /// The number in the record of a run; `nil` where the run has none.
    public func value(in record: RunRecord) -> Double? {
        guard let result = record.result else {
            return source == .rawPixels ? record.raw?.accuracy : nil
        }
        switch source {
        case .accuracy(let layer, let crops, let isTraining):
            let score = result.score(of: layer, over: crops)
            return isTraining ? score?.trainingAccuracy : score?.accuracy
        case .rawPixels: return record.raw?.accuracy
        case .protocolScore(let layer, let crops, let preparation, let stop):
            return record.analyses.protocols?.score(of: layer, over: crops, preparation, stop)?.accuracy
        case .information(let quantity):
            guard let information = record.analyses.information,
                let row = information.rows.first(where: { $0.beta == information.trainingBeta })
            else { return nil }
            return switch quantity {
            case .information: row.information.value
            case .jensenBound: row.jensenBound.value
            case .meanApproximation: row.meanApproximation.value
            case .expansion: row.expansion.value
            }
        case .objective: return result.objective
        case .trainingObjective: return result.trainingObjective
        case .offsetInformation: return result.offsetInformation.image
        case .entropy: return result.entropy
        case .potential: return result.uniformity
        case .rank: return result.effectiveRank
        case .blankDistance: return result.blankDistance.mean
        case .mass: return result.nonTrivialMass.mean
        }
    }

    /// Whether the number of a run is the score of a classifier that was given up short of its optimum.
    public func isUnconverged(in record: RunRecord) -> Bool {
        switch source {
        case .accuracy(let layer, let crops, _): record.result?.score(of: layer, over: crops)?.hasConverged == false
        case .rawPixels: record.raw?.hasConverged == false
        // A solver that is told to stop after so many iterations has done what it was told.
        case .protocolScore(let layer, let crops, let preparation, .optimum):
            record.analyses.protocols?.score(of: layer, over: crops, preparation, .optimum)?.hasConverged == false
        default: false
        }
    }
}
