import Autodiff
import Tensors

/// Crops drawn for a batch, each distinct content listed once.
///
/// Identical crops encode identically, so encoding each once and pointing at it changes nothing but the time. Two crops
/// are the same when they are the same crop of the same image, or both blank.
struct SampledViews: Sendable {
    /// T of each image and view: the crop's number, row-major `[image, view]`.
    let crops: [Int]
    /// m.
    let views: Int
    /// One (position in the batch, crop) for each distinct content.
    let distinct: [(position: Int, crop: Int)]
    /// The distinct content of each image and view, row-major `[image, view]`.
    let rows: [Int]
    /// How many of the drawn crops are not blank, in [0, 1].
    let nonBlankShare: Double

    /// How many views show each distinct content.
    func multiplicities<Scalar: TensorScalar>(of type: Scalar.Type) -> Tensor<Scalar> {
        totals(of: Tensor(shape: [rows.count], repeating: 1))
    }

    /// The sum of the weights of the views that show each distinct content, `[distinct]`.
    ///
    /// - Parameter weights: of each view, in row-major order of image and view.
    func totals<Scalar: TensorScalar>(of weights: Tensor<Scalar>) -> Tensor<Scalar> {
        var totals = [Scalar](repeating: 0, count: distinct.count)
        for (row, weight) in zip(rows, weights.scalars) { totals[row] += weight }
        return Tensor(shape: [totals.count], scalars: totals)
    }

    /// What a matrix `[image, crop]` holds for the crop of each view, `[image, view]`.
    func gathering<Scalar: TensorScalar>(_ values: Variable<Scalar>) -> Variable<Scalar> {
        let indices = crops.enumerated().map { $0 / views * values.shape[1] + $1 }
        return values.gatheringElements(indices, shape: [values.shape[0], views])
    }

    /// Lists the distinct contents of drawn crops.
    ///
    /// - Parameters:
    ///   - crops: row-major `[image, view]`.
    ///   - views: m.
    ///   - isBlank: whether a crop of the image at a position of the batch shows nothing of the digit.
    init(crops: [Int], views: Int, isBlank: (_ position: Int, _ crop: Int) -> Bool) {
        var distinct: [(position: Int, crop: Int)] = []
        var rows: [Int] = []
        rows.reserveCapacity(crops.count)
        var blankRow: Int?
        var blanks = 0
        for (index, crop) in crops.enumerated() {
            let position = index / views
            if isBlank(position, crop) {
                blanks += 1
                if blankRow == nil {
                    blankRow = distinct.count
                    distinct.append((position, crop))
                }
                rows.append(blankRow ?? 0)
            } else if let earlier = (position * views..<index).first(where: { crops[$0] == crop }) {
                rows.append(rows[earlier])
            } else {
                rows.append(distinct.count)
                distinct.append((position, crop))
            }
        }
        self.crops = crops
        self.views = views
        self.distinct = distinct
        self.rows = rows
        nonBlankShare = crops.isEmpty ? 0 : 1 - Double(blanks) / Double(crops.count)
    }
}

/// Draws `count` crops for each image from its distribution, independently.
///
/// - Parameter probabilities: P(T|x), `[image, crop]`, each row summing to 1.
/// - Returns: row-major `[image, draw]`.
func sampleCrops<Scalar: TensorScalar>(
    _ probabilities: Tensor<Scalar>, count: Int, using generator: inout some RandomNumberGenerator
) -> [Int] {
    let crops = probabilities.lastExtent
    let draws = (0..<probabilities.rowCount * count).map { _ in generator.unitInterval() }
    return [Int](unsafeUninitializedCapacity: draws.count) { result, initialized in
        guard let result = result.baseAddress else { return }
        probabilities.withPointer { probabilities in
            Parallel.forRanges(draws.count / max(count, 1), grain: 16) { images in
                for image in images {
                    let own = probabilities + image * crops
                    let cumulative = CumulativeWeights(count: crops) { Double(own[$0]) }
                    for draw in image * count..<(image + 1) * count {
                        (result + draw).initialize(to: cumulative.index(atShare: draws[draw]))
                    }
                }
            }
        }
        initialized = draws.count
    }
}

/// Draws `count` crops for each of some images, uniformly and independently.
///
/// - Returns: row-major `[image, draw]`.
func sampleUniformCrops(
    images: Int, crops: Int, count: Int, using generator: inout some RandomNumberGenerator
) -> [Int] {
    (0..<images * count).map { _ in generator.uniformInteger(below: crops) }
}
