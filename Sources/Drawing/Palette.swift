/// Colours that readers with any colour vision can tell apart.
package enum Palette {
    /// The CSS class that strokes and fills a series: 0 is ours, 1 is simCLR; the stylesheet holds Okabe and Ito's
    /// colours under these names, for light and dark pages.
    package static func series(_ index: Int) -> String { "s\(index % seriesCount)" }

    /// The CSS class of a digit 0…9, Tol's "muted" scheme in the stylesheet. Any other label gets the class of a rest.
    package static func digit(_ label: Int) -> String { (0...9).contains(label) ? "d\(label)" : "dx" }

    /// Number of series colours in the stylesheet.
    package static let seriesCount = 6

    /// matplotlib's viridis as (red, green, blue), linear between 33 of its 256 entries: at most 2/255 away from it.
    /// `value` is held to [0, 1]; NaN counts as 0.
    package static func viridis(_ value: Double) -> (red: UInt8, green: UInt8, blue: UInt8) {
        let held = value.isNaN ? 0 : min(max(value, 0), 1)
        let position = held * Double(viridisAnchors.count - 1)
        let lower = min(Int(position), viridisAnchors.count - 2)
        let fraction = position - Double(lower)
        func channel(_ shift: UInt32) -> UInt8 {
            let start = Double((viridisAnchors[lower] >> shift) & 0xFF)
            let end = Double((viridisAnchors[lower + 1] >> shift) & 0xFF)
            return UInt8((start + (end - start) * fraction).rounded())
        }
        return (channel(16), channel(8), channel(0))
    }

    /// `viridis` as "#rrggbb".
    package static func viridisHex(_ value: Double) -> String {
        let color = viridis(value)
        return "#"
            + [color.red, color.green, color.blue].map { channel in
                let digits = String(channel, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
    }

    /// Every eighth entry of matplotlib 3.11's `colormaps["viridis"]`.
    private static let viridisAnchors: [UInt32] = [
        0x440154, 0x470D60, 0x48186A, 0x482374, 0x472D7B, 0x453781, 0x424086, 0x3E4989, 0x3B528B, 0x375B8D, 0x33638D,
        0x2F6B8E, 0x2C728E, 0x297A8E, 0x26828E, 0x23898E, 0x21918C, 0x1F978B, 0x1F9F88, 0x21A685, 0x27AD81, 0x31B57B,
        0x3DBC74, 0x4CC26C, 0x5CC863, 0x6ECE58, 0x81D34D, 0x95D840, 0xAADC32, 0xC0DF25, 0xD5E21A, 0xEAE51A, 0xFDE725,
    ]
}
