import Kernel

/// What a group knows of one of its instances besides what the instance itself does.
struct GroupMember {
  /// The scaling action that takes it away, if it is one.
  var leavingAction: Int?
  /// Whether it goes to the warm pool then.
  var returnsToPool = false
  /// Whether its application listens.
  var isListening = false
  /// From when on it is part of the group's metric; nil before the end of its warm-up.
  var measuredFrom: Nanoseconds?
  /// Its processor time at that moment.
  var processorTimeBefore: Int128 = 0
}
