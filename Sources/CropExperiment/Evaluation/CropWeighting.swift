/// Over which crops a representation is averaged, section 3.1.
public enum CropWeighting: String, Codable, CaseIterable, Sendable {
    /// Ẑ = E_{P(T|X)}[h(T(X))]; P is uniform for simCLR.
    case expectation
    /// The mean over the crops with the greatest P(T|x), eight in the paper: "topn".
    case mostProbable
    /// The mean over the crops inside the digit's cell: "oracle".
    case oracle
}

/// The crops of one image that a weighting needs, and what remains for the blank crop.
struct WeightedCrops: Sendable {
    /// Crops that are not blank, ascending, each with its weight.
    var crops: [(crop: Int, weight: Float)]
    /// The weight of all blank crops together.
    var blankWeight: Float

    /// The weights of one image's crops.
    ///
    /// - Parameters:
    ///   - weighting: which average.
    ///   - probabilities: P(T|x) of every crop.
    ///   - image: the image's number.
    ///   - dataset: the data.
    ///   - topCount: how many crops `mostProbable` takes.
    ///   - negligibleMass: the least probable crops of this much probability together are left out of `expectation`,
    ///     which moves a feature by no more than this share of its range.
    init(
        _ weighting: CropWeighting, probabilities: ArraySlice<Float>, image: Int, dataset: CanvasDataset, topCount: Int,
        negligibleMass: Float
    ) {
        let chosen: [(crop: Int, weight: Float)]
        let numbered = probabilities.enumerated().map { (crop: $0.offset, weight: $0.element) }
        switch weighting {
        case .expectation:
            chosen = Self.droppingNegligible(numbered, mass: negligibleMass)
        case .mostProbable:
            // Among equals the first, so that the choice is a function of P alone.
            let top = numbered.sorted { ($1.weight, $0.crop) < ($0.weight, $1.crop) }.prefix(topCount)
            chosen = top.map { ($0.crop, 1 / Float(topCount)) }
        case .oracle:
            let inside = dataset.geometry.cropsInside(cell: Int(dataset.cells[image]))
            chosen = inside.map { ($0, 1 / Float(inside.count)) }
        }
        crops = []
        blankWeight = 0
        for (crop, weight) in chosen.sorted(by: { $0.crop < $1.crop }) {
            if dataset.isBlank(image: image, crop: crop) { blankWeight += weight } else { crops.append((crop, weight)) }
        }
    }

    private static func droppingNegligible(
        _ crops: [(crop: Int, weight: Float)], mass: Float
    ) -> [(crop: Int, weight: Float)] {
        var kept = crops.sorted { ($1.weight, $0.crop) < ($0.weight, $1.crop) }
        var dropped: Float = 0
        while let last = kept.last, dropped + last.weight <= mass {
            dropped += last.weight
            kept.removeLast()
        }
        return kept.map { ($0.crop, $0.weight / (1 - dropped)) }
    }
}
