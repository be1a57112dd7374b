;; 60 million simple operations in a loop of three, 30 ms of a vCPU; INIT has a fifth of them.
(module
  (memory (export "memory") 1)
  (func $work (param $rounds i32)
    (loop $on (br_if $on (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1))))))
  (func (export "_initialize") (call $work (i32.const 4000000)))
  (func (export "allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "handle") (param $at i32) (param $length i32) (result i64)
    (call $work (i32.const 20000000))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
