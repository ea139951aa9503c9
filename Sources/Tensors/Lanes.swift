// Choices lane by lane. The standard library's masks are slow in generic code, where they are not specialised to the
// machine's compare and blend; a loop over the lanes in memory compiles to exactly those instructions.

/// Whether a search for the greatest takes `candidate` in place of `best`: a greater one, or the first NaN, which is
/// then kept, so that a diverging run is seen.
@inline(__always)
func beats<Scalar: TensorScalar>(_ candidate: Scalar, _ best: Scalar) -> Bool {
    !(candidate <= best) && best == best
}

extension SIMD where Scalar: TensorScalar {
    /// The lanes as they lie in memory, at any address.
    @inlinable
    @inline(__always)
    package init(loading pointer: UnsafePointer<Scalar>) {
        self = UnsafeRawPointer(pointer).loadUnaligned(as: Self.self)
    }

    /// Writes whole numbers to memory.
    @inline(__always)
    func storeNarrowed(_ pointer: UnsafeMutablePointer<UInt16>) {
        withUnsafeBytes(of: self) { lanes in
            let lanes = lanes.assumingMemoryBound(to: Scalar.self).baseAddress!
            for lane in 0..<Self.scalarCount { pointer[lane] = lanes[lane].narrowed }
        }
    }

    /// Whole numbers from memory, the first `limit` of them, then zeros.
    @inline(__always)
    init(converting pointer: UnsafePointer<UInt16>, limit: Int) {
        self = .zero
        withUnsafeMutableBytes(of: &self) { lanes in
            let lanes = lanes.assumingMemoryBound(to: Scalar.self)
            if limit >= Self.scalarCount {
                for lane in 0..<Self.scalarCount { lanes[lane] = Scalar(pointer[lane]) }
            } else {
                for lane in 0..<limit { lanes[lane] = Scalar(pointer[lane]) }
            }
        }
    }

    /// The first `limit` lanes as they lie in memory, at any address, then zeros.
    @inline(__always)
    init(loading pointer: UnsafePointer<Scalar>, limit: Int) {
        if limit >= Self.scalarCount {
            self.init(loading: pointer)
        } else {
            self = withUnsafeTemporaryAllocation(of: Scalar.self, capacity: Self.scalarCount) { copy in
                copy.initialize(repeating: 0)
                guard let copy = copy.baseAddress else { return .zero }
                copy.update(from: pointer, count: limit)
                return Self(loading: copy)
            }
        }
    }

    /// Writes the lanes to memory, at any address.
    @inlinable
    @inline(__always)
    package func store(_ pointer: UnsafeMutablePointer<Scalar>) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
    }

    /// Writes the first `limit` lanes to memory, at any address.
    @inline(__always)
    func store(_ pointer: UnsafeMutablePointer<Scalar>, limit: Int) {
        if limit >= Self.scalarCount {
            store(pointer)
        } else {
            for lane in 0..<limit { pointer[lane] = self[lane] }
        }
    }

    /// max(x, 0) in each lane; NaN stays NaN.
    @inline(__always)
    var rectified: Self { lanewise { x, _, _ in x < 0 ? 0 : x } }

    /// max(x, 0) in each lane, and the NaNs of `other`.
    @inline(__always)
    func rectified(undefined other: Self) -> Self {
        lanewise(other) { x, other, _ in other == other ? (x < 0 ? 0 : x) : other }
    }

    /// eˣ in each lane; see `TensorScalar.exponential`.
    @inline(__always)
    var exponential: Self { lanewise { x, _, _ in Scalar.exponential(x) } }

    /// Each lane where that of `gate` is positive, else 0.
    @inline(__always)
    func keeping(wherePositive gate: Self) -> Self { lanewise(gate) { x, gate, _ in gate > 0 ? x : 0 } }

    /// Each lane where that of `code` is `value`, else 0.
    @inline(__always)
    func keeping(where code: Self, is value: Scalar) -> Self { lanewise(code) { x, code, _ in code == value ? x : 0 } }

    /// Each lane where that of `gate` is positive, else `other`.
    @inline(__always)
    func `where`(positive gate: Self, else other: Scalar) -> Self {
        lanewise(gate, Self(repeating: other)) { x, gate, other in gate > 0 ? x : other }
    }

    /// The greater in each lane; NaN if either is.
    @inline(__always)
    func maximum(_ other: Self) -> Self { lanewise(other) { x, y, _ in beats(y, x) ? y : x } }

    /// `other` in the lanes where it is greater; a NaN in either is passed over.
    @inline(__always)
    func replacingLesser(by other: Self) -> Self { lanewise(other) { x, y, _ in y > x ? y : x } }

    /// `chosen` where `candidate` is greater than `best`, as in ``replacingLesser(by:)``; elsewhere this.
    @inline(__always)
    func replacing(with chosen: Scalar, where candidate: Self, exceeds best: Self) -> Self {
        lanewise(candidate, best) { x, candidate, best in candidate > best ? chosen : x }
    }

    /// The NaNs of `other`; elsewhere this.
    @inline(__always)
    func replacing(byUndefined other: Self) -> Self { lanewise(other) { x, other, _ in other == other ? x : other } }

    /// Each lane where that of `weight` is not zero, else −∞.
    @inline(__always)
    func withoutMass(whereZero weight: Self) -> Self {
        lanewise(weight) { x, weight, _ in weight == 0 ? -.infinity : x }
    }

    /// This times `weight` in each lane; 0 where the weight is zero, even for ∞ · 0.
    @inline(__always)
    func weighted(by weight: Self) -> Self { lanewise(weight) { x, weight, _ in weight == 0 ? 0 : x * weight } }

    /// Adds value · weight in each lane of positive weight; a lane of weight zero is left alone, even for ∞ · 0.
    @inline(__always)
    mutating func addWeighted(_ value: Self, _ weight: Self) {
        self = lanewise(value, weight) { sum, value, weight in weight == 0 ? sum : sum.addingProduct(value, weight) }
    }

    @inline(__always)
    private func lanewise(
        _ second: Self = .zero, _ third: Self = .zero, _ function: (Scalar, Scalar, Scalar) -> Scalar
    ) -> Self {
        var result = Self.zero
        withUnsafeBytes(of: self) { x in
            withUnsafeBytes(of: second) { y in
                withUnsafeBytes(of: third) { z in
                    withUnsafeMutableBytes(of: &result) { out in
                        let x = x.assumingMemoryBound(to: Scalar.self).baseAddress!
                        let y = y.assumingMemoryBound(to: Scalar.self).baseAddress!
                        let z = z.assumingMemoryBound(to: Scalar.self).baseAddress!
                        let out = out.assumingMemoryBound(to: Scalar.self).baseAddress!
                        for lane in 0..<Self.scalarCount { out[lane] = function(x[lane], y[lane], z[lane]) }
                    }
                }
            }
        }
        return result
    }
}
