import Components

func place(_ line: Int, _ column: Int) -> SourceLocation {
  SourceLocation(file: "test.yaml", line: line, column: column)
}
