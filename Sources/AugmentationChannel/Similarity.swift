import Autodiff
import Diagnostics
import Tensors

/// S(z, h), the similarity in p(z|T(x)) = C_β exp(βS(z, h(T(x)))).
public enum Similarity: String, Codable, Sendable, CaseIterable {
    /// ⟨z, h⟩ on the unit sphere: p(z|T(x)) is von Mises–Fisher with concentration β. In [−1, 1] for unit vectors.
    case dotProduct
    /// −‖z − h‖²/2 on ℝᵈ: p(z|T(x)) is Gaussian with variance 1/β. At most 0.
    case negativeHalfSquaredDistance

    /// βS of every z with every h.
    ///
    /// - Parameters:
    ///   - z: `[z, dimension]`.
    ///   - h: `[embedding, dimension]`.
    ///   - beta: β > 0.
    /// - Returns: `[z, embedding]`, in nats.
    /// - Precondition: z and h have the same dimension.
    public func scores<Scalar: TensorScalar>(
        _ z: Variable<Scalar>, _ h: Variable<Scalar>, beta: Scalar
    ) -> ScoreMatrix<Scalar> {
        switch self {
        case .dotProduct: return ScoreMatrix(z.scaled(by: beta).matrixProduct(h, right: .transposed))
        case .negativeHalfSquaredDistance:
            // −‖z − h‖²/2 = ⟨z, h⟩ − ‖z‖²/2 − ‖h‖²/2, which cancels the fewer digits the nearer the points lie to 0; S is
            // the same for translated points.
            let origin = Variable(h.value.sumOverRows().scaled(by: -1 / Scalar(max(h.shape[0], 1))))
            let (z, h) = (z.addingToRows(origin), h.addingToRows(origin))
            let products = z.scaled(by: beta).matrixProduct(h, right: .transposed)
            let ofZ = (z * z).sumAlongLastAxis().scaled(by: -beta / 2)
            let ofH = (h * h).sumAlongLastAxis().scaled(by: -beta / 2)
            return ScoreMatrix(
                products + ofZ.repeatedAlongLastAxis(h.shape[0]) + ofH.repeatedAsRows(of: products.shape))
        }
    }

    /// βS of every two members of each group.
    ///
    /// - Parameters:
    ///   - groups: `[group, member, dimension]`.
    ///   - beta: β > 0.
    /// - Returns: `[group, member, member]`, in nats.
    public func scores<Scalar: TensorScalar>(within groups: Variable<Scalar>, beta: Scalar) -> Variable<Scalar> {
        switch self {
        case .dotProduct: return groups.scaled(by: beta).matrixProduct(groups, right: .transposed)
        case .negativeHalfSquaredDistance:
            let (count, members, dimension) = (groups.shape[0], groups.shape[1], groups.shape[2])
            let rows = groups.reshaped([count * members, dimension])
            let pairs = 0..<count * members * members
            let first = rows.gatheringRows(pairs.map { $0 / members })
            let second = rows.gatheringRows(pairs.map { $0 / (members * members) * members + $0 % members })
            let difference = first - second
            return (difference * difference).sumAlongLastAxis().scaled(by: -beta / 2)
                .reshaped([count, members, members])
        }
    }

    /// βS of one z with one h, in nats.
    ///
    /// - Precondition: equal dimensions.
    public func score<Scalar: TensorScalar>(_ z: [Scalar], _ h: [Scalar], beta: Scalar) -> Scalar {
        z.withUnsafeBufferPointer { z in h.withUnsafeBufferPointer { score(z, $0, beta: beta) } }
    }

    /// βS of one z with one h, as plain numbers.
    ///
    /// - Precondition: equal dimensions.
    @inlinable
    public func score<Scalar: TensorScalar>(
        _ z: UnsafeBufferPointer<Scalar>, _ h: UnsafeBufferPointer<Scalar>, beta: Scalar
    ) -> Scalar {
        require(z.count == h.count, "a similarity of \(z.count) and \(h.count) dimensions")
        var sum: Scalar = 0
        switch self {
        case .dotProduct:
            for k in 0..<z.count { sum.addProduct(z[k], h[k]) }
            return beta * sum
        case .negativeHalfSquaredDistance:
            for k in 0..<z.count { sum.addProduct(z[k] - h[k], z[k] - h[k]) }
            return -beta * sum / 2
        }
    }
}
