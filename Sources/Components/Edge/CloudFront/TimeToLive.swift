import Kernel

/// How long a cache keeps an object: the behavior's limits, and what the origin says.
struct TimeToLive: Sendable {
  let minimum: Nanoseconds
  let usual: Nanoseconds
  let maximum: Nanoseconds
  let origin: CacheControl

  /// What the origin's answers say of caching.
  struct CacheControl: Sendable {
    var sharedMaximumAge: Nanoseconds?
    var maximumAge: Nanoseconds?
    var expires: Nanoseconds?
    /// Whether it says `no-cache`, `no-store` or `private`.
    var forbids = false
  }

  /// Whether an answer is kept at all, if only to be asked about again.
  var isKept: Bool { !origin.forbids || minimum > 0 }

  /// How long it is given without asking (CF/Expiration).
  var effective: Nanoseconds {
    if origin.forbids { return minimum }
    guard let said = origin.sharedMaximumAge ?? origin.maximumAge ?? origin.expires else {
      return max(usual, minimum)
    }
    return min(max(said, minimum), max(minimum, maximum))
  }

  init(from parameters: inout ParameterReader) {
    minimum = parameters.duration(
      "min-ttl", default: 0, "The least time that an object is fresh.", source: "CF/Expiration")
    usual = parameters.duration(
      "default-ttl", from: "cloudfront.default-ttl",
      "How long an object is fresh of which the origin says nothing.")
    maximum = parameters.duration(
      "max-ttl", from: "cloudfront.max-ttl", "The most time that an object is fresh.")
    if minimum > maximum {
      parameters.report(
        "'min-ttl' is above 'max-ttl'", at: "min-ttl",
        help: "write at most \(Units.format(duration: maximum)), or raise 'max-ttl'")
    }
    origin = CacheControl(
      sharedMaximumAge: parameters.optionalDuration(
        "s-maxage", "What the origin says for shared caches; it wins over 'max-age'."),
      maximumAge: parameters.optionalDuration(
        "max-age", "What the origin says; it wins over 'expires'."),
      expires: parameters.optionalDuration(
        "expires", "How long after the answer the origin's Expires lies."),
      forbids: parameters.flag(
        "no-store", default: false,
        "Whether the origin says no-cache, no-store or private."))
  }
}
