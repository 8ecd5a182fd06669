/// What CloudFront compresses on its way to viewers (CF/ServingCompressedFiles).
struct Compression: Sendable {
  /// What viewers accept.
  enum Encoding: String, CaseIterable, Sendable {
    /// Both, of which Brotli is preferred.
    case brotli
    case gzip
    case none
  }

  let isOn: Bool
  let encoding: Encoding
  let brotliRatio: Double
  let gzipRatio: Double
  private let sizes: ClosedRange<Int>

  init(from parameters: inout ParameterReader) {
    isOn = parameters.flag(
      "compress", default: false,
      "Whether CloudFront compresses; for types that it does, such as text.",
      source: "BC:cloudfront")
    encoding = parameters.choice(
      "encoding", default: .brotli, "The best that viewers accept; those of Brotli accept gzip too."
    )
    let known = parameters.catalogue
    let brotli = known.behaviour("cloudfront.text-ratio")
    brotliRatio = parameters.number(
      "brotli-ratio", default: brotli?.number ?? 1, in: 1...1000, unit: "1",
      "How much smaller Brotli makes it.", source: brotli?.provenance.source ?? "assumed")
    let gzip = known.behaviour("cloudfront.gzip-ratio")
    gzipRatio = parameters.number(
      "gzip-ratio", default: gzip?.number ?? 1, in: 1...1000, unit: "1",
      "How much smaller gzip makes it.", source: gzip?.provenance.source ?? "assumed")
    let least = known.behaviour("cloudfront.compress-least")?.size ?? 0
    sizes = least...max(least, known.behaviour("cloudfront.compress-most")?.size ?? 0)
  }

  /// The bytes that viewers receive for an object, which may be cached for more than no time.
  func bytes(of bytes: Int, isCached: Bool) -> Int {
    guard isOn, isCached, sizes.contains(bytes) else { return bytes }
    return switch encoding {
    case .brotli: Int(Double(bytes) / brotliRatio)
    case .gzip: Int(Double(bytes) / gzipRatio)
    case .none: bytes
    }
  }
}
