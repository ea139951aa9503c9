/// The largest of numbers that are not negative: 0 of none, NaN where one of them is, which `max` would pass over.
public func largest(_ numbers: some Sequence<Double>) -> Double {
    // Written so that a NaN is taken, and kept.
    numbers.reduce(0) { $0.isNaN || $1 <= $0 ? $0 : $1 }
}

/// The largest |found − expected|, element by element: infinite where one has more elements than the other, NaN where a
/// difference is.
public func largestDifference(
    _ found: some Collection<some BinaryFloatingPoint>, _ expected: some Collection<some BinaryFloatingPoint>
) -> Double {
    guard found.count == expected.count else { return .infinity }
    return largest(zip(found, expected).lazy.map { abs(Double($0) - Double($1)) })
}
