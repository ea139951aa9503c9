import Drawing

/// The few HTML structures that the report is made of.
enum HTML {
    /// A section under a heading, with an id for links.
    static func section(_ title: String, id: String, _ children: [Markup]) -> Markup {
        .element("section", ["id": id], [.element("h2", text: title)] + children)
    }

    /// A paragraph.
    static func paragraph(_ text: String, class name: String = "body") -> Markup {
        .element("p", ["class": name], text: text)
    }

    /// A figure with its caption; the label stands first, in bold.
    static func figure(_ content: Markup, label: String, caption: String) -> Markup {
        let heading: [Markup] = label.isEmpty ? [] : [.element("b", text: label), .text(" ")]
        return .element("figure", [:], [content, .element("figcaption", [:], heading + [.text(caption)])])
    }

    /// Charts side by side where there is room.
    static func charts(_ charts: [Markup]) -> Markup { .element("div", ["class": "charts"], charts) }

    /// Small pictures in as many columns as fit.
    static func images(_ images: [Markup]) -> Markup { .element("div", ["class": "images"], images) }

    /// A word in a frame; `kind` is paper, ours, pass or fail.
    static func mark(_ kind: String, text: String) -> Markup {
        .element("span", ["class": "mark mark-\(kind)"], text: text)
    }

    /// A table that scrolls sideways where the page is narrow. The first cell of each row is its heading; columns in
    /// `numbers` are set to the right. The label is its name for who does not see it: the caption if not given.
    static func table(
        label: String? = nil, caption: String, head: [String], numbers: ClosedRange<Int>?, _ rows: [[Markup]]
    ) -> Markup {
        let body = rows.map { cells in Markup.element("tr", [:], self.cells(cells, numbers: numbers)) }
        return table(label: label, caption: caption, head: head, numbers: numbers, groups: [body])
    }

    /// A table whose rows are already made, in groups: the heading of a group is that of its rows alone.
    static func table(
        label: String? = nil, caption: String, head: [String], numbers: ClosedRange<Int>?, groups: [[Markup]]
    ) -> Markup {
        let headings = head.enumerated().map { index, title in
            Markup.element(
                "th", ["scope": "col", "class": isNumber(index, numbers) ? "number" : "words"], text: title)
        }
        let table = Markup.element(
            "table", [:],
            [
                .element("caption", text: caption),
                .element("thead", [:], [.element("tr", [:], headings)]),
            ] + groups.map { .element("tbody", [:], $0) })
        return .element(
            "div", ["class": "scroll", "role": "region", "aria-label": label ?? caption, "tabindex": "0"], [table])
    }

    /// The cells of one row.
    static func cells(_ cells: [Markup], numbers: ClosedRange<Int>?) -> [Markup] {
        cells.enumerated().map { index, cell in
            index == 0
                ? .element("th", ["scope": "row"], [cell])
                : .element("td", ["class": isNumber(index, numbers) ? "number" : "words"], [cell])
        }
    }

    private static func isNumber(_ column: Int, _ numbers: ClosedRange<Int>?) -> Bool {
        numbers?.contains(column) ?? false
    }
}
