import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Text in which everything that needs escaping, or may not stand in XML at all, occurs.
public let hostileText = "\"><script>alert('x')</script>&amp;\u{0}\u{1B}[31m\u{FFFE}–ÿ∂𝔛"

/// Elements and attributes of a text that is well-formed XML.
public final class XMLOutline: NSObject, XMLParserDelegate {
    /// What was read.
    public private(set) var elements: [(name: String, attributes: [String: String])] = []
    /// What was read.
    public private(set) var text = ""

    /// `nil` where the text is not well-formed.
    public static func parse(_ text: String) -> XMLOutline? {
        let outline = XMLOutline()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = outline
        return parser.parse() ? outline : nil
    }

    /// How many elements have this name.
    public func count(_ name: String) -> Int { elements.count { $0.name == name } }

    /// See `XMLParserDelegate`.
    public func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append((name, attributes))
    }

    /// See `XMLParserDelegate`.
    public func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

/// Well-formed, described to those who cannot see it, and without a coordinate that is no number.
public func expectSoundFigure(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let outline = try #require(XMLOutline.parse(text), sourceLocation: sourceLocation)
    let figure = try #require(outline.elements.first, sourceLocation: sourceLocation)
    #expect(figure.name == "svg" && figure.attributes["role"] == "img", sourceLocation: sourceLocation)
    #expect(figure.attributes["aria-label"]?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(outline.elements[1].name == "title", sourceLocation: sourceLocation)
    #expect(outline.count("script") == 0, sourceLocation: sourceLocation)
    let geometry = ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "d", "viewBox"]
    for element in outline.elements {
        for (name, value) in element.attributes where geometry.contains(name) {
            // The background of a file covers the picture, whatever its size.
            let isBackground = element.name == "rect" && ["width", "height"].contains(name) && value == "100%"
            let isNumeric = isBackground || value.allSatisfy { "0123456789.- MLh".contains($0) } && !value.isEmpty
            #expect(isNumeric, "\(element.name) \(name)=\(value)", sourceLocation: sourceLocation)
        }
    }
}
