import Foundation
import TestSupport
import Tensors
import Testing

@testable import Drawing

@Suite("Graphics") struct GraphicsTests {
    /// Ranges of every size and place, with edge values drawn more often than chance would.
    private func ranges(positive: Bool) -> [ClosedRange<Double>] {
        var generator = PhiloxGenerator(seed: 7)
        let edges: [Double] = [
            0, 1, -1, .leastNonzeroMagnitude, 1e-300, 1e-9, 0.1, 0.3, 1e9, 1e300, 1.7e308, -1.7e308, 1 + 1e-15,
        ]
        func draw() -> Double {
            if generator.uniformInteger(below: 4) == 0 { return edges[generator.uniformInteger(below: edges.count)] }
            let magnitude = pow(10, 24 * generator.unitInterval() - 12)
            return (2 * generator.unitInterval() - 1) * magnitude
        }
        return (0..<800).compactMap { _ in
            let (one, other) = (draw(), draw())
            if positive && (one <= 0 || other <= 0) { return nil }
            return min(one, other)...max(one, other)
        }
    }

    @Test("ticks cover the range, ascend and stay few", arguments: [Ticks.Scale.linear, .logarithmic])
    func ticksCover(_ scale: Ticks.Scale) throws {
        let ranges = ranges(positive: scale == .logarithmic)
        #expect(ranges.count > 100)
        for range in ranges {
            for count in [2, 6, 11] {
                let ticks = Ticks(covering: range, scale: scale, count: count)
                let values = ticks.values
                let first = try #require(values.first)
                let last = try #require(values.last)
                let covers = first <= range.lowerBound && last >= range.upperBound
                let ascends = zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
                let isFinite = values.allSatisfy { $0.isFinite }
                let isFew = (2...3 * count).contains(values.count) && ticks.labels.count == values.count
                #expect(covers && ascends && isFinite && isFew, "\(range), \(count): \(ticks)")
            }
        }
    }

    @Test("linear ticks are multiples of 1, 2 or 5 times a power of ten, with labels that tell them apart")
    func ticksAreRound() {
        #expect(Ticks(covering: 0...0.5).labels == ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"])
        #expect(Ticks(covering: -0.31...0.52).labels == ["−0.4", "−0.2", "0.0", "0.2", "0.4", "0.6"])
        #expect(Ticks(covering: 3...1_487).labels == ["0", "500", "1000", "1500"])
        #expect(Ticks(covering: 2e-9...9e-9).labels.first == "2×10⁻⁹")
        #expect(Ticks(covering: 0.002...50, scale: .logarithmic).labels == ["0.001", "0.01", "0.1", "1", "10", "100"])
        #expect(Ticks(covering: 1e-6...1e4, scale: .logarithmic).labels.first == "10⁻⁶")
        for width in stride(from: -3.0, to: 6, by: 0.37) {
            let labels = Ticks(covering: 0...pow(10, width)).labels
            #expect(Set(labels).count == labels.count, "\(labels)")
        }
    }

    // Entries 0, 50, 100, 128, 200 and 255 of matplotlib 3.11.2, by
    // `python3 -c "import matplotlib; print([matplotlib.colors.to_hex(matplotlib.colormaps['viridis'].colors[i]) for i in (0, 50, 100, 128, 200, 255)])"`
    @Test("viridis is matplotlib's")
    func viridis() {
        let golden: [(Int, UInt32)] = [
            (0, 0x440154), (50, 0x414287), (100, 0x2A768E), (128, 0x21918C), (200, 0x70CF57), (255, 0xFDE725),
        ]
        for (entry, color) in golden {
            let ours = Palette.viridis(Double(entry) / 255)
            let channels = [(ours.red, 16), (ours.green, 8), (ours.blue, 0)] as [(UInt8, UInt32)]
            for (channel, shift) in channels {
                // Linear interpolation between every eighth entry is off by 1.6 at most, and rounding by a half.
                #expect(abs(Int(channel) - Int(color >> shift & 0xFF)) <= 2, "entry \(entry)")
            }
        }
        #expect(Palette.viridisHex(.nan) == "#440154" && Palette.viridisHex(7) == "#fde725")
    }

    @Test(
        "a chart is well-formed and has finite coordinates, whatever its numbers",
        arguments: [
            [], [Chart.Point(.nan, 1)], [Chart.Point(2, 3)], [Chart.Point(0, 0), Chart.Point(1, .infinity)],
            [Chart.Point(-1, -5), Chart.Point(0, .nan), Chart.Point(1, 1e308), Chart.Point(2, -1e308)],
            [Chart.Point(1, .leastNonzeroMagnitude), Chart.Point(2, 1e300)],
        ])
    func chartIsRobust(_ points: [Chart.Point]) throws {
        for scale in [Ticks.Scale.linear, .logarithmic] {
            for range in [nil, 1.0...2.0] {
                let chart = Chart(
                    title: hostileText, description: hostileText,
                    horizontal: Chart.Axis(hostileText, scale: scale, range: range),
                    vertical: Chart.Axis(hostileText, scale: scale, range: range),
                    lines: [Chart.Line(hostileText, points, color: 9, hasMarkers: true)],
                    rules: [Chart.Rule(.nan, "never"), Chart.Rule(1.5, hostileText)])
                try expectSoundFigure(chart.svg().rendered())
            }
        }
    }

    @Test("a value that is not finite interrupts a curve and does not bend it")
    func gaps() throws {
        let points = [(0.0, 1.0), (1, 2), (2, .nan), (3, 1), (4, 2)].map { Chart.Point($0.0, $0.1) }
        let chart = Chart(
            title: "gap", description: "", horizontal: Chart.Axis("x"), vertical: Chart.Axis("y"),
            lines: [Chart.Line("", points, color: 0)])
        let outline = try #require(XMLOutline.parse(chart.svg().rendered()))
        let path = try #require(outline.elements.first { $0.name == "path" }?.attributes["d"])
        #expect(path.count { $0 == "M" } == 2)
    }
}
