[
  (property) (record_type) (record) (block) (set) (pattern)
  (arguments) (parameters) (ports) (family) (subscripts) (interval) (tensor) (comprehension) (primary) (aggregate) (reduction) (fit)
] @indent

[")" "]" "}"] @outdent
