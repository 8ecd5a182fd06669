import Kernel

/// Users who ask, wait for the answer, think, and ask again.
final class ClosedUsers: LoadGenerator {
  private struct User: BitwiseCopyable {
    var requests: UInt64 = 0
    var isActive = false
    /// Waiting for an answer or thinking.
    var isEngaged = false
  }

  private let think: Sampler
  private let starts: [Workload.UserStart]
  private let key: RandomKey
  private let thinkKey = RandomKey("think").bits
  private let users: Cells<User>
  private let firstStart: UInt32

  init(_ think: Distribution, _ starts: [Workload.UserStart], key: RandomKey) {
    self.think = Sampler(think)
    self.starts = starts
    self.key = key
    let count = Int(starts.map(\.user).max() ?? 0) + 1
    users = Cells(User(), count: count)
    firstStart = UInt32(count)
  }

  override var awaitsEnds: Bool { true }

  override func begin(_ client: Client, _ kernel: inout Kernel) {
    // Events below the number of users are a user's next request, the others a start or an end.
    for (index, start) in starts.enumerated() {
      client.wake(after: start.at, firstStart + UInt32(index), &kernel)
    }
  }

  override func fire(_ payload: UInt32, _ client: Client, _ kernel: inout Kernel) {
    if payload < firstStart { return ask(payload, client, &kernel) }
    let start = starts[Int(payload - firstStart)]
    let user = Int(start.user)
    users[user].isActive = start.isStart
    if start.isStart, !users[user].isEngaged { ask(start.user, client, &kernel) }
  }

  private func ask(_ user: UInt32, _ client: Client, _ kernel: inout Kernel) {
    guard users[Int(user)].isActive, client.isOpen(at: kernel.now) else {
      users[Int(user)].isEngaged = false
      return
    }
    users[Int(user)].isEngaged = true
    users[Int(user)].requests &+= 1
    client.request(key: requestKey(user), user: user, &kernel)
  }

  /// The key of the user's n-th request.
  private func requestKey(_ user: UInt32) -> UInt64 {
    key.numbered(UInt64(user) + 1).numbered(users[Int(user)].requests).bits
  }

  override func requestEnded(_ user: UInt32, _ client: Client, _ kernel: inout Kernel) {
    let time = think.nanoseconds(mixed(requestKey(user) &+ thinkKey))
    client.wake(after: time, user, &kernel)
  }
}
