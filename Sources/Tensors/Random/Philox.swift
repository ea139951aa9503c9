import Diagnostics

/// Philox4x32-10, a counter-based generator: word n of stream s under a key is a pure function of (key, s, n).
///
/// Nothing needs to be saved or replayed to resume: the generator for step 1,000 is made from its number. Salmon,
/// Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011.
public struct PhiloxGenerator: RandomNumberGenerator, Sendable, Equatable {
    private let key: SIMD2<UInt32>
    private let stream: UInt64
    private var position: UInt64 = 0
    private var buffered: UInt64?

    /// Creates the generator of one stream of a seed.
    ///
    /// Generators with different (seed, stream) give independent words; `PhiloxGenerator(seed:purpose:step:)` derives
    /// the stream from what the numbers are for.
    public init(seed: UInt64, stream: UInt64 = 0) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        self.stream = stream
    }

    /// Creates the generator for one purpose at one step, so that no two uses share words and a resumed run draws what
    /// an uninterrupted one would.
    ///
    /// - Parameters:
    ///   - seed: the experiment's.
    ///   - purpose: what the numbers are for; its FNV-1a hash takes the upper half of the stream.
    ///   - step: below 2³².
    public init(seed: UInt64, purpose: String, step: Int = 0) {
        require(step >= 0 && step < 1 << 32, "step \(step) is outside 0..<2^32")
        let hash = purpose.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        self.init(seed: seed, stream: UInt64(hash) << 32 | UInt64(step))
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        if let word = buffered {
            buffered = nil
            return word
        }
        let counter = SIMD4(
            UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
            UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
        let block = Self.block(counter: counter, key: key)
        position &+= 1
        buffered = UInt64(block[2]) | UInt64(block[3]) << 32
        return UInt64(block[0]) | UInt64(block[1]) << 32
    }

    /// Ten rounds of the bijection: four random words from a counter of four words and a key of two.
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var c = counter
        var k = key
        for _ in 0..<10 {
            let first = UInt64(0xD251_1F53) &* UInt64(c[0])
            let second = UInt64(0xCD9E_8D57) &* UInt64(c[2])
            c = SIMD4(
                UInt32(second >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: second),
                UInt32(first >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: first))
            k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
        }
        return c
    }
}
