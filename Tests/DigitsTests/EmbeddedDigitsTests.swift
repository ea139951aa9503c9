import Foundation
import TestSupport
import Testing

@testable import Digits

@Suite("Embedded digits")
struct DataEmbeddedDigitsTests {
    let digits: LabelledDigits

    init() throws {
        digits = try EmbeddedDigits.load(reason: "in a test")
    }

    @Test("the fixed split, and a provenance that claims no reproduction")
    func split() {
        #expect(digits.train.count == 1347 && digits.test.count == 450)
        #expect(digits.source == .embeddedDigits && digits.sha256 == nil)
        #expect(digits.provenance.contains("not MNIST"))
        #expect(!digits.description(variant: .derived).comparableWithPaper)
        // From `numpy.bincount(load_digits().target[:1347])`, and `[1347:]`; scikit-learn 1.9.1.
        #expect(counts(digits.train) == [135, 136, 134, 136, 133, 137, 134, 134, 133, 135])
        #expect(counts(digits.test) == [43, 46, 43, 47, 48, 45, 47, 45, 41, 45])
    }

    /// Four images enlarged by Pillow in floating point (Fixtures/digits/make_digits.py): equal but for the rounding of
    /// values half-way, which is at most one step, and for a value that this carries over the threshold of 32.
    @Test("the enlargement is Pillow's bilinear one")
    func enlargement() throws {
        struct Example: Decodable {
            let index: Int
            let label: UInt8
            let pixels: [Int]
        }
        let examples = try JSONDecoder().decode([Example].self, from: fixture("digits/enlarged.json"))
        #expect(examples.map(\.index) == [0, 9, 1000, 1796])
        for example in examples {
            let split = example.index < EmbeddedDigits.trainingCount ? digits.train : digits.test
            let index = example.index - (example.index < EmbeddedDigits.trainingCount ? 0 : digits.train.count)
            #expect(split.labels[index] == example.label)
            for (found, expected) in zip(split[index], example.pixels) {
                #expect(abs(Int(found) - expected) <= 1 || max(Int(found), expected) == 32)
            }
        }
    }

    @Test("the margin of four pixels is blank; ink is 32...255")
    func margin() {
        for split in [digits.train, digits.test] {
            for index in 0..<split.count {
                let image = Array(split[index])
                for (place, value) in image.enumerated() {
                    let inside = (4..<24).contains(place / 28) && (4..<24).contains(place % 28)
                    if value != 0 && (!inside || value < 32) {
                        Issue.record("image \(index) has \(value) at pixel \(place)")
                    }
                }
            }
        }
    }

    @Test("extremes: blank stays blank, full ink is 255 throughout the glyph")
    func extremes() {
        #expect(EmbeddedDigits.enlarge([UInt8](repeating: 0, count: 64)[...]).allSatisfy { $0 == 0 })
        #expect(EmbeddedDigits.enlarge([UInt8](repeating: 16, count: 64)[...]).filter { $0 == 255 }.count == 400)
    }

    private func counts(_ digits: DigitImages) -> [Int] {
        (0..<10).map { digit in digits.labels.count { $0 == digit } }
    }
}
