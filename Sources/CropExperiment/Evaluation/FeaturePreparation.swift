import Tensors

/// What is done to features before a linear classifier reads them.
public enum FeaturePreparation: String, Codable, CaseIterable, Sendable {
    /// Times 10⁻²: the penalty times 10⁴.
    case hundredth
    /// Times 10⁻¹: the penalty times 10².
    case tenth
    /// Nothing.
    case unchanged
    /// Times √10: a tenth of the penalty.
    case threefold
    /// Times 10: a hundredth of the penalty.
    case tenfold
    /// Each feature less its mean over the training images, divided by its standard deviation there.
    case standardized
    /// Each image's features divided by their Euclidean norm.
    case unitLength

    /// Whether this is another classifier than that of unchanged features: h lies on the unit sphere already.
    public func changes(_ layer: RepresentationScore.Layer) -> Bool { layer == .f || self != .unitLength }

    /// What each feature is multiplied by; `nil` where that depends on the features.
    public var factor: Float? {
        switch self {
        case .hundredth: 0.01
        case .tenth: 0.1
        case .unchanged: 1
        case .threefold: Float(10).squareRoot()
        case .tenfold: 10
        case .standardized, .unitLength: nil
        }
    }

    /// The preparation as a map of features `[image, feature]`.
    ///
    /// - Parameter training: the features of the training images, whose moments standardisation takes.
    func fitted(to training: Tensor<Float>) -> (Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .unchanged: { $0 }
        case .hundredth, .tenth, .threefold, .tenfold: { [factor] in $0.scaled(by: factor ?? 1) }
        case .standardized: ColumnStatistics(training).standardized
        case .unitLength: Self.onUnitSphere
        }
    }

    /// Each row divided by its norm; a row of zeros stays.
    private static func onUnitSphere(_ features: Tensor<Float>) -> Tensor<Float> {
        mapRows(features) { row in
            let norm = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            return row.map { norm > 0 ? Float(Double($0) / norm) : 0 }
        }
    }

    fileprivate static func mapRows(
        _ features: Tensor<Float>, _ body: (ArraySlice<Float>) -> [Float]
    ) -> Tensor<Float> {
        let (scalars, width) = (features.scalars, features.lastExtent)
        return Tensor(
            shape: features.shape,
            scalars: stride(from: 0, to: scalars.count, by: width).flatMap { body(scalars[$0..<$0 + width]) })
    }
}

/// Mean and standard deviation of every feature over some images.
struct ColumnStatistics {
    /// `[feature]`.
    let means: [Double]
    /// `[feature]`; the root of the mean squared distance from the mean.
    let deviations: [Double]

    /// - Parameter features: `[image, feature]`, at least one image.
    init(_ features: Tensor<Float>) {
        let (scalars, width) = (features.scalars, features.lastExtent)
        let count = Double(scalars.count / width)
        var means = [Double](repeating: 0, count: width)
        for (index, value) in scalars.enumerated() { means[index % width] += Double(value) }
        means = means.map { $0 / count }
        var squares = [Double](repeating: 0, count: width)
        for (index, value) in scalars.enumerated() {
            let difference = Double(value) - means[index % width]
            squares[index % width] += difference * difference
        }
        self.means = means
        deviations = squares.map { ($0 / count).squareRoot() }
    }

    /// Each feature less its mean, divided by its standard deviation. What is constant but for the rounding of single precision
    /// becomes 0.
    func standardized(_ features: Tensor<Float>) -> Tensor<Float> {
        let factors = zip(means, deviations).map { mean, deviation in
            deviation > 1e-6 * abs(mean) ? 1 / deviation : 0
        }
        return FeaturePreparation.mapRows(features) { row in
            zip(row, zip(means, factors)).map { Float((Double($0) - $1.0) * $1.1) }
        }
    }
}
