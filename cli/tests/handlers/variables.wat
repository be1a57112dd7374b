;; A reactor that logs its variables and its context, one line each, and returns the event.
(module
  (import "coldstart" "log" (func $log (param i32 i32)))
  (import "coldstart" "variables" (func $variables (param i32 i32) (result i32)))
  (import "coldstart" "context" (func $context (param i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "allocate") (param i32) (result i32) (i32.const 65536))
  (func $line (param $length i32)
    (i32.store8 (local.get $length) (i32.const 10))
    (call $log (i32.const 0) (i32.add (local.get $length) (i32.const 1))))
  (func (export "handle") (param $event i32) (param $length i32) (result i64)
    (call $line (call $variables (i32.const 0) (i32.const 60000)))
    (call $line (call $context (i32.const 0) (i32.const 60000)))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $event)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
