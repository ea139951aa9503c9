import CTargetFeatures
import RealModule

/// A scalar that tensors are made of: `Float` or `Double`.
///
/// The three vector types hold as many scalars as fit in 16, 32 and 64 bytes. Kernels choose among them by
/// ``TargetFeatures/vectorBytes``, a constant of the build, so that the choice costs nothing at run time.
public protocol TensorScalar: Real, BinaryFloatingPoint, SIMDScalar, Codable, Sendable, CustomStringConvertible {
    /// 16 bytes of scalars: the register of NEON and SSE.
    associatedtype Vector16: SIMD<Self> where Vector16.MaskStorage: Sendable
    /// 32 bytes of scalars: the register of AVX2.
    associatedtype Vector32: SIMD<Self> where Vector32.MaskStorage: Sendable
    /// 64 bytes of scalars: the register of AVX-512; elementwise kernels use it everywhere, the compiler splits it.
    associatedtype Vector64: SIMD<Self> where Vector64.MaskStorage: Sendable

    /// eˣ within 2 units in the last place; 0 below the range of normal results, +∞ above the range.
    ///
    /// Free of branches and calls, so that a loop over it runs in vectors.
    static func exponential(_ x: Self) -> Self

    /// ln x within 1 unit in the last place, subnormal numbers included; −∞ at ±0, NaN below.
    ///
    /// Free of branches and calls, so that a loop over it runs in vectors.
    static func logarithm(_ x: Self) -> Self

    /// This whole number in 0..<65536 as an integer, unchecked, so that a loop over it runs in vectors.
    var narrowed: UInt16 { get }

    /// The lanes of two vectors in turn: first[0], second[0], first[1], second[1], ….
    static func interleaved(_ first: Vector32, _ second: Vector32) -> Vector64

    /// A scalar from the upper bits of a random word: uniform on [0, 1), all multiples of 2⁻²⁴ (`Float`) or 2⁻⁵³.
    static func unitInterval(_ word: UInt64) -> Self
}

/// What the compiler was told about the machine that it builds for.
public enum TargetFeatures {
    /// Whether `a + b·c` is one instruction. Without it every kernel is correct and about a hundred times slower.
    public static var hasFusedMultiplyAdd: Bool { target_has_fused_multiply_add != 0 }

    /// Bytes in the widest vector register: 64 (AVX-512), 32 (AVX2) or 16 (NEON, SSE).
    @_transparent
    public static var vectorBytes: Int { Int(target_vector_bytes) }
}

extension Float: TensorScalar {
    /// Four lanes.
    public typealias Vector16 = SIMD4<Float>
    /// Eight lanes.
    public typealias Vector32 = SIMD8<Float>
    /// Sixteen lanes.
    public typealias Vector64 = SIMD16<Float>

    /// eˣ by x = n·ln 2 + r, |r| ≤ ln 2 / 2, and the Taylor polynomial of degree 7 in r, whose relative truncation
    /// error (ln 2 / 2)⁸/8! ≈ 5·10⁻⁹ is a tenth of a unit in the last place.
    @inlinable
    @inline(__always)
    public static func exponential(_ x: Float) -> Float {
        let floored = x < -87.33654 ? -87.33654 : x
        let clamped = floored > 88.72283 ? 88.72283 : floored
        // Adding 1.5·2²³ rounds to an integer, which then stands in the lowest bits.
        let shifted = Float(12_582_912).addingProduct(clamped, 1.442_695_04)
        let n = shifted - 12_582_912
        // ln 2 in two parts: the first has so few bits that n times it is exact.
        let r = clamped.addingProduct(n, -0.693_359_375).addingProduct(n, 2.121_944_4e-4)
        var sum = Float(1.0 / 5040)
        sum = Float(1.0 / 720).addingProduct(sum, r)
        sum = Float(1.0 / 120).addingProduct(sum, r)
        sum = Float(1.0 / 24).addingProduct(sum, r)
        sum = Float(1.0 / 6).addingProduct(sum, r)
        sum = Float(0.5).addingProduct(sum, r)
        sum = Float(1).addingProduct(sum, r)
        sum = Float(1).addingProduct(sum, r)
        // 2ⁿ in two factors, because n = 128 is in range and 2¹²⁸ is not.
        let exponent = Int32(bitPattern: shifted.bitPattern) &- 0x4B40_0000
        let half = exponent &>> 1
        let first = Float(bitPattern: UInt32(bitPattern: (half &+ 127) &<< 23))
        let second = Float(bitPattern: UInt32(bitPattern: (exponent &- half &+ 127) &<< 23))
        let finite = sum * first * second
        let normal = x < -87.33654 ? 0 : finite
        return x > 88.72283 ? .infinity : normal
    }

    /// ln x by x = 2ᵏ·(1 + f), √½ ≤ 1 + f < √2, and with s = f/(2 + f) the odd series ln(1 + f) = 2 artanh s, whose
    /// terms beyond the first make the polynomial P: ln(1 + f) = 2s + s·P(s²) = f − f²/2 + s·(f²/2 + P(s²)).
    ///
    /// The method is that of FreeBSD's msun (`e_logf.c`, after Sun's fdlibm), and so are the coefficients:
    /// |P(s²) − (2 artanh s − 2s)/s| < 2⁻³⁴.
    @inlinable
    @inline(__always)
    public static func logarithm(_ x: Float) -> Float {
        let isSubnormal = x < .leastNormalMagnitude
        let normal = isSubnormal ? x * 0x1p25 : x
        // Moves the carry into the exponent from 2 to √2, so that what remains of the mantissa starts at √½.
        let carried = normal.bitPattern &+ (0x3F80_0000 - 0x3F35_04F3)
        // Below the bits of 2²³ the exponent is that number's mantissa: 2²³ + k + 127 without a conversion.
        let offset: Float = isSubnormal ? 0x1p23 + 127 + 25 : 0x1p23 + 127
        let k = Float(bitPattern: 0x4B00_0000 | (carried &>> 23)) - offset
        let f = Float(bitPattern: (carried & 0x007F_FFFF) &+ 0x3F35_04F3) - 1
        let s = f / (2 + f)
        let square = s * s
        var sum: Float = 0x1.f13c4cp-3
        sum = Float(0x1.23d3dcp-2).addingProduct(sum, square)
        sum = Float(0x1.999c26p-2).addingProduct(sum, square)
        sum = Float(0x1.555554p-1).addingProduct(sum, square)
        let half = 0.5 * f * f
        // ln 2 in two parts, the small one added to what is small.
        let correction = (s * half.addingProduct(sum, square)).addingProduct(k, 9.058_000_614_5e-6)
        let finite = (f - (half - correction)).addingProduct(k, 0.693_138_122_56)
        let positive = x > 0 ? finite : (x == 0 ? -.infinity : .nan)
        // +∞ and NaN are their own logarithms.
        return x < .infinity ? positive : x
    }

    /// Even and odd lanes of the result.
    @inlinable
    @inline(__always)
    public static func interleaved(_ first: SIMD8<Float>, _ second: SIMD8<Float>) -> SIMD16<Float> {
        var result = SIMD16<Float>()
        result.evenHalf = first
        result.oddHalf = second
        return result
    }

    /// The lowest bits of the sum with a number so large that it has no place for fractions.
    @inlinable
    @inline(__always)
    public var narrowed: UInt16 { UInt16(truncatingIfNeeded: (self + 0x1p23).bitPattern) }

    /// The upper 24 bits.
    @inlinable
    public static func unitInterval(_ word: UInt64) -> Float { Float(word >> 40) * 0x1p-24 }
}

extension Double: TensorScalar {
    /// Two lanes.
    public typealias Vector16 = SIMD2<Double>
    /// Four lanes.
    public typealias Vector32 = SIMD4<Double>
    /// Eight lanes.
    public typealias Vector64 = SIMD8<Double>

    /// eˣ as for `Float`, with the Taylor polynomial of degree 13: (ln 2 / 2)¹⁴/14! ≈ 4·10⁻¹⁸.
    @inlinable
    @inline(__always)
    public static func exponential(_ x: Double) -> Double {
        let floored = x < -708.396_418_532_264_1 ? -708.396_418_532_264_1 : x
        let clamped = floored > 709.782_712_893_384 ? 709.782_712_893_384 : floored
        let shifted = Double(0x1.8p52).addingProduct(clamped, 1.442_695_040_888_963_4)
        let n = shifted - 0x1.8p52
        let r = clamped.addingProduct(n, -0.693_145_751_953_125).addingProduct(n, -1.428_606_820_309_417_2e-6)
        var sum = Double(1.0 / 6_227_020_800)
        sum = Double(1.0 / 479_001_600).addingProduct(sum, r)
        sum = Double(1.0 / 39_916_800).addingProduct(sum, r)
        sum = Double(1.0 / 3_628_800).addingProduct(sum, r)
        sum = Double(1.0 / 362_880).addingProduct(sum, r)
        sum = Double(1.0 / 40_320).addingProduct(sum, r)
        sum = Double(1.0 / 5040).addingProduct(sum, r)
        sum = Double(1.0 / 720).addingProduct(sum, r)
        sum = Double(1.0 / 120).addingProduct(sum, r)
        sum = Double(1.0 / 24).addingProduct(sum, r)
        sum = Double(1.0 / 6).addingProduct(sum, r)
        sum = Double(0.5).addingProduct(sum, r)
        sum = Double(1).addingProduct(sum, r)
        sum = Double(1).addingProduct(sum, r)
        let exponent = Int64(bitPattern: shifted.bitPattern) &- 0x4338_0000_0000_0000
        let half = exponent &>> 1
        let first = Double(bitPattern: UInt64(bitPattern: (half &+ 1023) &<< 52))
        let second = Double(bitPattern: UInt64(bitPattern: (exponent &- half &+ 1023) &<< 52))
        let finite = sum * first * second
        let normal = x < -708.396_418_532_264_1 ? 0 : finite
        return x > 709.782_712_893_384 ? .infinity : normal
    }

    /// ln x as for `Float`, with the coefficients of fdlibm's `e_log.c`: |P(s²) − (2 artanh s − 2s)/s| < 2⁻⁵⁸·⁴⁵.
    @inlinable
    @inline(__always)
    public static func logarithm(_ x: Double) -> Double {
        let isSubnormal = x < .leastNormalMagnitude
        let normal = isSubnormal ? x * 0x1p54 : x
        let carried = normal.bitPattern &+ (0x3FF0_0000_0000_0000 - 0x3FE6_A09E_0000_0000)
        let offset: Double = isSubnormal ? 0x1p52 + 1023 + 54 : 0x1p52 + 1023
        let k = Double(bitPattern: 0x4330_0000_0000_0000 | (carried &>> 52)) - offset
        let f = Double(bitPattern: (carried & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_0000_0000) - 1
        let s = f / (2 + f)
        let square = s * s
        var sum: Double = 1.479_819_860_511_658_591e-1
        sum = Double(1.531_383_769_920_937_332e-1).addingProduct(sum, square)
        sum = Double(1.818_357_216_161_805_012e-1).addingProduct(sum, square)
        sum = Double(2.222_219_843_214_978_396e-1).addingProduct(sum, square)
        sum = Double(2.857_142_874_366_239_149e-1).addingProduct(sum, square)
        sum = Double(3.999_999_999_940_941_908e-1).addingProduct(sum, square)
        sum = Double(6.666_666_666_666_735_130e-1).addingProduct(sum, square)
        let half = 0.5 * f * f
        let correction = (s * half.addingProduct(sum, square)).addingProduct(k, 1.908_214_929_270_587_700_02e-10)
        let finite = (f - (half - correction)).addingProduct(k, 6.931_471_803_691_238_164_90e-1)
        let positive = x > 0 ? finite : (x == 0 ? -.infinity : .nan)
        return x < .infinity ? positive : x
    }

    /// Even and odd lanes of the result.
    @inlinable
    @inline(__always)
    public static func interleaved(_ first: SIMD4<Double>, _ second: SIMD4<Double>) -> SIMD8<Double> {
        var result = SIMD8<Double>()
        result.evenHalf = first
        result.oddHalf = second
        return result
    }

    /// The lowest bits of the sum with a number so large that it has no place for fractions.
    @inlinable
    @inline(__always)
    public var narrowed: UInt16 { UInt16(truncatingIfNeeded: (self + 0x1p52).bitPattern) }

    /// The upper 53 bits.
    @inlinable
    public static func unitInterval(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }
}
