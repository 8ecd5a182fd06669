import Kernel

/// What happened to a request, as bits of `children`; the lowest say at which levels it leads.
enum EdgeMark {
  static let isConditional: UInt16 = 1 << 8
  static let wasStale: UInt16 = 1 << 9
  static let askedOrigin: UInt16 = 1 << 10
  /// What came was a new object, or the copy for want of an answer.
  static let isNoRefresh: UInt16 = 1 << 11
  static let follows: UInt16 = 1 << 12
}

/// What can be asked of the distribution.
struct EdgeOperation: BitwiseCopyable {
  var isInvalidation = false
  var behavior = 0
  var origin: ComponentID = 0
  var originNumber = 0
  var originOperation: UInt16 = 0
  var bytes = 0
  var bytesSent = 0
}

/// What a behavior says about a request, to be looked up quickly.
struct EdgeTreatment: BitwiseCopyable {
  let isCached: Bool
  let collapses: Bool
  let attempts: Int
  let timeToLive: Nanoseconds
  let changedShare: Double
  let uploadBytes: Int

  init(_ behavior: CacheBehavior, _ fetching: CloudFront.OriginFetching) {
    isCached = behavior.isCached
    collapses = behavior.collapses
    attempts = behavior.method.isRead ? fetching.attempts : 1
    // A time beyond any run, but not beyond the clock.
    timeToLive = min(behavior.timeToLive?.effective ?? 0, .longest / 4)
    changedShare = behavior.changedShare
    uploadBytes = behavior.uploadBytes
  }
}
