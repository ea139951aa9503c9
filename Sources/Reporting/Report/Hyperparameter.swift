/// One line of the configuration table.
public struct Hyperparameter: Equatable, Sendable {
    /// Who chose the value.
    public enum Origin: String, Sendable {
        /// The paper states it.
        case paper
        /// The paper leaves it open, or the run departs from the paper.
        case ours
    }

    /// The name in the configuration.
    public var name: String
    /// The value as text.
    public var value: String
    /// Who chose the value.
    public var origin: Origin
    /// Where the paper states it, or why we chose it; may be empty.
    public var note: String

    /// Describes a hyperparameter.
    public init(_ name: String, _ value: String, _ origin: Origin, note: String = "") {
        self.name = name
        self.value = value
        self.origin = origin
        self.note = note
    }
}
