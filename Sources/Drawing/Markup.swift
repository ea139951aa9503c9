import Diagnostics

/// A piece of HTML or SVG that is also well-formed XML.
///
/// Text and attribute values are escaped when the tree is rendered, and nowhere else, so that no caller can forget it.
public indirect enum Markup: Equatable, Sendable {
    /// A name with its value.
    public struct Attribute: Equatable, Sendable {
        let name: String
        let value: String
    }

    /// An element with its attributes, in order, and its children.
    case element(String, [Attribute], [Markup])
    /// Text, not yet escaped.
    case text(String)
    /// Several pieces in a row.
    case fragment([Markup])

    /// Nothing.
    public static let none = Markup.fragment([])

    /// Creates an element. Precondition: names are plain ASCII names from our code, never from data.
    package static func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
    ) -> Markup {
        .element(name, attributes.map { Attribute(name: $0.key, value: $0.value) }, children)
    }

    /// Creates an element that holds text alone.
    package static func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String)
        -> Markup
    {
        element(name, attributes, [.text(text)])
    }

    /// Creates a style element.
    ///
    /// HTML reads its content as it stands, XML reads entities in it, and so no character may need one. Precondition:
    /// none of the five special characters in `sheet`.
    package static func style(_ sheet: String) -> Markup {
        var escaped = ""
        appendEscaped(sheet, to: &escaped)
        require(escaped == sheet, "a style sheet for HTML and XML alike must do without < > & and quotes")
        return element("style", text: sheet)
    }

    /// The markup as a string, escaped, without any declaration.
    public func rendered() -> String {
        var output = ""
        render(into: &output)
        return output
    }

    private func render(into output: inout String) {
        switch self {
        case .text(let text):
            Markup.appendEscaped(text, to: &output)
        case .fragment(let children):
            for child in children { child.render(into: &output) }
        case .element(let name, let attributes, let children):
            output += "<\(name)"
            for attribute in attributes {
                output += " \(attribute.name)=\""
                Markup.appendEscaped(attribute.value, to: &output)
                output += "\""
            }
            if children.isEmpty && Markup.selfClosing.contains(name) {
                output += "/>"
            } else {
                output += ">"
                for child in children { child.render(into: &output) }
                output += "</\(name)>"
            }
            if Markup.blocks.contains(name) { output += "\n" }
        }
    }

    /// Appends `text` with the five special characters as entities; a character that XML forbids becomes U+FFFD.
    private static func appendEscaped(_ text: String, to output: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            case "\t", "\n", "\r", "\u{20}"..."\u{7E}", "\u{A0}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}",
                "\u{10000}"..."\u{10FFFF}":
                output.unicodeScalars.append(scalar)
            default: output += "\u{FFFD}"
            }
        }
    }

    /// Elements without content that HTML allows to close themselves: its void elements, and SVG's shapes. An empty
    /// `<td/>` would be read as an opening tag.
    private static let selfClosing: Set<String> = [
        "meta", "br", "hr", "col", "rect", "circle", "line", "path", "image", "stop", "use",
    ]

    /// Elements after which a line break changes nothing on the page.
    private static let blocks: Set<String> = [
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "nav", "div", "figure",
        "figcaption", "table", "caption", "thead", "tbody", "tr", "ul", "li", "p", "h1", "h2", "h3", "svg", "g", "rect",
        "path", "image", "dl", "dt", "dd", "pre", "defs", "linearGradient",
    ]
}
