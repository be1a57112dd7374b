;; A reactor whose event says what it does; its first letters decide: "count", "loop", "crash",
;; "memory", "sleep", "error" or "odd".
(module
  (import "coldstart" "log" (func $log (param i32 i32)))
  (import "coldstart" "sleep" (func $sleep (param i64)))
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (data (i32.const 16) "init\n")
  (data (i32.const 32) "{\"count\":0}\n")
  (data (i32.const 64) "{\"errorType\":\"Mood\",\"errorMessage\":\"bad\"}")

  (func (export "_initialize")
    (call $log (i32.const 16) (i32.const 5)))

  (func (export "allocate") (param $length i32) (result i32)
    (if (i32.gt_u (local.get $length) (i32.const 64000)) (then unreachable))
    (i32.const 1024))

  (func $is (param $event i32) (param $letter i32) (result i32)
    (i32.eq (i32.load8_u offset=1 (local.get $event)) (local.get $letter)))

  (func (export "handle") (param $event i32) (param $length i32) (result i64)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store8 (i32.const 41) (i32.add (i32.const 48) (global.get $count)))
    (if (call $is (local.get $event) (i32.const 0x6c)) ;; l
      (then (loop $again (br $again))))
    (if (call $is (local.get $event) (i32.const 0x6d)) ;; m
      (then (loop $again (drop (memory.grow (i32.const 16))) (br $again))))
    (if (call $is (local.get $event) (i32.const 0x73)) ;; s
      (then (call $sleep (i64.const 300000000))))
    (if (call $is (local.get $event) (i32.const 0x65)) ;; e
      (then (return (i64.or (i64.shl (i64.const 64) (i64.const 32)) (i64.const 0x80000029)))))
    (call $log (i32.const 32) (i32.const 12))
    (if (call $is (local.get $event) (i32.const 0x6f)) ;; o: bytes that are no text
      (then
        (i32.store8 (i32.const 512) (i32.const 255))
        (return (i64.or (i64.shl (i64.const 512) (i64.const 32)) (i64.const 1)))))
    (if (i32.eq (i32.load16_u offset=1 (local.get $event)) (i32.const 0x7263)) ;; cr
      (then unreachable))
    (i64.or (i64.shl (i64.const 32) (i64.const 32)) (i64.const 11))))
