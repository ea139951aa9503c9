/// The few SVG elements that the figures are made of.
package enum SVG {
    /// A figure: scales to the width that it is given, and tells a screen reader what it shows.
    package static func document(
        width: Double, height: Double, title: String, description: String, _ children: [Markup]
    ) -> Markup {
        .element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "plot", "role": "img",
                "aria-label": description.isEmpty ? title : "\(title). \(description)",
                "viewBox": "0 0 \(Format.coordinate(width)) \(Format.coordinate(height))",
                "width": Format.coordinate(width), "height": Format.coordinate(height),
            ], [.element("title", text: title)] + children)
    }

    /// A text at a point; `anchor` is SVG's `text-anchor`.
    package static func text(
        _ text: String, x: Double, y: Double, class name: String = "tick", anchor: String = "start"
    ) -> Markup {
        .element(
            "text",
            ["class": name, "x": Format.coordinate(x), "y": Format.coordinate(y), "text-anchor": anchor], text: text)
    }

    /// A straight line.
    package static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) -> Markup {
        .element(
            "line",
            [
                "class": name, "x1": Format.coordinate(x1), "y1": Format.coordinate(y1), "x2": Format.coordinate(x2),
                "y2": Format.coordinate(y2),
            ])
    }

    /// Several polylines as one path.
    package static func path(_ segments: [[(x: Double, y: Double)]], class name: String) -> Markup {
        let commands = segments.map { segment in
            guard let first = segment.first else { return "" }
            let start = "M\(Format.coordinate(first.x)) \(Format.coordinate(first.y))"
            if segment.count == 1 { return start + "h0" }
            let rest = segment.dropFirst().map { "\(Format.coordinate($0.x)) \(Format.coordinate($0.y))" }
            return start + "L" + rest.joined(separator: " ")
        }
        return .element("path", ["class": name, "d": commands.joined()])
    }

    /// Dots as one path: their size is the width of its round-capped stroke.
    package static func dots(_ points: [(x: Double, y: Double)], class name: String) -> Markup {
        path(points.map { [$0] }, class: "dots \(name)")
    }

    /// A rectangle, with a tooltip where `title` is not empty.
    package static func rect(
        x: Double, y: Double, width: Double, height: Double, class name: String, fill: String? = nil,
        title: String = ""
    ) -> Markup {
        var attributes = [
            ("class", name), ("x", Format.coordinate(x)), ("y", Format.coordinate(y)),
            ("width", Format.coordinate(width)), ("height", Format.coordinate(height)),
        ]
        if let fill { attributes.append(("fill", fill)) }
        return .element(
            "rect", attributes.map { Markup.Attribute(name: $0.0, value: $0.1) },
            title.isEmpty ? [] : [.element("title", text: title)])
    }

    /// A PNG, with its pixels kept square.
    package static func image(uri: String, x: Double, y: Double, width: Double, height: Double) -> Markup {
        .element(
            "image",
            [
                "class": "pixels", "x": Format.coordinate(x), "y": Format.coordinate(y),
                "width": Format.coordinate(width), "height": Format.coordinate(height),
                "preserveAspectRatio": "none", "href": uri,
            ])
    }

    /// Pictures of one size side by side, as an SVG file that needs no other, on a background of its own.
    ///
    /// - Parameters:
    ///   - pictures: SVG elements, each `width` × `height`.
    ///   - columns: how many stand in a row.
    package static func file(
        _ pictures: [Markup], columns: Int, width: Double, height: Double, title: String, description: String
    ) -> String {
        let gap = 12.0
        let rows = (pictures.count + columns - 1) / columns
        let (right, bottom) = (gap + Double(columns) * (width + gap), gap + Double(rows) * (height + gap))
        let placed = pictures.enumerated().map { index, picture -> Markup in
            guard case .element(let name, let attributes, let children) = picture else { return picture }
            let place = [
                Markup.Attribute(name: "x", value: Format.coordinate(gap + Double(index % columns) * (width + gap))),
                Markup.Attribute(name: "y", value: Format.coordinate(gap + Double(index / columns) * (height + gap))),
            ]
            return .element(name, attributes + place, children)
        }
        let background = Markup.element(
            "rect", ["width": "100%", "height": "100%", "style": "fill: var(--page)"])
        let sheet = document(
            width: right, height: bottom, title: title, description: description,
            [.style(FigureStyle.colors + FigureStyle.figures), background] + placed)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + sheet.rendered() + "\n"
    }

    /// A picture as an SVG file that needs no other, on a background of its own.
    ///
    /// - Parameter picture: an element made by ``document(width:height:title:description:_:)``.
    package static func file(_ picture: Markup) -> String {
        guard case .element(let name, let attributes, let children) = picture else { return "" }
        let background = Markup.element(
            "rect", ["width": "100%", "height": "100%", "style": "fill: var(--page)"])
        let sheet = Markup.element(
            name, attributes,
            children.prefix(1) + [.style(FigureStyle.colors + FigureStyle.figures), background] + children.dropFirst())
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + sheet.rendered() + "\n"
    }
}
