import Testing

/// Expects two values to be equal; unlike the macro it takes a call that changes its receiver.
func check<Value: Equatable>(
  _ value: Value, _ expected: Value, at location: SourceLocation = #_sourceLocation
) {
  #expect(value == expected, sourceLocation: location)
}
