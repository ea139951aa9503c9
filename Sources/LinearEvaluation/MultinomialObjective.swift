import Diagnostics
import Tensors

/// F(W, b), the regularised cross-entropy of multinomial logistic regression, and its gradient.
///
/// Parameters lie as [column, class], the intercepts as one more column at the end. Rows are summed in a fixed number
/// of blocks and the blocks in their order, so the result has the same bits for any number of threads.
final class MultinomialObjective<Features: LinearFeatures> {
    private let features: Features
    private let labels: [UInt8]
    private let classCount: Int
    private let blockCount = 8
    private let rowsPerGroup = 32
    private let weights: UnsafeMutablePointer<ClassLanes>
    /// [block, column].
    private let gradients: UnsafeMutablePointer<ClassLanes>

    /// Number of parameters of one class: the columns and the intercept.
    private var parameterRows: Int { features.columnCount + 1 }
    /// Number of parameters.
    var parameterCount: Int { parameterRows * classCount }

    /// The objective of some labelled rows.
    ///
    /// - Precondition: one label a row, each below `classCount`, which is at most 16.
    init(_ features: Features, labels: [UInt8], classCount: Int) {
        require(labels.count == features.rowCount, "\(labels.count) labels for \(features.rowCount) rows")
        require((2...ClassLanes.scalarCount).contains(classCount), "\(classCount) classes, expected 2...16")
        require(labels.allSatisfy { $0 < classCount }, "label \(labels.max() ?? 0) of \(classCount) classes")
        self.features = features
        self.labels = labels
        self.classCount = classCount
        weights = .allocate(capacity: features.columnCount + 1)
        weights.initialize(repeating: .zero, count: features.columnCount + 1)
        gradients = .allocate(capacity: blockCount * (features.columnCount + 1))
        gradients.initialize(repeating: .zero, count: blockCount * (features.columnCount + 1))
    }

    deinit {
        weights.deallocate()
        gradients.deallocate()
    }

    /// F and its gradient at a point.
    func evaluate(_ point: [Double], gradient: inout [Double]) -> Double {
        spread(point)
        let rowsPerBlock = (features.rowCount + blockCount - 1) / blockCount
        let losses = [Double](unsafeUninitializedCapacity: blockCount) { losses, initialized in
            initialized = blockCount
            let losses = losses
            Parallel.forEach(blockCount) { block in
                let first = min(block * rowsPerBlock, features.rowCount)
                let last = min(first + rowsPerBlock, features.rowCount)
                losses[block] = accumulate(first..<last, gradient: gradients + block * parameterRows)
            }
        }
        collect(point, into: &gradient)
        let squares = point.withUnsafeBufferPointer { point in
            point.baseAddress.map { dot($0, $0, count: point.count - classCount) } ?? 0
        }
        return losses.reduce(0, +) + 0.5 * squares
    }

    /// Copies the parameters into lanes. Unused lanes have an intercept of −∞, so their probability is exactly 0.
    private func spread(_ point: [Double]) {
        for row in 0..<parameterRows {
            var lanes = row < features.columnCount ? ClassLanes.zero : ClassLanes(repeating: -.infinity)
            for index in 0..<classCount { lanes[index] = point[row * classCount + index] }
            weights[row] = lanes
        }
    }

    /// Sums the blocks' gradients and adds the penalty's.
    private func collect(_ point: [Double], into gradient: inout [Double]) {
        gradient.withUnsafeMutableBufferPointer { gradient in
            let gradient = gradient
            Parallel.forRanges(parameterRows, grain: 512) { rows in
                for row in rows {
                    var sum = gradients[row]
                    for block in 1..<blockCount { sum += gradients[block * parameterRows + row] }
                    if row < features.columnCount { sum += weights[row] }
                    for index in 0..<classCount { gradient[row * classCount + index] = sum[index] }
                }
            }
        }
    }

    /// The cross-entropy of some rows; their gradient replaces what `gradient` [column] held.
    private func accumulate(_ rows: Range<Int>, gradient: UnsafeMutablePointer<ClassLanes>) -> Double {
        gradient.update(repeating: .zero, count: parameterRows)
        return withUnsafeTemporaryAllocation(of: ClassLanes.self, capacity: rowsPerGroup) { scores in
            guard let scores = scores.baseAddress else { return 0 }
            var loss = 0.0
            var interceptGradient = ClassLanes.zero
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsPerGroup) {
                let group = start..<min(start + rowsPerGroup, rows.upperBound)
                scores.update(repeating: weights[features.columnCount], count: group.count)
                features.addScores(of: group, weights: weights, to: scores)
                for index in 0..<group.count {
                    loss += replaceByResidual(scores + index, label: Int(labels[start + index]))
                    interceptGradient += scores[index]
                }
                features.addGradient(of: group, residuals: scores, to: gradient)
            }
            gradient[features.columnCount] = interceptGradient
            return loss
        }
    }

    /// −log softmax(scores)[label]; the scores become softmax(scores) − onehot(label).
    ///
    /// The lanes are visited in memory, where the compiler turns the loops into vector instructions.
    @inline(__always)
    private func replaceByResidual(_ scores: UnsafeMutablePointer<ClassLanes>, label: Int) -> Double {
        let lanes = UnsafeMutableRawPointer(scores).assumingMemoryBound(to: Double.self)
        var maximum = lanes[0]
        for lane in 1..<ClassLanes.scalarCount where lanes[lane] > maximum { maximum = lanes[lane] }
        let labelScore = lanes[label]
        for lane in 0..<ClassLanes.scalarCount { lanes[lane] = Double.exponential(lanes[lane] - maximum) }
        let sum = scores.pointee.sum()
        scores.pointee *= 1 / sum
        lanes[label] -= 1
        return Double.log(sum) + maximum - labelScore
    }
}
