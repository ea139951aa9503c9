import Drawing

/// One HTML page that needs no other file, no network and no script.
struct Page {
    /// A part of the page under a heading.
    struct Section {
        let title: String
        /// The anchor that links lead to.
        let id: String
        let content: [Markup]
    }

    let title: String
    let subtitle: String
    let sections: [Section]
    /// What the page depends on besides, in small print.
    let footer: String

    /// The page as text.
    func html() -> String {
        let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        let head: [Markup] = [
            .element("meta", ["charset": "utf-8"]),
            .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .element("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
            .element("title", text: title),
            .style(FigureStyle.colors + PageStyle.rules + FigureStyle.figures),
        ]
        let links = sections.map { section in
            Markup.element("li", [:], [.element("a", ["href": "#\(section.id)"], text: section.title)])
        }
        let body: [Markup] = [
            .element(
                "header", [:],
                [
                    .element("h1", text: title), .element("p", ["class": "subtitle"], text: subtitle),
                    .element("nav", ["aria-label": "sections"], [.element("ul", [:], links)]),
                ]),
            .element("main", [:], sections.map { HTML.section($0.title, id: $0.id, $0.content) }),
            .element("footer", [:], [HTML.paragraph(footer, class: "fine")]),
        ]
        let page = Markup.element("html", ["lang": "en"], [.element("head", [:], head), .element("body", [:], body)])
        return "<!DOCTYPE html>\n" + page.rendered()
    }
}
