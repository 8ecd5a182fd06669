import Kernel

/// Who acts on alarms: what scales.
///
/// It asks for them in `link`, with `assembly.metrics.watch`, and gets a number for each.
protocol AlarmListener: AnyObject {
  /// Alarms of this listener have changed their state, or stay in ALARM: Auto Scaling actions are
  /// repeated every minute (CW/AlarmThatSendsEmail). Alarms of one instant come together.
  func alarmsEvaluated(_ evaluations: [AlarmEvaluation], _ kernel: inout Kernel)
}
