import Foundation

/// The operating system's words for an error's number, such as "Permission denied".
func systemReason(_ number: Int32) -> String { String(cString: strerror(number)) }

/// The operating system's words for what it refused, such as "Permission denied", without a full stop.
public func systemReason(of error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    let words =
        cause.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(cause.code))) : error.localizedDescription
    return words.trimmingCharacters(in: [".", " "])
}
