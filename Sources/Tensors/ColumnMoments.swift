import Diagnostics

/// Mean and variance of every column of a matrix whose rows count several times: what batch normalisation divides by.
///
/// A tensor `[example, …, column]` is read as a matrix with a row for each example and position.
public struct ColumnMoments<Scalar: TensorScalar>: Equatable, Sendable {
    /// The weighted mean, `[column]`.
    public var mean: Tensor<Scalar>
    /// The weighted mean of the squared distance from ``mean``, `[column]`: divided by ``count``, not by one less.
    public var variance: Tensor<Scalar>
    /// The sum of the weights of all rows.
    public let count: Scalar

    /// Moments that are known.
    public init(mean: Tensor<Scalar>, variance: Tensor<Scalar>, count: Scalar) {
        self.mean = mean
        self.variance = variance
        self.count = count
    }

    /// 1/√(variance + ε), `[column]`.
    public func inverseDeviations(epsilon: Scalar) -> Tensor<Scalar> {
        variance.scaled(by: 1, plus: epsilon).reciprocalSquareRoot()
    }
}

extension Tensor {
    /// The moments of every column, each example counted as often as its weight says.
    ///
    /// - Parameter weights: of each example, `[example]`; positive.
    /// - Precondition: rank at least 2, and a weight for each example, of which there is one at least.
    public func columnMoments(weights: Tensor) -> ColumnMoments<Scalar> {
        require(
            rank >= 2 && weights.shape == [shape[0]] && count > 0,
            "weights \(weights.shape) for the examples of a tensor of shape \(shape)")
        let positions = rowCount / shape[0]
        return momentsOfColumns(self, weights, positions: positions)
    }

    /// (self − mean) · inverse · scale + shift in every column, and max(·, 0) of it if asked.
    ///
    /// - Precondition: the other four are `[column]`.
    public func standardizedColumns(
        mean: Tensor, inverse: Tensor, scale: Tensor, shift: Tensor, rectified: Bool
    ) -> Tensor {
        for column in [mean, inverse, scale, shift] {
            require(column.shape == [lastExtent], "a row of shape \(column.shape) for a tensor of shape \(shape)")
        }
        return standardize(self, mean, inverse, scale, shift, rectified)
    }

    /// The gradients of ``standardizedColumns(mean:inverse:scale:shift:rectified:)``.
    ///
    /// - Parameters:
    ///   - cotangent: of the result, of this tensor's shape.
    ///   - weights: where mean and deviation are this tensor's own weighted moments, the examples' weights divided by their
    ///     total over all rows, `[example]`; `nil` where they are constants.
    /// - Returns: the cotangents of this tensor, of the scale and of the shift.
    public func standardizedColumnGradients(
        _ cotangent: Tensor, weights: Tensor?, mean: Tensor, inverse: Tensor, scale: Tensor, shift: Tensor,
        rectified: Bool
    ) -> (input: Tensor, scale: Tensor, shift: Tensor) {
        requireSameShape(cotangent.shape, shape, in: "cotangent of standardized columns")
        let sums = standardizationSums(self, cotangent, mean, inverse, scale, shift, rectified)
        let input = standardizationInputGradient(
            self, cotangent, sums, weights ?? .zeros([shape[0]]), mean, inverse, scale, shift, rectified)
        let columns = lastExtent
        return (
            input, Tensor(shape: [columns], scalars: Array(sums.scalars[columns...])),
            Tensor(shape: [columns], scalars: Array(sums.scalars[..<columns]))
        )
    }
}

/// Rows that one thread takes at a time; their sums are merged in order, so that the threads' number changes no bit.
private func rowGrain(_ columns: Int) -> Int { max(1, 32768 / max(columns, 1)) }

/// The same in whole examples of so many rows each.
private func exampleGrain(_ positions: Int, _ columns: Int) -> Int { max(1, 32768 / max(positions * columns, 1)) }

/// Calls `body` with each column's number, whole vectors first.
@inline(__always)
private func forColumns<Scalar: TensorScalar>(
    _ columns: Int, of scalar: Scalar.Type, vectors: (Int) -> Void, rest: (Int) -> Void
) {
    let lanes = Scalar.Vector64.scalarCount
    var column = 0
    while column + lanes <= columns {
        vectors(column)
        column += lanes
    }
    while column < columns {
        rest(column)
        column += 1
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func momentsOfColumns<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ weights: Tensor<Scalar>, positions: Int
) -> ColumnMoments<Scalar> {
    typealias Vector = Scalar.Vector64
    let (examples, columns) = (x.shape[0], x.lastExtent)
    let grain = exampleGrain(positions, columns)
    let blocks = (examples + grain - 1) / grain
    // Of each block the mean and, while its rows are still in the cache, the squares about that mean: no cancellation.
    let partial = Scratch<Scalar>(blocks * 2 * columns)
    let totals = Scratch<Scalar>(blocks)
    x.withPointer { source in
        weights.withPointer { weights in
            Parallel.forRanges(examples, grain: grain) { range in
                let block = range.lowerBound / grain
                let means = partial.pointer + block * 2 * columns
                let squares = means + columns
                var total: Scalar = 0
                for example in range { total += weights[example] * Scalar(positions) }
                totals.pointer[block] = total
                forColumns(columns, of: Scalar.self) { column in
                    var sum = Vector.zero
                    for example in range {
                        let weight = Vector(repeating: weights[example])
                        var values = source + (example * positions * columns + column)
                        for _ in 0..<positions {
                            sum.addProduct(Vector(loading: values), weight)
                            values += columns
                        }
                    }
                    let mean = sum / total
                    mean.store(means + column)
                    var square = Vector.zero
                    for example in range {
                        let weight = Vector(repeating: weights[example])
                        var values = source + (example * positions * columns + column)
                        for _ in 0..<positions {
                            let distance = Vector(loading: values) - mean
                            square.addProduct(distance * distance, weight)
                            values += columns
                        }
                    }
                    square.store(squares + column)
                } rest: { column in
                    var sum: Scalar = 0
                    for example in range {
                        for row in example * positions..<(example + 1) * positions {
                            sum.addProduct(source[row * columns + column], weights[example])
                        }
                    }
                    let mean = sum / total
                    means[column] = mean
                    var square: Scalar = 0
                    for example in range {
                        for row in example * positions..<(example + 1) * positions {
                            let distance = source[row * columns + column] - mean
                            square.addProduct(distance * distance, weights[example])
                        }
                    }
                    squares[column] = square
                }
            }
        }
    }
    // Chan, Golub, LeVeque, *Updating formulae and a pairwise algorithm for computing sample variances*, 1979.
    var count = totals.pointer[0]
    var mean = Array(UnsafeBufferPointer(start: partial.pointer, count: columns))
    var squares = Array(UnsafeBufferPointer(start: partial.pointer + columns, count: columns))
    for block in 1..<max(blocks, 1) {
        let (more, blockMean) = (totals.pointer[block], partial.pointer + block * 2 * columns)
        let share = more / (count + more)
        for column in 0..<columns {
            let distance = blockMean[column] - mean[column]
            mean[column] += distance * share
            squares[column] += blockMean[columns + column] + distance * distance * count * share
        }
        count += more
    }
    return ColumnMoments(
        mean: Tensor(shape: [columns], scalars: mean),
        variance: Tensor(shape: [columns], scalars: squares.map { $0 / count }), count: count)
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func standardize<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ mean: Tensor<Scalar>, _ inverse: Tensor<Scalar>, _ scale: Tensor<Scalar>,
    _ shift: Tensor<Scalar>, _ rectified: Bool
) -> Tensor<Scalar> {
    typealias Vector = Scalar.Vector64
    let columns = x.lastExtent
    let columnData = [mean, inverse, scale, shift].flatMap(\.scalars)
    return Tensor(shape: x.shape) { out in
        x.withPointer { source in
            columnData.withUnsafeBufferPointer { columnData in
                guard let mean = columnData.baseAddress else { return }
                let (inverse, scale, shift) = (mean + columns, mean + 2 * columns, mean + 3 * columns)
                Parallel.forRanges(x.rowCount, grain: rowGrain(columns)) { rows in
                    for row in rows {
                        let (from, to) = (source + row * columns, out + row * columns)
                        forColumns(columns, of: Scalar.self) { i in
                            let standard =
                                (Vector(loading: from + i) - Vector(loading: mean + i))
                                * Vector(loading: inverse + i)
                            let y = Vector(loading: shift + i).addingProduct(standard, Vector(loading: scale + i))
                            (rectified ? y.rectified : y).store(to + i)
                        } rest: { i in
                            let y = shift[i].addingProduct((from[i] - mean[i]) * inverse[i], scale[i])
                            to[i] = rectified && y < 0 ? 0 : y
                        }
                    }
                }
            }
        }
    }
}

/// Σ c and Σ c·x̂ over all rows, `[2 · column]`: x̂ is the standardised input, c the part of the cotangent that passes.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func standardizationSums<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ cotangent: Tensor<Scalar>, _ mean: Tensor<Scalar>, _ inverse: Tensor<Scalar>,
    _ scale: Tensor<Scalar>, _ shift: Tensor<Scalar>, _ rectified: Bool
) -> Tensor<Scalar> {
    typealias Vector = Scalar.Vector64
    let columns = x.lastExtent
    let grain = rowGrain(columns)
    let blocks = (x.rowCount + grain - 1) / grain
    let columnData = [mean, inverse, scale, shift].flatMap(\.scalars)
    let partial = Tensor<Scalar>(shape: [blocks, 2 * columns]) { partial in
        x.withPointer { source in
            cotangent.withPointer { cotangent in
                columnData.withUnsafeBufferPointer { columnData in
                    guard let mean = columnData.baseAddress else { return }
                    let (inverse, scale, shift) = (mean + columns, mean + 2 * columns, mean + 3 * columns)
                    Parallel.forRanges(x.rowCount, grain: grain) { rows in
                        let sums = partial + rows.lowerBound / grain * 2 * columns
                        forColumns(columns, of: Scalar.self) { i in
                            let (mean, inverse) = (Vector(loading: mean + i), Vector(loading: inverse + i))
                            let (scale, shift) = (Vector(loading: scale + i), Vector(loading: shift + i))
                            var (sum, product) = (Vector.zero, Vector.zero)
                            for row in rows {
                                let standard = (Vector(loading: source + row * columns + i) - mean) * inverse
                                var c = Vector(loading: cotangent + row * columns + i)
                                if rectified { c = c.keeping(wherePositive: shift.addingProduct(standard, scale)) }
                                sum += c
                                product.addProduct(c, standard)
                            }
                            sum.store(sums + i)
                            product.store(sums + columns + i)
                        } rest: { i in
                            var (sum, product): (Scalar, Scalar) = (0, 0)
                            for row in rows {
                                let standard = (source[row * columns + i] - mean[i]) * inverse[i]
                                let passes = !rectified || shift[i].addingProduct(standard, scale[i]) > 0
                                let c = passes ? cotangent[row * columns + i] : 0
                                sum += c
                                product.addProduct(c, standard)
                            }
                            sums[i] = sum
                            sums[columns + i] = product
                        }
                    }
                }
            }
        }
    }
    return partial.sumOverRows()
}

/// scale · inverse · (c − w·(Σ c + x̂ · Σ c·x̂)), where the sums are those of ``standardizationSums``.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func standardizationInputGradient<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ cotangent: Tensor<Scalar>, _ sums: Tensor<Scalar>, _ weights: Tensor<Scalar>,
    _ mean: Tensor<Scalar>, _ inverse: Tensor<Scalar>, _ scale: Tensor<Scalar>, _ shift: Tensor<Scalar>,
    _ rectified: Bool
) -> Tensor<Scalar> {
    typealias Vector = Scalar.Vector64
    let columns = x.lastExtent
    let positions = max(1, x.rowCount / max(x.shape[0], 1))
    let columnData = [mean, inverse, scale, shift, sums].flatMap(\.scalars)
    return Tensor(shape: x.shape) { out in
        x.withPointer { source in
            cotangent.withPointer { cotangent in
                columnData.withUnsafeBufferPointer { columnData in
                    weights.withPointer { weights in
                        guard let mean = columnData.baseAddress else { return }
                        let (inverse, scale, shift) = (mean + columns, mean + 2 * columns, mean + 3 * columns)
                        let (sum, product) = (mean + 4 * columns, mean + 5 * columns)
                        let size = positions * columns
                        Parallel.forRanges(x.shape[0], grain: exampleGrain(positions, columns)) { range in
                            for start in stride(
                                from: range.lowerBound * size, to: range.upperBound * size, by: columns)
                            {
                                let weight = weights[start / size]
                                forColumns(columns, of: Scalar.self) { i in
                                    let (inverse, scale) = (Vector(loading: inverse + i), Vector(loading: scale + i))
                                    let standard =
                                        (Vector(loading: source + start + i) - Vector(loading: mean + i))
                                        * inverse
                                    var c = Vector(loading: cotangent + start + i)
                                    if rectified {
                                        c = c.keeping(
                                            wherePositive: Vector(loading: shift + i).addingProduct(standard, scale))
                                    }
                                    let common = Vector(loading: sum + i)
                                        .addingProduct(standard, Vector(loading: product + i))
                                    (scale * inverse * (c - weight * common)).store(out + start + i)
                                } rest: { i in
                                    let standard = (source[start + i] - mean[i]) * inverse[i]
                                    let passes = !rectified || shift[i].addingProduct(standard, scale[i]) > 0
                                    let c = passes ? cotangent[start + i] : 0
                                    let common = sum[i].addingProduct(standard, product[i])
                                    out[start + i] = scale[i] * inverse[i] * (c - weight * common)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
