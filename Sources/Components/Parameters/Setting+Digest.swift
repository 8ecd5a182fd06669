import Kernel

extension Setting {
  /// The digest of what is written, wherever it stands: the same text elsewhere has the same.
  public var digest: UInt64 { digested(0x57_54_53_65_74_74_69_6e) }

  private func digested(_ state: UInt64) -> UInt64 {
    switch content {
    case .null: mixed(state &+ 1)
    case .text(let text, _): Self.digested(text, mixed(state &+ 2))
    case .list(let elements):
      elements.reduce(mixed(state &+ 3 &+ UInt64(elements.count) << 8)) { $1.digested($0) }
    case .map(let entries):
      entries.reduce(mixed(state &+ 4 &+ UInt64(entries.count) << 8)) {
        $1.value.digested(Self.digested($1.key, $0))
      }
    }
  }

  private static func digested(_ text: String, _ state: UInt64) -> UInt64 {
    text.utf8.reduce(mixed(state ^ UInt64(text.utf8.count))) { mixed($0 ^ UInt64($1)) }
  }
}
