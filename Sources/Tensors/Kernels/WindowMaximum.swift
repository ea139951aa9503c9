/// The greatest of a window's pixels, lane by lane, and which pixel it was.
struct WindowMaximum<Vector: SIMD> where Vector.Scalar: TensorScalar {
    typealias Scalar = Vector.Scalar

    private var greatest = Vector(repeating: -.infinity)
    private var winner = Vector.zero
    private let notesWinner: Bool

    /// Of no pixel yet.
    @inline(__always)
    init(notingWinner: Bool) { notesWinner = notingWinner }

    /// Looks at the pixel with the given number. A NaN wins, so that a diverging run is seen.
    @inline(__always)
    mutating func consider(_ pixel: Vector, number: Scalar) {
        if notesWinner { winner = winner.replacing(with: number, where: pixel, beats: greatest) }
        greatest = greatest.maximum(pixel)
    }

    /// Replaces the greatest by a function of it that does not fall, so that the winner stays.
    @inline(__always)
    mutating func map(_ function: (Vector) -> Vector) { greatest = function(greatest) }

    /// Writes the first `limit` lanes, all that there are at most, and the winners if they were noted.
    @inline(__always)
    func write(to output: UnsafeMutablePointer<Scalar>, _ winners: UnsafeMutablePointer<Scalar>?, limit: Int) {
        if limit >= Vector.scalarCount {
            greatest.store(output)
            if let winners { winner.store(winners) }
        } else if limit > 0 {
            greatest.store(output, limit: limit)
            if let winners { winner.store(winners, limit: limit) }
        }
    }
}
