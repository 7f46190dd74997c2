[
  (property) (record_type) (record) (block) (func) (model)
] @fold
