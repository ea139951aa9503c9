import Crypto
import Diagnostics

/// SHA-256 checksums of file contents.
public enum Checksum {
    /// The SHA-256 digest of some bytes as 64 lower-case hexadecimal digits (FIPS 180-4).
    public static func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// Verifies that some bytes are the published ones.
    ///
    /// - Parameters:
    ///   - bytes: the (decompressed) content.
    ///   - expected: 64 lower-case hexadecimal digits.
    ///   - name: what the failure calls the content.
    /// - Throws: `Failure` of kind `.badData` that names both digests.
    public static func verify(_ bytes: [UInt8], is expected: String, named name: String) throws {
        try verify(digest: sha256(bytes), is: expected, named: name)
    }

    /// Verifies the SHA-256 digest of bytes that are no longer there; fails as the other does.
    static func verify(digest found: String, is expected: String, named name: String) throws {
        guard found == expected else {
            throw Failure(
                .badData,
                "\(name): wrong checksum: expected SHA-256 \(expected) of the decompressed content, found \(found); "
                    + "fetch the file again")
        }
    }
}
