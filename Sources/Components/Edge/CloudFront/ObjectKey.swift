import Kernel

/// Which object a request asks for: the same item that a step with this key means.
struct ObjectKey {
  private let namespace: UInt64
  private let choice: KeySpecification.Choice
  private let ranks: Sampler?
  private let isOfUser: Bool

  init(_ behavior: CacheBehavior) {
    let key = behavior.key ?? KeySpecification.none
    namespace = RandomKey("key", key.namespace).bits
    choice = key.choice
    if case .drawn(let distribution) = key.choice {
      ranks = Sampler(distribution)
    } else {
      ranks = nil
    }
    isOfUser = behavior.forwardsCookies
  }

  /// The key of a request's object.
  func bits(drawKey: UInt64, user: UInt32) -> UInt64 {
    let item: UInt64
    switch choice {
    case .user: item = mixed(namespace &+ UInt64(user))
    case .shared: item = namespace
    case .request: item = mixed(namespace &+ drawKey)
    case .drawn:
      item = mixed(namespace &+ UInt64(ranks?.sample(mixed(drawKey &+ namespace)) ?? 0))
    }
    return isOfUser ? mixed(item &+ (UInt64(user) &+ 1) &* KeyStride.number) : item
  }
}

extension KeySpecification {
  /// Stands where nothing is cached.
  fileprivate static let none = KeySpecification(namespace: "", choice: .request)

  private init(namespace: String, choice: Choice) {
    self.namespace = namespace
    self.choice = choice
  }
}
