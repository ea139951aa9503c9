import Tensors

/// The largest element of each window, the windows side by side, and where it lies; the first of equals; a NaN in a
/// window is its result.
///
/// - Parameter window: rows and columns of a window.
public func pooledByDefinition<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, window: (rows: Int, columns: Int)
) -> (values: Tensor<Scalar>, indices: [Int]) {
    let (images, rows, columns, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let shape = [images, rows / window.rows, columns / window.columns, channels]
    var indices: [Int] = []
    for image in 0..<images {
        for row in 0..<shape[1] {
            for column in 0..<shape[2] {
                for channel in 0..<channels {
                    var candidates: [Int] = []
                    for y in row * window.rows..<(row + 1) * window.rows {
                        for x in column * window.columns..<(column + 1) * window.columns {
                            candidates.append(((image * rows + y) * columns + x) * channels + channel)
                        }
                    }
                    indices.append(
                        candidates.first { x.scalars[$0].isNaN }
                            ?? candidates.dropFirst().reduce(candidates[0]) {
                                x.scalars[$1] > x.scalars[$0] ? $1 : $0
                            })
                }
            }
        }
    }
    return (Tensor(shape: shape, scalars: indices.map { x.scalars[$0] }), indices)
}
