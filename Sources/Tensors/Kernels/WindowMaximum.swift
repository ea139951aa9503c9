/// The greatest of a window's pixels, lane by lane, and which pixel it was.
struct WindowMaximum<Vector: SIMD> where Vector.Scalar: TensorScalar {
    typealias Scalar = Vector.Scalar

    private var greatest = Vector(repeating: -.infinity)
    private var winner = Vector.zero
    /// NaN in the lanes that have met one. In the greatest it would cost a second comparison, for which the next pixel waits.
    private var undefined = Vector.zero
    private let notesWinner: Bool

    /// Of no pixel yet.
    @inline(__always)
    init(notingWinner: Bool) { notesWinner = notingWinner }

    /// Looks at the pixel with the given number. A NaN reaches the output, so that a diverging run is seen.
    @inline(__always)
    mutating func consider(_ pixel: Vector, number: Scalar) {
        if notesWinner { winner = winner.replacing(with: number, where: pixel, exceeds: greatest) }
        greatest = greatest.replacingLesser(by: pixel)
        undefined = undefined.replacing(byUndefined: pixel)
    }

    /// Replaces the greatest by a function of it that does not fall, so that the winner stays.
    @inline(__always)
    mutating func map(_ function: (Vector) -> Vector) { greatest = function(greatest) }

    /// max(greatest, 0).
    @inline(__always)
    var rectified: Vector { greatest.rectified(undefined: undefined) }

    /// The winners; `nobody` where what is ``rectified`` is not positive.
    @inline(__always)
    func winners(of rectified: Vector, nobody: Int) -> Vector {
        winner.where(positive: rectified, else: Scalar(nobody))
    }

    /// Writes max(greatest, 0), and the winners if they were noted; `nobody` where nothing is positive.
    @inline(__always)
    func write(to output: UnsafeMutablePointer<Scalar>, _ winners: UnsafeMutablePointer<UInt16>?, nobody: Int) {
        let rectified = rectified
        rectified.store(output)
        if let winners { self.winners(of: rectified, nobody: nobody).storeNarrowed(winners) }
    }
}

/// Where a thread writes pooled rows, [window, channel], and their winners: in place if the channels fill whole panels,
/// else into rows of its own that do, which are then copied.
final class PooledRows<Scalar: TensorScalar> {
    /// Scalars from one row to the next where they are written.
    let stride: Int
    private let output: UnsafeMutablePointer<Scalar>
    private let winners: UnsafeMutablePointer<UInt16>?
    private let channels: Int
    private let ownOutput: Scratch<Scalar>
    private let ownWinners: Scratch<UInt16>

    /// - Parameters:
    ///   - output: all rows.
    ///   - winners: all winners, if they are wanted.
    ///   - channels: of a row.
    ///   - width: channels of a panel.
    ///   - rows: the most that are written before they are copied.
    init(
        _ output: UnsafeMutablePointer<Scalar>, _ winners: UnsafeMutablePointer<UInt16>?, channels: Int, width: Int,
        rows: Int
    ) {
        (self.output, self.winners, self.channels) = (output, winners, channels)
        stride = roundUp(channels, width)
        ownOutput = Scratch(stride == channels ? 0 : rows * stride)
        ownWinners = Scratch(stride == channels || winners == nil ? 0 : rows * stride)
    }

    /// Where a row's output and winners are written, as one of up to so many rows as there is room for.
    @inline(__always)
    func target(_ slot: Int, row: Int) -> (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<UInt16>?) {
        if stride == channels { return (output + row * channels, winners.map { $0 + row * channels }) }
        return (ownOutput.pointer + slot * stride, winners.map { _ in ownWinners.pointer + slot * stride })
    }

    /// Copies a row that has been written, if it was not in place.
    @inline(__always)
    func finish(_ slot: Int, row: Int) {
        if stride == channels { return }
        (output + row * channels).update(from: ownOutput.pointer + slot * stride, count: channels)
        winners.map { ($0 + row * channels).update(from: ownWinners.pointer + slot * stride, count: channels) }
    }

    /// Lets `body` write consecutive rows.
    @inline(__always)
    func write(
        _ rows: Range<Int>, _ body: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<UInt16>?) -> Void
    ) {
        let (output, winners) = target(0, row: rows.lowerBound)
        body(output, winners)
        for (slot, row) in rows.enumerated() { finish(slot, row: row) }
    }
}
